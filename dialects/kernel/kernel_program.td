//===- kernel_program.td - A model as a program of stages ------*- tablegen -*-//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_DIALECTS_KERNEL_PROGRAM_TD
#define EMBLEM_DIALECTS_KERNEL_PROGRAM_TD

include "dialects/kernel/kernel_base.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/FunctionInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

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

def Kernel_InterfaceAttr : AttrDef<Kernel_Dialect, "Interface"> {
  let mnemonic = "interface";
  let summary = "What a program's callers must know of its model";
  let description = [{
    The facts of `emb.model` that outlast it, under its names for them.
    `dimension` is the width of the vectors, `vocabulary_size` and `token_types`
    count the rows of the tables of tokens and of segments. A model without
    `outputs` has one, dense. `image` is complete: sides, channels, `resize` and
    `filter` as numbers, `scale` and `shift` for each channel.
  }];
  let parameters = (ins
    "int64_t":$dimension, "int64_t":$max_tokens, "int64_t":$max_positions,
    "int64_t":$vocabulary_size,
    DefaultValuedParameter<"int64_t", "0">:$token_types,
    DefaultValuedParameter<"bool", "false">:$pairs,
    DefaultValuedParameter<"bool", "false">:$euclidean,
    OptionalParameter<"::mlir::FloatAttr">:$threshold,
    OptionalParameter<"::mlir::DictionaryAttr">:$prompts,
    OptionalParameter<"::mlir::DictionaryAttr">:$prompt_rules,
    OptionalParameter<"::mlir::StringAttr">:$default_prompt,
    OptionalParameter<"::mlir::DictionaryAttr">:$image,
    OptionalArrayRefParameter<"ModelOutputAttr">:$outputs);
  let assemblyFormat = "`<` struct(params) `>`";
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

//===----------------------------------------------------------------------===//
// Operations
//===----------------------------------------------------------------------===//

def Kernel_ProgramOp : Op<Kernel_Dialect, "program",
    [FunctionOpInterface, IsolatedFromAbove, SingleBlock, NoTerminator]> {
  let summary = "A model: first its kernels, then its stages";
  let description = [{
    The arguments are a batch's token ids `[tokens]` (or rows of pixels, one an
    image), its sequence offsets `[sequences + 1]` and perhaps its token types
    `[tokens]`. The body is the model's kernels in their value form, in order. A
    backend gives weights and rows their places (`weight_bytes` in all, and the
    `arena`), and puts a `kernel.stage` in each kernel's place, beside the
    functions that run them. The op is then data: it becomes the program's table,
    and no code.

    Constraints:
      1. There are no results.
      2. `weight_bytes` is not negative.

    ```mlir
    kernel.program @tiny(%ids: tensor<?xi32>, %offsets: tensor<?xi32>)
        attributes {interface = #kernel.interface<dimension = 8, max_tokens = 128,
                                                  max_positions = 512,
                                                  vocabulary_size = 100>} {
      %w = kernel.weight table ["words"] : tensor<100x8xf32>
      %0 = kernel.gather offsets(%offsets : tensor<?xi32>)
          table(%ids, %w : tensor<?xi32>, tensor<100x8xf32>) -> tensor<?x8xf32>
          {stage = "embedding"}
      %1 = kernel.pool mean %0, %offsets : tensor<?x8xf32>, tensor<?xi32>
          -> tensor<?x8xf32> {stage = "pool"}
      kernel.output %1 width 8 : tensor<?x8xf32> {stage = "output"}
    }
    ```
  }];
  let arguments = (ins
    SymbolNameAttr:$sym_name, TypeAttrOf<FunctionType>:$function_type,
    OptionalAttr<DictArrayAttr>:$arg_attrs,
    OptionalAttr<DictArrayAttr>:$res_attrs,
    OptionalAttr<Kernel_InterfaceAttr>:$interface,
    OptionalAttr<I64Attr>:$weight_bytes, OptionalAttr<Kernel_ArenaAttr>:$arena);
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let skipDefaultBuilders = 1;
  let builders = [OpBuilder<(ins "::llvm::StringRef":$name,
                                 "::mlir::TypeRange":$arguments)>];
  let extraClassDeclaration = [{
    ::mlir::ArrayRef<::mlir::Type> getArgumentTypes() {
      return getFunctionType().getInputs();
    }
    ::mlir::ArrayRef<::mlir::Type> getResultTypes() {
      return getFunctionType().getResults();
    }
    ::mlir::Region *getCallableRegion() { return &getBody(); }
    auto getStages() { return getBody().getOps<StageOp>(); }
    auto getWeights() { return getBody().getOps<WeightOp>(); }
  }];
}

def Kernel_StageOp : Op<Kernel_Dialect, "stage", [
    HasParent<"ProgramOp">, AttrSizedOperandSegments,
    DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "A step of a program, between two barriers or none";
  let description = [{
    Over a grid of rows (`over` a batch's tokens or its texts) and `columns`,
    `run` computes one kernel, and `finish`, where there is one, what is made of
    finished rows. With `row_local` a row needs nothing but the same row of what
    was computed before. `weights` are those that it reads; `token_table` is the
    one among them that token ids choose rows of. `output` is which of the
    model's outputs it writes.

    The cost is a formula in rows, tokens, and pairs of tokens of one text
    (`KernelOpInterface`). `provider` and `finish_provider` wrote the code.

    Constraints:
      1. `run` and `finish` are symbols of the module around.
      2. `columns` is positive, and `output` not negative.
      3. The `token_table` is one of the `weights`.

    ```mlir
    kernel.stage "layer.0.up" run @stage_3 finish @finish_3 over tokens columns 32
        weights(%w : tensor<32x384x48xf32>) row_local
    ```
  }];
  let arguments = (ins
    StrAttr:$name, FlatSymbolRefAttr:$run, OptionalAttr<FlatSymbolRefAttr>:$finish,
    Kernel_RowsOf:$over, I64Attr:$columns,
    Variadic<AnyStaticShapeTensor>:$weights,
    Optional<AnyStaticShapeTensor>:$token_table, UnitAttr:$row_local,
    OptionalAttr<I64Attr>:$output,
    DefaultValuedStrAttr<StrAttr, "mlir">:$provider,
    OptionalAttr<StrAttr>:$finish_provider,
    DefaultValuedAttr<F64Attr, "0.0">:$flops_per_row,
    DefaultValuedAttr<F64Attr, "0.0">:$flops_per_token,
    DefaultValuedAttr<F64Attr, "0.0">:$flops_per_pair,
    DefaultValuedAttr<F64Attr, "0.0">:$bytes_fixed,
    DefaultValuedAttr<F64Attr, "0.0">:$bytes_per_row);
  let assemblyFormat = [{
    $name `run` $run (`finish` $finish^)? `over` $over `columns` $columns
    (`weights` `(` $weights^ `:` type($weights) `)`)?
    (`token_table` `(` $token_table^ `:` type($token_table) `)`)?
    (`row_local` $row_local^)? (`output` $output^)? attr-dict
  }];
  let hasVerifier = 1;
}

#endif // EMBLEM_DIALECTS_KERNEL_PROGRAM_TD
