//===- emb_images.td - Layers over images ------------------*- tablegen -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// An image, or a map of features, is one row: `[images, height, width,
// channels]`, an image where elsewhere a text is. Weights are as PyTorch keeps
// them, `[outputs, channels, height, width]`.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_DIALECTS_EMB_IMAGES_TD
#define EMBLEM_DIALECTS_EMB_IMAGES_TD

include "dialects/emb/emb_base.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

// tensor<?xHxWxCxf32>
def Emb_Images : Type<And<[4DTensorOf<[F32]>.predicate,
    CPred<"::emblem::emb::isImages(::llvm::cast<::mlir::RankedTensorType>($_self))">]>,
    "images, tensor<?xHxWxCxf32>", "::mlir::RankedTensorType">;
def Emb_Kernels : Emb_StaticOfRank<4, "static convolution kernels of f32, f16 or bf16">;

def Emb_PatchEmbeddingOp : Emb_Op<"patch_embedding", [Pure,
    AttrSizedOperandSegments, InferTypeOpAdaptorWithIsCompatible]> {
  let summary = "Images cut into patches, each patch a token";
  let description = [{
    Every patch, a square of pixels beside the last, goes through one linear layer
    (Dosovitskiy et al., "An Image is Worth 16x16 Words", 2021): a convolution
    whose stride is its size. What is left at the right and below, less than a
    patch, is not looked at. Patches follow each other row by row.

    Before an image's patches come the class token, where there is one, and then
    the registers (Darcet et al., "Vision Transformers Need Registers", 2024),
    learned rows that are the same for every image. Row p of the positions is added
    to the class token and the patches, in this order; registers have no position.

    Shapes: pixels `[S, height, width, C]`; weight `[H, C, P, Q]`, bias `[H]`; class
    token `[1, H]`, registers `[R, H]`, positions one row for each of the others;
    result `[T, H]`, as many tokens for each image.

    Constraints:
      1. The weight has the pixels' channels, and a patch fits into an image.
      2. The bias is as long as there are outputs, and what is added is as wide.
      3. The class token is one row; positions are as many as the class token and
         the patches.
      4. The result's width is the weight's outputs (it is inferred).

    ```mlir
    func.func @patches(%pixels: tensor<?x28x28x3xf32>) -> tensor<?x64xf32> {
      %w = emb.weight "projection.weight" : tensor<64x3x7x7xf32>
      %b = emb.weight "projection.bias" : tensor<64xf32>
      %c = emb.weight "cls_token" : tensor<1x64xf32>
      %p = emb.weight "position_embeddings" : tensor<17x64xf32>
      %0 = emb.patch_embedding %pixels weight(%w : tensor<64x3x7x7xf32>)
          bias(%b : tensor<64xf32>) class_token(%c : tensor<1x64xf32>)
          positions(%p : tensor<17x64xf32>) : tensor<?x28x28x3xf32> -> tensor<?x64xf32>
      return %0 : tensor<?x64xf32>
    }
    ```
  }];
  let arguments = (ins
    Emb_Images:$pixels, Emb_Kernels:$weight, Optional<Emb_Vector>:$bias,
    Optional<Emb_Matrix>:$class_token, Optional<Emb_Matrix>:$registers,
    Optional<Emb_Matrix>:$positions);
  let results = (outs Emb_Rows:$result);
  let assemblyFormat = [{
    $pixels `weight` `(` $weight `:` type($weight) `)`
    (`bias` `(` $bias^ `:` type($bias) `)`)?
    (`class_token` `(` $class_token^ `:` type($class_token) `)`)?
    (`registers` `(` $registers^ `:` type($registers) `)`)?
    (`positions` `(` $positions^ `:` type($positions) `)`)?
    `:` type($pixels) `->` type($result) attr-dict
  }];
  let extraClassDeclaration = [{
    int64_t getPatches() {
      ::llvm::ArrayRef<int64_t> image = getPixels().getType().getShape();
      ::llvm::ArrayRef<int64_t> patch = getWeight().getType().getShape();
      return (image[1] / patch[2]) * (image[2] / patch[3]);
    }
    /// The class token and the registers.
    int64_t getPrefixTokens() {
      return (getClassToken() ? 1 : 0) +
             (getRegisters() ? getRegisters().getType().getDimSize(0) : 0);
    }
    int64_t getTokens() { return getPrefixTokens() + getPatches(); }
  }];
  let hasVerifier = 1;
}

def Emb_Conv2dOp : Emb_Op<"conv2d", [Pure, InferTypeOpAdaptorWithIsCompatible]> {
  let summary = "A convolution over images, and an activation";
  let description = [{
    `activation(sum over c, i, j of weight[o, c, i, j] * input[y * stride + i -
    padding, x * stride + j - padding, c] + bias[o])`, PyTorch's `nn.Conv2d` of one
    group without dilation (LeCun et al., "Gradient-based learning applied to
    document recognition", 1998). `stride` and `padding` are those of the height and
    of the width; what is outside of the image is zero.

    Shapes: input `[S, H, W, C]`, weight `[O, C, I, J]`, bias `[O]`, result
    `[S, (H + 2 padding - I) / stride + 1, ..., O]`.

    Constraints:
      1. The weight has the input's channels, and the bias its outputs.
      2. Strides are positive, paddings not negative and less than the kernel, which
         fits into the padded input.
      3. The result has the shape above (it is inferred).

    ```mlir
    func.func @edges(%x: tensor<?x28x28x1xf32>) -> tensor<?x14x14x8xf32> {
      %w = emb.weight "0.weight" : tensor<8x1x3x3xf32>
      %b = emb.weight "0.bias" : tensor<8xf32>
      %0 = emb.conv2d %x relu weight(%w : tensor<8x1x3x3xf32>) bias(%b : tensor<8xf32>)
          stride [2, 2] padding [1, 1] : tensor<?x28x28x1xf32> -> tensor<?x14x14x8xf32>
      return %0 : tensor<?x14x14x8xf32>
    }
    ```
  }];
  let arguments = (ins
    Emb_Images:$input, Emb_Activation:$activation, Emb_Kernels:$weight,
    Optional<Emb_Vector>:$bias, DenseI64ArrayAttr:$stride,
    DenseI64ArrayAttr:$padding);
  let results = (outs Emb_Images:$result);
  let assemblyFormat = [{
    $input $activation `weight` `(` $weight `:` type($weight) `)`
    (`bias` `(` $bias^ `:` type($bias) `)`)? `stride` $stride `padding` $padding
    `:` type($input) `->` type($result) attr-dict
  }];
  let hasVerifier = 1;
}

def Emb_Pool2dOp : Emb_Op<"pool2d", [Pure, InferTypeOpAdaptorWithIsCompatible]> {
  let summary = "Windows of images, each one pixel";
  let description = [{
    - `max`: each channel's maximum, of what lies inside the image.
    - `average`: the sum over the window's area; what is outside counts as zeros
      (PyTorch's `count_include_pad`).

    Shapes: input `[S, H, W, C]`, `size`, `stride` and `padding` of the height and of
    the width, result `[S, (H + 2 padding - size) / stride + 1, ..., C]`.

    Constraints:
      1. Sizes and strides are positive, paddings not negative and at most half the
         size, and a window fits into the padded input.
      2. The result has the shape above (it is inferred).

    ```mlir
    func.func @half(%x: tensor<?x28x28x8xf32>) -> tensor<?x14x14x8xf32> {
      %0 = emb.pool2d max %x size [2, 2] stride [2, 2] padding [0, 0]
          : tensor<?x28x28x8xf32> -> tensor<?x14x14x8xf32>
      return %0 : tensor<?x14x14x8xf32>
    }
    ```
  }];
  let arguments = (ins
    Emb_Pool2dKind:$kind, Emb_Images:$input, DenseI64ArrayAttr:$size,
    DenseI64ArrayAttr:$stride, DenseI64ArrayAttr:$padding);
  let results = (outs Emb_Images:$result);
  let assemblyFormat = [{
    $kind $input `size` $size `stride` $stride `padding` $padding
    `:` type($input) `->` type($result) attr-dict
  }];
  let hasVerifier = 1;
}

def Emb_FlattenOp : Emb_Op<"flatten", [Pure, InferTypeOpAdaptorWithIsCompatible]> {
  let summary = "An image's features in one row";
  let description = [{
    Channel by channel, each row by row, as PyTorch's `nn.Flatten` has them.

    Shapes: input `[S, H, W, C]`, result `[S, C * H * W]`.

    Constraints:
      1. The result's width is the features of an image (it is inferred).

    ```mlir
    func.func @row(%x: tensor<?x7x7x16xf32>) -> tensor<?x784xf32> {
      %0 = emb.flatten %x : tensor<?x7x7x16xf32> -> tensor<?x784xf32>
      return %0 : tensor<?x784xf32>
    }
    ```
  }];
  let arguments = (ins Emb_Images:$input);
  let results = (outs Emb_Rows:$result);
  let assemblyFormat = "$input `:` type($input) `->` type($result) attr-dict";
  let hasVerifier = 1;
}

def Emb_AttentionPoolOp : Emb_Op<"attention_pool", [Pure,
    AttrSizedOperandSegments, InferTypeOpAdaptorWithIsCompatible]> {
  let summary = "One row a text: what a learned query sees of its tokens";
  let description = [{
    Multi-head attention of one query, `probe`, over each text's rows (Lee et al.,
    "Set Transformer", 2019; Zhai et al., "Scaling Vision Transformers", 2022):
    emb.attention's formula with the probe's row as the only query.

    Shapes: input `[T, H]`, probe `[1, H]`; query, key and value `[A, H]` and `[A]`,
    output `[O, A]` and `[O]`; result `[S, O]`.

    Constraints:
      1. The probe is one row, as wide as the input, and so are the weights of
         query, key and value.
      2. These are equally high, and `heads` divides their height.
      3. The output's width is that height; a bias is as long as its weight is high.
      4. The result's width is the output's height (it is inferred).

    ```mlir
    func.func @pool(%x: tensor<?x64xf32>, %offsets: tensor<?xi32>) -> tensor<?x64xf32> {
      %p = emb.weight "head.probe" : tensor<1x64xf32>
      %w = emb.weight "w" : tensor<64x64xf32>
      %b = emb.weight "b" : tensor<64xf32>
      %0 = emb.attention_pool %x, %offsets heads 4 probe(%p : tensor<1x64xf32>)
          query(%w : tensor<64x64xf32>, %b : tensor<64xf32>)
          key(%w : tensor<64x64xf32>, %b : tensor<64xf32>)
          value(%w : tensor<64x64xf32>, %b : tensor<64xf32>)
          output(%w : tensor<64x64xf32>, %b : tensor<64xf32>)
          : tensor<?x64xf32> -> tensor<?x64xf32>
      return %0 : tensor<?x64xf32>
    }
    ```
  }];
  let arguments = (ins
    Emb_Rows:$input, Emb_SequenceOffsets:$offsets, I64Attr:$heads,
    Emb_Matrix:$probe,
    Emb_Matrix:$query_weight, Optional<Emb_Vector>:$query_bias,
    Emb_Matrix:$key_weight, Optional<Emb_Vector>:$key_bias,
    Emb_Matrix:$value_weight, Optional<Emb_Vector>:$value_bias,
    Emb_Matrix:$output_weight, Optional<Emb_Vector>:$output_bias);
  let results = (outs Emb_Rows:$result);
  let assemblyFormat = [{
    $input `,` $offsets `heads` $heads `probe` `(` $probe `:` type($probe) `)`
    `` custom<Linear>("\"query\"", $query_weight, type($query_weight),
                     $query_bias, type($query_bias))
    `` custom<Linear>("\"key\"", $key_weight, type($key_weight),
                     $key_bias, type($key_bias))
    `` custom<Linear>("\"value\"", $value_weight, type($value_weight),
                     $value_bias, type($value_bias))
    `` custom<Linear>("\"output\"", $output_weight, type($output_weight),
                     $output_bias, type($output_bias))
    `:` type($input) `->` type($result) attr-dict
  }];
  let extraClassDeclaration = [{
    int64_t getHeadSize() {
      return getQueryWeight().getType().getDimSize(0) /
             static_cast<int64_t>(getHeads());
    }
  }];
  let hasVerifier = 1;
}

#endif // EMBLEM_DIALECTS_EMB_IMAGES_TD
