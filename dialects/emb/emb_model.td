//===- emb_model.td - The emb dialect's model and weights --*- tablegen -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_DIALECTS_EMB_MODEL_TD
#define EMBLEM_DIALECTS_EMB_MODEL_TD

include "dialects/emb/emb_base.td"
include "dialects/emb/emb_weights.td"
include "mlir/IR/OpAsmInterface.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Emb_ModelOp : Emb_Op<"model", [IsolatedFromAbove, SingleBlock, Symbol,
    DeclareOpInterfaceMethods<OpAsmOpInterface, ["getAsmBlockArgumentNames"]>]> {
  let summary = "An embedding model: from token ids to one vector a text";
  let description = [{
    The entry of a module. The region's two arguments are the batch's token ids
    `[tokens]` and its sequence offsets `[sequences + 1]`; it returns the vectors
    `[sequences, dimension]`, or what else `emb.return` names.

    `max_tokens` is where texts are cut, special tokens included; `max_positions`
    is how long a sequence may be at all (both in tokens, and `max_tokens` is the
    smaller). `weights` lists the files that hold the named weights and
    `tokenizer` the tokenizer's file, both relative to the module's own file.

    The tokenizer leaves out special tokens (those of its template) with
    `no_special_tokens`, and what it has no token for with `no_unknown_tokens`. A
    text that is left without any has one, the greatest id there is. A text ends with
    the first `end_token` among its ids, and `padding` is an id that fills each text
    up to `max_tokens`; what fills is a token like any other.

    With `pairs` each text is two in one, a query and what may answer it, put
    together by the tokenizer's template for pairs: a reranker, whose vectors are
    scores. Such a model may have a third argument, the token types `[tokens]`:
    which of the two a token belongs to (Devlin et al., "BERT", 2018, call them
    segments). With `pair_text`, what stands before, between and after the two, a
    pair is one text instead, and the template is not used: a model that writes
    text is asked a question so, and answers after the last token.

    `labels` are what the scores stand for, one each.

    A model of images has their pixels, `tensor<?xHxWxCxf32>`, in place of token
    ids; an image stands for a text, and its tokens are those that
    `emb.patch_embedding` gives, or one. `image` says how a picture becomes pixels:
    `resize` (`none`, `exact` or `shortest_edge`) to `resize_height` and
    `resize_width` with the `filter` (`nearest`, `bilinear`, `bicubic`, `lanczos`),
    then its middle is cropped, and a channel's 8 bits are multiplied by its `scale`
    and moved by its `shift`, lists of a float a channel. What is left out is `none`,
    `bilinear`, 1 and 0.

    Vectors are compared by their cosine, or by the `distance`: `euclidean`, which is
    the smaller the nearer they are, or one of `dot`, `negative_euclidean` and
    `negative_manhattan`, which are the greater. `mean_max_sim` is of a vector a token:
    MaxSim (Khattab and Zaharia, 2020), by the number of the query's vectors. Two
    belong together that reach the `threshold`, a euclidean distance of at most or
    another of at least it.

    A module may hold two models, one of texts and one of images, whose vectors are
    comparable (Radford et al., "Learning Transferable Visual Models From Natural
    Language Supervision", 2021, call them towers); they become one program.

    `prompts` maps a name to the text that is put before each text, and
    `default_prompt` names the one that is used where none is asked for. A prompt
    may have rules for the text's ids in `prompt_rules`, a dictionary by its name:

    - `max_tokens`: where texts are cut, in place of the model's own.
    - `marker`: a token id that goes behind a text's first one. ColBERT (Khattab
      and Zaharia, 2020) tells queries from documents by it.
    - `expansion`: a token id that fills a text up to the rule's `max_tokens`.
    - `keeps_all`: `emb.return` skips no token of these texts.

    Constraints:
      1. The region's arguments are token ids (or pixels of 1 or 3 channels) and
         sequence offsets, of `pairs` perhaps token types as well, and the region
         ends with `emb.return`.
      2. `max_tokens` is positive and at most `max_positions`, which is less than
         2^31, for offsets are i32.
      3. Every prompt is a string, and `default_prompt` names one of them.
         `prompt_rules` are of prompts, and hold nothing but the above: `max_tokens`
         is positive and at most the model's, ids are those of tokens, and an
         expansion comes with `max_tokens`. `pair_text` is three strings, of `pairs`;
         of these `labels`, too, as many as there are scores.
         `end_token` and `padding` are ids of tokens, of a model of single texts.
         `threshold` is finite.
      4. Token ids, offsets and token types are the model's own arguments
         throughout, each in its place (their type is the same).
      5. Rows of tokens become rows of texts by one `emb.pool`: what takes offsets
         takes rows of tokens, `emb.add` and `emb.concatenate` take rows of one
         kind, and of what is returned dense and sparse rows are of texts, the
         others of tokens.
         A model of images has neither pairs, prompts nor a tokenizer, `image` is as
         above, and `max_tokens` and `max_positions` are the tokens of an image.
      6. A table of positions has a row for each of `max_positions`; sinusoidal
         positions stay below 2^31.

    ```mlir
    emb.model @tiny(%ids, %offsets) max_tokens 128 max_positions 512
        attributes {weights = ["model.safetensors"], tokenizer = "tokenizer.json",
                    prompts = {query = "query: "}} {
      %table = emb.weight "embeddings.word" : tensor<100x8xf32>
      %0 = emb.token_embedding %ids, %table : tensor<100x8xf32>
      %1 = emb.pool mean %0, %offsets : tensor<?x8xf32>
      emb.return %1 : tensor<?x8xf32>
    }

    emb.model @reranker(%ids, %offsets, %types) max_tokens 128 max_positions 512
        attributes {pairs} {
      %table = emb.weight "embeddings.word" : tensor<100x8xf32>
      %segments = emb.weight "embeddings.token_type" : tensor<2x8xf32>
      %w = emb.weight "classifier.weight" : tensor<1x8xf32>
      %0 = emb.token_embedding %ids, %table : tensor<100x8xf32>
      %1 = emb.segment_embedding %0, %segments types %types : tensor<?x8xf32>, tensor<2x8xf32>
      %2 = emb.pool cls %1, %offsets : tensor<?x8xf32>
      %3 = emb.dense %2 sigmoid weight(%w : tensor<1x8xf32>) : tensor<?x8xf32> -> tensor<?x1xf32>
      emb.return %3 : tensor<?x1xf32>
    }

    emb.model @tower(%pixels : tensor<?x8x8x1xf32>, %offsets) max_tokens 1 max_positions 1
        attributes {image = {filter = "bilinear", resize = "exact", resize_height = 8 : i64,
                             resize_width = 8 : i64, scale = [0.0625], shift = [0.0]},
                    distance = 1 : i32, threshold = 0.5} {
      %k = emb.weight "0.weight" : tensor<4x1x3x3xf32>
      %0 = emb.conv2d %pixels relu weight(%k : tensor<4x1x3x3xf32>) stride [1, 1]
          padding [0, 0] : tensor<?x8x8x1xf32> -> tensor<?x6x6x4xf32>
      %1 = emb.flatten %0 : tensor<?x6x6x4xf32> -> tensor<?x144xf32>
      emb.return %1 : tensor<?x144xf32>
    }
    ```
  }];
  let arguments = (ins
    SymbolNameAttr:$sym_name,
    I64Attr:$max_tokens,
    I64Attr:$max_positions,
    OptionalAttr<StrArrayAttr>:$weights,
    OptionalAttr<StrAttr>:$tokenizer,
    UnitAttr:$no_special_tokens,
    UnitAttr:$no_unknown_tokens,
    OptionalAttr<I64Attr>:$end_token,
    OptionalAttr<I64Attr>:$padding,
    UnitAttr:$pairs,
    OptionalAttr<StrArrayAttr>:$pair_text,
    OptionalAttr<StrArrayAttr>:$labels,
    OptionalAttr<DictionaryAttr>:$prompts,
    OptionalAttr<DictionaryAttr>:$prompt_rules,
    OptionalAttr<StrAttr>:$default_prompt,
    OptionalAttr<DictionaryAttr>:$image,
    DefaultValuedAttr<Emb_Distance, "::emblem::emb::Distance::Cosine">:$distance,
    OptionalAttr<F64Attr>:$threshold);
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    /// Null in a model of images.
    ::mlir::Value getTokenIds() {
      return getPixels() ? ::mlir::Value() : getBody().getArgument(0);
    }
    /// Null in a model of texts.
    ::mlir::Value getPixels() {
      ::mlir::Value input = getBody().getArgument(0);
      return ::llvm::cast<::mlir::ShapedType>(input.getType()).getRank() == 4
                 ? input
                 : ::mlir::Value();
    }
    ::mlir::Value getSequenceOffsets() { return getBody().getArgument(1); }
    /// Null where the model tells no types apart.
    ::mlir::Value getTokenTypes() {
      return getBody().getNumArguments() == 3 ? getBody().getArgument(2)
                                              : ::mlir::Value();
    }
    /// How many token types there are; 0: it tells none apart.
    int64_t getTokenTypeCount();
    /// Components of a row of the first output, from the returned type.
    int64_t getDimension();
    /// How many token ids there are: as many as every table has; one of images.
    int64_t getVocabularySize();
  }];
}

def Emb_ReturnOp : Emb_Op<"return", [Terminator, HasParent<"ModelOp">]> {
  let summary = "The model's outputs";
  let description = [{
    One dense vector a text, or several outputs, each after its kind:

    - `dense`: a vector a text, `[S, D]`.
    - `sparse`: a weight a text for each token of a vocabulary, `[S, V]`, most of
      them zero (Formal et al., "SPLADE", 2021).
    - `token_weights`: one number a token, `[T, 1]`. A text's weight for a token id
      is the greatest of those where that id stands (Chen et al., "BGE
      M3-Embedding", 2024).
    - `multi_vector`: a vector a token, `[T, D]`, for late interaction (Khattab and
      Zaharia, "ColBERT", 2020).

    Not every token counts to those who read rows of tokens: `unweighted` lists
    the ids whose `token_weights` do not, `skipped` the ids whose `multi_vector`
    rows do not; `skips_first` is for a text's first row of these. The rows are
    computed all the same.

    Constraints:
      1. There is an output. Kinds are given where it is not one dense output
         alone, in the order above, each once at most.
      2. `token_weights` are one wide.
      3. `unweighted` comes with `token_weights`, `skipped` and `skips_first` with
         `multi_vector`.

    ```mlir
    emb.model @bag_of_words(%ids, %offsets) max_tokens 128 max_positions 128 {
      %table = emb.weight "embeddings.word" : tensor<100x8xf32>
      %words = emb.token_embedding %ids, %table : tensor<100x8xf32>
      %vectors = emb.pool mean %words, %offsets : tensor<?x8xf32>
      emb.return dense %vectors : tensor<?x8xf32>, multi_vector %words : tensor<?x8xf32>
          {skipped = array<i32: 7, 9>}
    }
    ```
  }];
  let arguments = (ins Variadic<Emb_Rows>:$vectors,
                       OptionalAttr<DenseI32ArrayAttr>:$kinds,
                       OptionalAttr<DenseI32ArrayAttr>:$unweighted,
                       OptionalAttr<DenseI32ArrayAttr>:$skipped,
                       UnitAttr:$skips_first);
  let assemblyFormat = "custom<Outputs>($vectors, type($vectors), $kinds) attr-dict";
  let extraClassDeclaration = [{
    OutputKind getKind(unsigned index) {
      return getKinds() ? static_cast<OutputKind>((*getKinds())[index])
                        : OutputKind::Dense;
    }
  }];
  let hasVerifier = 1;
}

def Emb_WeightOp : Emb_Op<"weight", [Pure,
    DeclareOpInterfaceMethods<OpAsmOpInterface, ["getAsmResultNames"]>]> {
  let summary = "A weight of the model's files";
  let description = [{
    The source is the name of a tensor in one of the files that the model's
    `weights` lists, or is made of such (emb_weights.td); `value` gives the
    weight in place instead, for small examples and tests. Printed IR names the
    result after the tensor.

    Constraints:
      1. The name is not empty.
      2. `value`, where given, has the result's type.

    ```mlir
    %w = emb.weight "encoder.layer.0.output.dense.weight" : tensor<384x1536xf32>
    %q = emb.weight rows<"encoder.layer.0.qkv.weight", 0, 384> : tensor<384x384xf32>
    %b = emb.weight "bias" = dense<0.5> : tensor<4xf32>
    ```
  }];
  let arguments = (ins Emb_WeightExpression:$source,
                       OptionalAttr<ElementsAttr>:$value);
  let results = (outs StaticShapeTensorOf<[F32, F16, BF16]>:$result);
  let assemblyFormat = [{
    custom<Weight>($source) custom<WeightValue>($value, type($result)) attr-dict
  }];
  let extraClassDeclaration = [{
    /// The first tensor that the weight is made of.
    ::llvm::StringRef getTensorName() {
      return ::emblem::emb::getTensorName(getSource());
    }
  }];
  let hasVerifier = 1;
}

#endif // EMBLEM_DIALECTS_EMB_MODEL_TD
