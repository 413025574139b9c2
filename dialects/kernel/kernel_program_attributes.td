//===- kernel_program_attributes.td - Facts of a program ---*- tablegen -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_DIALECTS_KERNEL_PROGRAM_ATTRIBUTES_TD
#define EMBLEM_DIALECTS_KERNEL_PROGRAM_ATTRIBUTES_TD

include "dialects/kernel/kernel_base.td"
include "mlir/IR/AttrTypeBase.td"

def Kernel_ModelOutputAttr : AttrDef<Kernel_Dialect, "ModelOutput"> {
  let mnemonic = "model_output";
  let summary = "One of the outputs that a model has by name";
  let description = [{
    `width` floats a row, of texts or of tokens as the kind is (`emb.return`).
    `skipped` are ids whose tokens have no row or no weight; with `skips_first`
    a text's first token has none either.
  }];
  let parameters = (ins
    EnumParameter<Emb_OutputKind>:$kind, "int64_t":$width,
    OptionalParameter<"::mlir::DenseI32ArrayAttr">:$skipped,
    DefaultValuedParameter<"bool", "false">:$skips_first);
  let assemblyFormat = "`<` struct(params) `>`";
}

/// In brackets, so that a parameter may follow.
def Kernel_ModelOutputs : OptionalArrayRefParameter<"ModelOutputAttr"> {
  let parser = "parseModelOutputs($_parser)";
  let printer = "printModelOutputs($_printer, $_self)";
}

def Kernel_Distance : EnumParameter<Emb_Distance> {
  let defaultValue = "::emblem::emb::Distance::Cosine";
}

def Kernel_InterfaceAttr : AttrDef<Kernel_Dialect, "Interface"> {
  let mnemonic = "interface";
  let summary = "What a program's callers must know of its model";
  let description = [{
    The facts of `emb.model` that outlast it, under its names for them.
    `dimension` is the width of the vectors, `vocabulary_size` and `token_types`
    count the rows of the tables of tokens and of segments. A model without
    `outputs` has one, dense. Behind these, on request, come the `inner` ones:
    `tokens`, the rows of tokens that become the first output, and `raw`, that
    output before its last norm or the activation of its scores. With `normalizes`
    or `activates` it ends so. `labels` name the scores. `image` is complete: sides, channels, `resize` and
    `filter` as numbers, `scale` and `shift` for each channel.
  }];
  let parameters = (ins
    "int64_t":$dimension, "int64_t":$max_tokens, "int64_t":$max_positions,
    "int64_t":$vocabulary_size,
    DefaultValuedParameter<"int64_t", "0">:$token_types,
    DefaultValuedParameter<"bool", "false">:$pairs,
    Kernel_Distance:$distance,
    OptionalParameter<"::mlir::FloatAttr">:$threshold,
    OptionalParameter<"::mlir::DictionaryAttr">:$prompts,
    OptionalParameter<"::mlir::DictionaryAttr">:$prompt_rules,
    OptionalParameter<"::mlir::StringAttr">:$default_prompt,
    OptionalParameter<"::mlir::DictionaryAttr">:$image,
    OptionalParameter<"::mlir::ArrayAttr">:$labels,
    DefaultValuedParameter<"bool", "false">:$normalizes,
    DefaultValuedParameter<"bool", "false">:$activates,
    Kernel_ModelOutputs:$outputs, Kernel_ModelOutputs:$inner);
  let assemblyFormat = "`<` struct(params) `>`";
  let extraClassDeclaration = [{
    /// How many the model returns; the inner ones are counted from here on.
    unsigned getReturnedCount() const {
      return getOutputs().empty() ? 1 : getOutputs().size();
    }
    /// These facts, with other inner outputs.
    InterfaceAttr withInner(::llvm::ArrayRef<ModelOutputAttr> inner) const {
      return get(getContext(), getDimension(), getMaxTokens(),
                 getMaxPositions(), getVocabularySize(), getTokenTypes(),
                 getPairs(), getDistance(), getThreshold(), getPrompts(),
                 getPromptRules(), getDefaultPrompt(), getImage(), getLabels(),
                 getNormalizes(), getActivates(), getOutputs(), inner);
    }
  }];
}

def Kernel_ArenaAttr : AttrDef<Kernel_Dialect, "Arena"> {
  let mnemonic = "arena";
  let summary = "The memory that a program's rows take";
  let description = [{
    Bytes for each token of a batch, and behind all of those, for each text.
  }];
  let parameters = (ins "int64_t":$bytes_per_token, "int64_t":$bytes_per_text);
  let assemblyFormat = "`<` struct(params) `>`";
}

#endif // EMBLEM_DIALECTS_KERNEL_PROGRAM_ATTRIBUTES_TD
