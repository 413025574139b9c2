//===- passes.td - From emb to fused kernels ---------------*- tablegen -*-===//
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
    `emb.model` becomes a `kernel.program` of `kernel` ops in their value form, whose
    `interface` is what its callers must know of the model. Query, key and value become one matmul over the
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
  let dependentDialects = ["::emblem::kernel::KernelDialect"];
}

def LowerPrecision : Pass<"lower-precision", "::mlir::ModuleOp"> {
  let summary = "Matmuls and attention take narrower types";
  let description = [{
    Over tokens, that is where the time goes; what comes after pooling stays f32,
    as sums, norms and residuals do.

    - `bf16`: inputs and weights in bf16, of convolutions too, where the target has a dot product for
      them; else weights in bf16 that widen as they are loaded.
    - `f16`: the same in f16, for targets that multiply it.
    - `int8`: weights in i8 with a scale a column, inputs quantized with a scale a
      row; attention as in `bf16`.
    - `int4`: weights in i4 with a scale for every 32 inputs of a column, the
      table of tokens in i8 with a scale a row; inputs and attention as in `bf16`.

    Stages that `keep` names stay in `keep-precision`: a stage's whole name, what
    it begins with before a dot (`layer.3`) or what it ends with after one (`up`).

    Other embedding tables are bf16 (f16 in f16), and so is at least what reads an image's
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
           "f32, f16, bf16, int8 or int4">,
    ListOption<"keep", "keep", "std::string",
               "stages, or what their names begin or end with, that stay in "
               "keep-precision">,
    Option<"keepPrecision", "keep-precision", "std::string", "\"bf16\"",
           "a precision above the others'">];
}

def FuseEpilogues : Pass<"fuse-epilogues", "::mlir::ModuleOp"> {
  let summary = "Residuals and norms join the kernel before them";
  let description = [{
    A kernel whose only reader is an add or a norm takes it in, so that its rows
    are finished while they are in registers or cache. Gathers that feed gathers
    become one. A pooling by maximum or sum joins the matmul before it, whose rows of
    tokens are then never stored. A quantize becomes the second result of the kernel
    before it, or, to bf16 or f16 and without other readers, the type of its result.

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

def ExposeInnerRows : Pass<"expose-inner-rows", "::mlir::ModuleOp"> {
  let summary = "Rows inside of a model of texts become outputs on request";
  let description = [{
    Two outputs are added behind those that the model returns, each with kernels that
    nothing else needs, so that who does not ask for them runs none: `tokens`, the rows
    of tokens that become the first output, and `raw`, that output before its last norm
    (or, of a model of pairs, the activation of its scores), where it has one. A kernel
    that has this norm or activation in it is there twice then, with it and without.

    Before:
    ```mlir
    %1 = kernel.pool mean %0, %offsets norm l2 epsilon 1.0e-12
        : tensor<?x8xf32>, tensor<?xi32> -> tensor<?x8xf32> {stage = "pool"}
    kernel.output %1 width 8 : tensor<?x8xf32> {stage = "output"}
    ```
    After:
    ```mlir
    kernel.output %0 width 8 output 1 : tensor<?x8xf32> {stage = "output.tokens"}
    %2 = kernel.pool mean %0, %offsets
        : tensor<?x8xf32>, tensor<?xi32> -> tensor<?x8xf32> {stage = "pool.raw"}
    kernel.output %2 width 8 output 2 : tensor<?x8xf32> {stage = "output.raw"}
    %1 = kernel.pool mean %0, %offsets norm l2 epsilon 1.0e-12
        : tensor<?x8xf32>, tensor<?xi32> -> tensor<?x8xf32> {stage = "pool"}
    kernel.output %1 width 8 : tensor<?x8xf32> {stage = "output"}
    ```
  }];
}

#endif // EMBLEM_COMPILER_TRANSFORMS_PASSES_TD
