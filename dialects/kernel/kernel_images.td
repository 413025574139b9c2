//===- kernel_images.td - Kernels over images --------------*- tablegen -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// An image is a row: its pixels row by row, a pixel's channels side by side.
// `image` gives its height, width and channels, the width of the row is their
// product, and a buffer may be wider.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_DIALECTS_KERNEL_IMAGES_TD
#define EMBLEM_DIALECTS_KERNEL_IMAGES_TD

include "dialects/kernel/kernel_base.td"

def Kernel_PatchesOp : Kernel_ComputeOp<"patches", ["getWork"]> {
  let summary = "Images cut into patches, each patch a row of a token";
  let description = [{
    An image gives `prefix` rows of zeros, for tokens that are no patches, and then
    its patches row by row: a patch's pixels row by row, their channels side by
    side. What is left at the right and below, less than a patch, is not read.

    Shapes: input `[S, height * width * channels]`; `patch` is a height and a width;
    result `[T, patch height * patch width * channels]`.

    Constraints:
      1. `image` is three positive numbers, whose product is the input's width.
      2. `patch` is two positive numbers, and a patch fits into an image; `prefix`
         is not negative.
      3. The result is as wide as a patch's pixels; a buffer may be wider.
      4. The dialect's two forms, with one result. All are in f32.

    ```mlir
    func.func @patches(%x: tensor<?x2352xf32>) -> tensor<?x147xf32> {
      %0 = kernel.patches %x image [28, 28, 3] patch [7, 7] prefix 1
          : tensor<?x2352xf32> -> tensor<?x147xf32>
      return %0 : tensor<?x147xf32>
    }
    ```
  }];
  let reads = (ins
    Kernel_Rows:$input, DenseI64ArrayAttr:$image, DenseI64ArrayAttr:$patch,
    I64Attr:$prefix);
  let assemblyFormat = [{
    $input `image` $image `patch` $patch `prefix` $prefix
    (`into` `(` $out^ `:` type($out) `)`)? (`tile` `(` $tile^ `)`)?
    `:` type($input) (`->` type($outputs)^)? attr-dict
  }];
  let extraClassDeclaration = resultAccessors # [{
    int64_t getPatchesPerImage() {
      return (getImage()[0] / getPatch()[0]) * (getImage()[1] / getPatch()[1]);
    }
  }];
}

def Kernel_Conv2dOp : Kernel_ComputeOp<"conv2d", ["getWork", "getColumns", "pools"],
    [DeclareOpInterfaceMethods<Kernel_NarrowableOperands,
        ["multiplies", "readsPixels"]>,
     DeclareOpInterfaceMethods<Kernel_PackedWeight>]> {
  let summary = "A convolution over images, with bias and activation";
  let description = [{
    emb.conv2d's formula. The grid's columns are the rows of the result's pixels.
    A padded image is padded before (`kernel.pad2d`): here every window lies inside.

    Shapes: input `[S, H * W * C]`, weight `[O, I * J * C]` for a `window` of I rows
    of J pixels (layout `matrix`), or its `panels`; bias `[O]`; result `[S, H' * W' *
    O]` with `H' = (H - I) / stride + 1`, and W' likewise.

    Constraints:
      1. `image` is three positive numbers, whose product is the input's width.
      2. `window` and `stride` are two positive numbers each, and a window fits into
         an image.
      3. The weight's K is `I * J * C`, and it has `outputs` columns, or panels that
         cover them, none in vain; a buffer's weight is in panels. The bias is as
         wide as the weight gives.
      4. The result is as wide as its pixels; a buffer may be wider.
      5. The dialect's two forms, with one result. All are in f32, or input and
         weight are both in bf16: then C is even, and panels are of pairs.

    ```mlir
    func.func @edges(%x: tensor<?x784xf32>) -> tensor<?x5408xf32> {
      %w = kernel.weight matrix ["0.weight"] channels 1 : tensor<8x9xf32>
      %b = kernel.weight row ["0.bias"] : tensor<8xf32>
      %0 = kernel.conv2d %x, %w bias(%b : tensor<8xf32>) activation relu
          image [28, 28, 1] window [3, 3] stride [1, 1] outputs 8
          : tensor<?x784xf32>, tensor<8x9xf32> -> tensor<?x5408xf32>
      return %0 : tensor<?x5408xf32>
    }
    ```
  }];
  let reads = (ins
    Kernel_Rows:$input, Kernel_Matrix:$weight, Optional<Kernel_Row>:$bias,
    OptionalAttr<Emb_Activation>:$activation, DenseI64ArrayAttr:$image,
    DenseI64ArrayAttr:$window, DenseI64ArrayAttr:$stride, I64Attr:$outputs_count);
  let assemblyFormat = [{
    $input `,` $weight (`bias` `(` $bias^ `:` type($bias) `)`)?
    (`activation` $activation^)? `image` $image `window` $window `stride` $stride
    `outputs` $outputs_count
    (`into` `(` $out^ `:` type($out) `)`)? (`tile` `(` $tile^ `)`)?
    `:` type($input) `,` type($weight) (`->` type($outputs)^)? attr-dict
  }];
  let extraClassDeclaration = resultAccessors # [{
    /// Of the result's pixels: 0 is the height, 1 the width.
    int64_t getResultSide(int side) {
      return (getImage()[side] - getWindow()[side]) / getStride()[side] + 1;
    }
  }];
}

def Kernel_Pool2dOp : Kernel_ComputeOp<"pool2d", ["getWork", "getColumns", "pools"]> {
  let summary = "Windows of images, each one pixel";
  let description = [{
    emb.pool2d's formula. The grid's columns are the rows of the result's pixels.

    Constraints:
      1. `image` is three positive numbers, whose product is the input's width.
      2. `window` and `stride` are two positive numbers each, `padding` two that are
         not negative and at most half a window; and a window fits into the padded
         image.
      3. The result is as wide as its pixels; a buffer may be wider.
      4. The dialect's two forms, with one result. All are in f32.

    ```mlir
    func.func @half(%x: tensor<?x6272xf32>) -> tensor<?x1568xf32> {
      %0 = kernel.pool2d max %x image [28, 28, 8] window [2, 2] stride [2, 2]
          padding [0, 0] : tensor<?x6272xf32> -> tensor<?x1568xf32>
      return %0 : tensor<?x1568xf32>
    }
    ```
  }];
  let reads = (ins
    Emb_Pool2dKind:$kind, Kernel_Rows:$input, DenseI64ArrayAttr:$image,
    DenseI64ArrayAttr:$window, DenseI64ArrayAttr:$stride,
    DenseI64ArrayAttr:$padding);
  let assemblyFormat = [{
    $kind $input `image` $image `window` $window `stride` $stride
    `padding` $padding (`into` `(` $out^ `:` type($out) `)`)?
    (`tile` `(` $tile^ `)`)? `:` type($input) (`->` type($outputs)^)? attr-dict
  }];
  let extraClassDeclaration = resultAccessors # [{
    int64_t getResultSide(int side) {
      return (getImage()[side] + 2 * getPadding()[side] - getWindow()[side]) /
                 getStride()[side] + 1;
    }
  }];
}

def Kernel_Pad2dOp : Kernel_ComputeOp<"pad2d", ["getWork", "pools"],
    [DeclareOpInterfaceMethods<Kernel_TakesEpilogue, ["mayWriteBf16"]>]> {
  let summary = "Images with zeros around them";
  let description = [{
    Constraints:
      1. `image` is three positive numbers, whose product is the input's width;
         `padding` is two that are not negative, above and below, and to both sides.
      2. The result is as wide as the padded image; a buffer may be wider.
      3. The dialect's two forms, with one result. The input is in f32, the result in
         f32 or bf16.

    ```mlir
    func.func @around(%x: tensor<?x784xf32>) -> tensor<?x900xf32> {
      %0 = kernel.pad2d %x image [28, 28, 1] padding [1, 1]
          : tensor<?x784xf32> -> tensor<?x900xf32>
      return %0 : tensor<?x900xf32>
    }
    ```
  }];
  let reads = (ins
    Kernel_Rows:$input, DenseI64ArrayAttr:$image, DenseI64ArrayAttr:$padding);
  let assemblyFormat = [{
    $input `image` $image `padding` $padding
    (`into` `(` $out^ `:` type($out) `)`)? (`tile` `(` $tile^ `)`)?
    `:` type($input) (`->` type($outputs)^)? attr-dict
  }];
}

def Kernel_AttentionPoolOp : Kernel_ComputeOp<"attention_pool",
    ["getWork", "getColumns", "isRowLocal", "pools"]> {
  let summary = "What one query sees of each text's tokens";
  let description = [{
    For each text and head, softmax-weighted values: `sum over t of softmax(scale *
    query . key[t]) * value[t]`. A row of the input has a token's keys, head by
    head, then its values. The grid's columns are the heads.

    Shapes: input `[T, 2 * heads * head_size]`, query `[heads * head_size]`, result
    `[S, heads * head_size]`.

    Constraints:
      1. `heads` and `head_size` are positive; input, query and result are as wide
         as the shapes say. A buffer, and a packed query, may be wider.
      2. `scale` is positive and finite.
      3. The dialect's two forms, with one result. All are in f32.

    ```mlir
    func.func @pool(%x: tensor<?x128xf32>, %offsets: tensor<?xi32>) -> tensor<?x64xf32> {
      %q = kernel.weight probe_query<probe = "probe", matrix = "query.weight", bias = "query.bias"> : tensor<64xf32>
      %0 = kernel.attention_pool %x, %offsets query(%q : tensor<64xf32>) heads 4
          head_size 16 scale 0.25 : tensor<?x128xf32>, tensor<?xi32> -> tensor<?x64xf32>
      return %0 : tensor<?x64xf32>
    }
    ```
  }];
  let reads = (ins
    Kernel_Rows:$input, Kernel_Index:$offsets, Kernel_Row:$query, I64Attr:$heads,
    I64Attr:$head_size, F64Attr:$scale);
  let assemblyFormat = [{
    $input `,` $offsets `query` `(` $query `:` type($query) `)` `heads` $heads
    `head_size` $head_size `scale` $scale
    (`into` `(` $out^ `:` type($out) `)`)? (`tile` `(` $tile^ `)`)?
    `:` type($input) `,` type($offsets) (`->` type($outputs)^)? attr-dict
  }];
}

#endif // EMBLEM_DIALECTS_KERNEL_IMAGES_TD
