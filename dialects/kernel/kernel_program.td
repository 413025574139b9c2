//===- kernel_program.td - A model as a program of stages --*- tablegen -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_DIALECTS_KERNEL_PROGRAM_TD
#define EMBLEM_DIALECTS_KERNEL_PROGRAM_TD

include "dialects/kernel/kernel_base.td"
include "dialects/kernel/kernel_program_attributes.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/FunctionInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

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
    (`KernelOpInterface`). `for_outputs` has a bit for each of the model's outputs,
    the inner ones too, that cannot be had without the stage; without it, it is
    needed for all. `provider` and `finish_provider` wrote the code.

    Constraints:
      1. `run` and `finish` are symbols of the module around.
      2. `columns` is positive, and `output` not negative.
      3. The `token_table` is one of the `weights`.

    ```mlir
    kernel.program @staged(%ids: tensor<?xi32>, %offsets: tensor<?xi32>)
        attributes {weight_bytes = 2359296 : i64,
                    arena = #kernel.arena<bytes_per_token = 8192, bytes_per_text = 0>} {
      %w = kernel.weight panels ["up"] at 0 : tensor<32x384x48xf32>
      kernel.stage "layer.0.up" run @stage_3 finish @finish_3 over tokens columns 32
          weights(%w : tensor<32x384x48xf32>) row_local
    }
    func.func private @stage_3()
    func.func private @finish_3()
    ```
  }];
  let arguments = (ins
    StrAttr:$name, FlatSymbolRefAttr:$run, OptionalAttr<FlatSymbolRefAttr>:$finish,
    Kernel_RowsOf:$over, I64Attr:$columns,
    Variadic<AnyStaticShapeTensor>:$weights,
    Optional<AnyStaticShapeTensor>:$token_table, UnitAttr:$row_local,
    OptionalAttr<I64Attr>:$output, OptionalAttr<I64Attr>:$for_outputs,
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
