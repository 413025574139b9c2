//===- passes.td - From emb to outlined kernels ----------------*- tablegen -*-//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TRANSFORMS_PASSES_TD
#define EMBLEM_COMPILER_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def ConvertEmbToKernel : Pass<"convert-emb-to-kernel", "::mlir::ModuleOp"> {
  let summary = "emb -> kernel: what is computed becomes how";
  let description = [{
    `emb.model` becomes `func.func @model` over `kernel` ops in their value form;
    what the runtime must know of the model goes into the function's
    `kernel.model` attribute. Query, key and value become one matmul over the
    three weights joined.

    Before:
    ```mlir
    %1 = emb.attention %0, %offsets heads 2
        query(%wq : tensor<8x8xf32>) key(%wk : tensor<8x8xf32>)
        value(%wv : tensor<8x8xf32>) output(%wo : tensor<8x8xf32>)
        : tensor<?x8xf32>, tensor<?xi32> -> tensor<?x8xf32>
    ```
    After:
    ```mlir
    %w = kernel.weight matrix ["wq", "wk", "wv"] : tensor<24x8xf32>
    %1 = kernel.matmul %0, %w : tensor<?x8xf32>, tensor<24x8xf32> -> tensor<?x24xf32>
    %2 = kernel.attention %1, %offsets heads 2 head_size 4 scale 5.0e-01 : ...
    %o = kernel.weight matrix ["wo"] : tensor<8x8xf32>
    %3 = kernel.matmul %2, %o : ...
    ```
  }];
  let dependentDialects = ["::emblem::kernel::KernelDialect",
                           "::mlir::func::FuncDialect"];
}

def LowerPrecision : Pass<"lower-precision", "::mlir::func::FuncOp"> {
  let summary = "Matmuls and attention take narrower types";
  let description = [{
    Over tokens, that is where the time goes; what comes after pooling stays f32,
    as sums, norms and residuals do.

    - `bf16`: inputs and weights in bf16, of convolutions too, where the target has a dot product for
      them; else weights in bf16 that widen as they are loaded.
    - `int8`: weights in i8 with a scale a column, inputs quantized with a scale a
      row; attention as in `bf16`.
    - `int4`: weights in i4 with a scale for every 32 inputs of a column, the
      table of tokens in i8 with a scale a row; inputs and attention as in `bf16`.

    Stages that `keep` names stay in `keep-precision`: a stage's whole name, what
    it begins with before a dot (`layer.3`) or what it ends with after one (`up`).

    Other embedding tables are bf16, and so is at least what reads an image's
    pixels. Where the module's `kernel.input_ranges` say
    how large the columns of a norm's result become, `int8` smooths them.

    Before:
    ```mlir
    %w = kernel.weight matrix ["up"] : tensor<1536x384xf32>
    %1 = kernel.matmul %0, %w : tensor<?x384xf32>, tensor<1536x384xf32>
        -> tensor<?x1536xf32>
    ```
    After, for int8 (abridged):
    ```mlir
    %q = kernel.quantize %0 width 384 : tensor<?x384xf32> -> tensor<?x384xi8>
    %w = kernel.weight matrix ["up"] : tensor<1536x384xi8>
    %s = kernel.weight scales ["up"] : tensor<1536xf32>
    %c = kernel.weight corrections ["up"] : tensor<1536xf32>
    %1 = kernel.matmul %q, %w weight_scale(%s) correction(%c)
        : tensor<?x384xi8>, tensor<1536x384xi8> -> tensor<?x1536xf32>
    ```
  }];
  let options = [
    Option<"target", "target", "std::string", "\"native\"",
           "whose dot products to use">,
    Option<"precision", "precision", "std::string", "\"f32\"",
           "f32, bf16, int8 or int4">,
    ListOption<"keep", "keep", "std::string",
               "stages, or what their names begin or end with, that stay in "
               "keep-precision">,
    Option<"keepPrecision", "keep-precision", "std::string", "\"bf16\"",
           "a precision above the others'">];
}

def FuseEpilogues : Pass<"fuse-epilogues", "::mlir::func::FuncOp"> {
  let summary = "Residuals and norms join the kernel before them";
  let description = [{
    A kernel whose only reader is an add or a norm takes it in, so that its rows
    are finished while they are in registers or cache. Gathers that feed gathers
    become one. A pooling by maximum or sum joins the matmul before it, whose rows of
    tokens are then never stored. A quantize becomes the second result of the kernel
    before it, or, to bf16 and without other readers, the type of its result.

    Before:
    ```mlir
    %1 = kernel.matmul %0, %w : tensor<?x8xf32>, tensor<8x8xf32> -> tensor<?x8xf32>
    %2 = kernel.add %1, %0 : tensor<?x8xf32>, tensor<?x8xf32> -> tensor<?x8xf32>
    %3 = kernel.row_norm layer %2 scale(%g : tensor<8xf32>) shift(%b : tensor<8xf32>)
        epsilon 1.0e-12 width 8 : tensor<?x8xf32> -> tensor<?x8xf32>
    ```
    After:
    ```mlir
    %1 = kernel.matmul %0, %w residual(%0 : tensor<?x8xf32>) norm layer
        scale(%g : tensor<8xf32>) shift(%b : tensor<8xf32>) epsilon 1.0e-12
        : tensor<?x8xf32>, tensor<8x8xf32> -> tensor<?x8xf32>
    ```
  }];
}

def PackWeights : Pass<"pack-weights", "::mlir::func::FuncOp"> {
  let summary = "Weights take the layout that the target's tile reads";
  let description = [{
    A matmul's weight becomes `panels` as wide as the target's register tile, in
    the order in which the tile reads it; rows and tables are padded to whole
    panels. Every weight gets its place in the program's weight section, 64-byte
    aligned. The values are moved later, once, when the section is written.

    Before, for panels of 32 columns:
    ```mlir
    %w = kernel.weight matrix ["up"] : tensor<1536x384xf32>
    ```
    After:
    ```mlir
    %w = kernel.weight panels ["up"] at 0 : tensor<48x384x32xf32>
    ```
  }];
  let options = [Option<"target", "target", "std::string", "\"native\"",
                        "whose panels to pack for">];
}

def PlanMemory : Pass<"plan-memory", "::mlir::func::FuncOp"> {
  let summary = "Every activation gets its place in one arena";
  let description = [{
    Each kernel gets an `arena` attribute: where its rows begin, in bytes for each
    token of the batch (for each text, after pooling), with rows padded to whole
    panels. The function's `kernel.arena` attribute holds the totals.

    Between two attentions threads run ahead of one another through their own
    rows, so a value is alive from the first to the last such *phase* that
    touches it. Within a phase a place may pass to a value of the same width:
    then row r replaces row r, which its thread has finished with.

    Before:
    ```mlir
    %1 = kernel.matmul %0, %w : tensor<?x8xf32>, tensor<1x8x16xf32> -> tensor<?x8xf32>
    ```
    After:
    ```mlir
    %1 = kernel.matmul %0, %w : ... {arena = array<i64: 64>}
    ```
  }];
  let options = [Option<"target", "target", "std::string", "\"native\"",
                        "whose panels rows are padded to">];
}

def OutlineStages : Pass<"outline-stages", "::mlir::ModuleOp"> {
  let summary = "Each kernel a function, each use of it a stage";
  let description = [{
    Kernels that differ only in which buffers they read become one private
    function over the buffer form. Each kernel of the model becomes a stage: a
    public function, as `EmblemStageFunction` (emblem/model_table.h) wants it,
    that finds the buffers, calls the kernel and returns 0. A norm in an epilogue becomes
    the stage's finish function. The module's `kernel.stages` attribute lists
    the stages in order, with their grids and their work.

    Before:
    ```mlir
    %1 = kernel.matmul %0, %w : ... {arena = array<i64: 64>, stage = "layer.0.up"}
    %2 = kernel.matmul %1, %v : ... {arena = array<i64: 0>, stage = "layer.1.up"}
    ```
    After:
    ```mlir
    func.func private @matmul_0(%input: memref<?x16xf32>, ...) {
      kernel.matmul %input, %weight into(%out : ...) tile(%r0, %r1, %c0, %c1) : ...
    }
    func.func @stage_0(%arena: memref<?xi8>, ...) -> i32 {
      %input = memref.view %arena[...][%tokens] : memref<?xi8> to memref<?x16xf32>
      ...
      call @matmul_0(%input, ...)
      return %zero : i32
    }
    func.func @stage_1(...) -> i32   // the same kernel, the other buffers
    ```
  }];
  let dependentDialects = ["::mlir::func::FuncDialect",
                           "::mlir::memref::MemRefDialect",
                           "::mlir::arith::ArithDialect"];
  let options = [Option<"target", "target", "std::string", "\"native\"",
                        "whose panels rows are padded to">];
}

#endif // EMBLEM_COMPILER_TRANSFORMS_PASSES_TD
