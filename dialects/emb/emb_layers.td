//===- emb_layers.td - The emb dialect's encoder layers ----*- tablegen -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_DIALECTS_EMB_LAYERS_TD
#define EMBLEM_DIALECTS_EMB_LAYERS_TD

include "dialects/emb/emb_base.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Emb_FeedForwardOp : Emb_Op<"feed_forward", [Pure, AttrSizedOperandSegments,
    InferTypeOpAdaptorWithIsCompatible]> {
  let summary = "Two linear layers with an activation between them";
  let description = [{
    `activation(x * transpose(W_up) + b_up) * transpose(W_down) + b_down`, row by
    row (Vaswani et al., 2017, section 3.3). With a gate (Shazeer, "GLU Variants
    Improve Transformer", 2020) the activation is the gate's, and what comes
    between the layers is, element by element,
    `activation(x * transpose(W_gate) + b_gate) . (x * transpose(W_up) + b_up)`.

    Shapes: input `[T, H]`, up and gate `[F, H]` and `[F]`, down `[O, F]` and
    `[O]`, result `[T, O]`; O is H in an encoder layer.

    Constraints:
      1. The up weight's width is the input's.
      2. The down weight's width is the up weight's height.
      3. The gate weight has the up weight's shape, and a gate's bias a gate.
      4. A bias is as long as its weight is high.
      5. The result's width is the down weight's height (it is inferred).

    ```mlir
    func.func @feed_forward(%x: tensor<?x384xf32>) -> tensor<?x384xf32> {
      %w1 = emb.weight "up.weight" : tensor<1536x384xf32>
      %b1 = emb.weight "up.bias" : tensor<1536xf32>
      %w2 = emb.weight "down.weight" : tensor<384x1536xf32>
      %b2 = emb.weight "down.bias" : tensor<384xf32>
      %wg = emb.weight "gate.weight" : tensor<1536x384xf32>
      %0 = emb.feed_forward %x gelu
          up(%w1 : tensor<1536x384xf32>, %b1 : tensor<1536xf32>)
          down(%w2 : tensor<384x1536xf32>, %b2 : tensor<384xf32>)
          : tensor<?x384xf32> -> tensor<?x384xf32>
      %1 = emb.feed_forward %0 silu
          up(%w1 : tensor<1536x384xf32>)
          gate(%wg : tensor<1536x384xf32>)
          down(%w2 : tensor<384x1536xf32>)
          : tensor<?x384xf32> -> tensor<?x384xf32>
      return %1 : tensor<?x384xf32>
    }
    ```
  }];
  let arguments = (ins
    Emb_Rows:$input,
    Emb_Activation:$activation,
    Emb_Matrix:$up_weight, Optional<Emb_Vector>:$up_bias,
    Optional<Emb_Matrix>:$gate_weight, Optional<Emb_Vector>:$gate_bias,
    Emb_Matrix:$down_weight, Optional<Emb_Vector>:$down_bias);
  let results = (outs Emb_Rows:$result);
  let assemblyFormat = [{
    $input $activation
    `` custom<Linear>("\"up\"", $up_weight, type($up_weight),
                     $up_bias, type($up_bias))
    `` custom<OptionalLinear>("\"gate\"", $gate_weight, type($gate_weight),
                     $gate_bias, type($gate_bias))
    `` custom<Linear>("\"down\"", $down_weight, type($down_weight),
                     $down_bias, type($down_bias))
    `:` type($input) `->` type($result) attr-dict
  }];
  let hasVerifier = 1;
}

def Emb_DenseOp : Emb_Op<"dense", [Pure, InferTypeOpAdaptorWithIsCompatible]> {
  let summary = "One linear layer and an activation";
  let description = [{
    `activation(x * transpose(W) + b)`; Sentence Transformers' Dense module. The
    rows may be those of a table of weights.

    Shapes: input `[R, I]`, weight `[O, I]`, bias `[O]`, result `[R, O]`.

    Constraints:
      1. The weight's width is the input's.
      2. The bias is as long as the weight is high.
      3. The result's width is the weight's height, and it has as many rows as
         the input (it is inferred).

    ```mlir
    func.func @smaller(%x: tensor<?x384xf32>) -> tensor<?x256xf32> {
      %w = emb.weight "linear.weight" : tensor<256x384xf32>
      %b = emb.weight "linear.bias" : tensor<256xf32>
      %0 = emb.dense %x tanh weight(%w : tensor<256x384xf32>, %b : tensor<256xf32>)
          : tensor<?x384xf32> -> tensor<?x256xf32>
      return %0 : tensor<?x256xf32>
    }
    ```
  }];
  let arguments = (ins Emb_RowsOrTable:$input, Emb_Activation:$activation,
                       Emb_Matrix:$weight, Optional<Emb_Vector>:$bias);
  let results = (outs Emb_RowsOrTable:$result);
  let assemblyFormat = [{
    $input $activation
    `weight` `(` $weight `:` type($weight) (`,` $bias^ `:` type($bias))? `)`
    `:` type($input) `->` type($result) attr-dict
  }];
  let hasVerifier = 1;
}

def Emb_LayerNormOp : Emb_Op<"layer_norm", [Pure, AttrSizedOperandSegments,
    TypesMatchWith<"the result has the input's type", "input", "result", "$_self">]> {
  let summary = "Layer normalisation of each row";
  let description = [{
    `(x - mean) / sqrt(variance + epsilon) * scale + shift` with each row's own
    mean and (biased) variance (Ba, Kiros and Hinton, "Layer Normalization",
    2016). The rows may be those of a table of weights.

    Shapes: input `[R, H]`, scale and shift `[H]`.

    Constraints:
      1. Scale and shift, where given, are as long as the input is wide.
      2. `epsilon` is finite and not negative.

    ```mlir
    func.func @norm(%x: tensor<?x384xf32>) -> tensor<?x384xf32> {
      %g = emb.weight "LayerNorm.weight" : tensor<384xf32>
      %b = emb.weight "LayerNorm.bias" : tensor<384xf32>
      %0 = emb.layer_norm %x scale(%g : tensor<384xf32>) shift(%b : tensor<384xf32>)
          epsilon 1.0e-12 : tensor<?x384xf32>
      return %0 : tensor<?x384xf32>
    }
    ```
  }];
  let arguments = (ins Emb_RowsOrTable:$input, Optional<Emb_Vector>:$scale,
                       Optional<Emb_Vector>:$shift, F64Attr:$epsilon);
  let results = (outs Emb_RowsOrTable:$result);
  let assemblyFormat = [{
    $input (`scale` `(` $scale^ `:` type($scale) `)`)?
    (`shift` `(` $shift^ `:` type($shift) `)`)?
    `epsilon` $epsilon `:` type($input) attr-dict
  }];
  let hasVerifier = 1;
}

def Emb_RmsNormOp : Emb_Op<"rms_norm", [Pure,
    TypesMatchWith<"the result has the input's type", "input", "result", "$_self">]> {
  let summary = "Each row over its root mean square";
  let description = [{
    `x / sqrt(mean(x^2) + epsilon) * scale` (Zhang and Sennrich, "Root Mean
    Square Layer Normalization", 2019).

    Shapes: input `[R, H]`, scale `[H]`.

    Constraints:
      1. The scale, where given, is as long as the input is wide.
      2. `epsilon` is finite and not negative.

    ```mlir
    func.func @norm(%x: tensor<?x384xf32>) -> tensor<?x384xf32> {
      %g = emb.weight "norm.weight" : tensor<384xf32>
      %0 = emb.rms_norm %x scale(%g : tensor<384xf32>) epsilon 1.0e-6
          : tensor<?x384xf32>
      return %0 : tensor<?x384xf32>
    }
    ```
  }];
  let arguments = (ins Emb_Rows:$input, Optional<Emb_Vector>:$scale,
                       F64Attr:$epsilon);
  let results = (outs Emb_Rows:$result);
  let assemblyFormat = [{
    $input (`scale` `(` $scale^ `:` type($scale) `)`)?
    `epsilon` $epsilon `:` type($input) attr-dict
  }];
  let hasVerifier = 1;
}

def Emb_AddOp : Emb_Op<"add", [Pure, Commutative, SameOperandsAndResultType]> {
  let summary = "The sum of two rows: the residual connection";
  let description = [{
    ```mlir
    func.func @residual(%x: tensor<?x384xf32>, %y: tensor<?x384xf32>) -> tensor<?x384xf32> {
      %0 = emb.add %x, %y : tensor<?x384xf32>
      return %0 : tensor<?x384xf32>
    }
    ```
  }];
  let arguments = (ins Emb_Rows:$lhs, Emb_Rows:$rhs);
  let results = (outs Emb_Rows:$result);
  let assemblyFormat = "$lhs `,` $rhs `:` type($result) attr-dict";
}

#endif // EMBLEM_DIALECTS_EMB_LAYERS_TD
