//===- kernel_matmul.td - Rows times packed panels ---------*- tablegen -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_DIALECTS_KERNEL_MATMUL_TD
#define EMBLEM_DIALECTS_KERNEL_MATMUL_TD

include "dialects/kernel/kernel_base.td"

def Kernel_MatmulOp : Kernel_ComputeOp<"matmul",
    ["getWork", "getColumns", "isRowLocal", "pools", "getMostResults"],
    [DeclareOpInterfaceMethods<Kernel_TakesEpilogue, !listconcat(
        ["takesResidual", "addResidual", "takesPool", "addPool", "mayWriteBf16",
         "takesSecondResult"],
        normEpilogueMethods)>,
     DeclareOpInterfaceMethods<Kernel_NarrowableOperands,
        ["addScales", "readsPixels"]>,
     DeclareOpInterfaceMethods<Kernel_PackedWeight, ["setTrueInputs"]>]> {
  let summary = "Rows times a packed matrix, with what follows it fused";
  let description = [{
    `norm(residual + activation(input * transpose(weight) + bias) . multiplier)`;
    each part of the epilogue is optional. Bias, activation, multiplier (element
    by element: a gate) and residual are applied to the tile in registers; the
    norm runs over finished rows while they are in cache.

    With `pool` the result has one row a text, the maximum or the sum of its
    tokens' rows, each finished up to its activation. They are pooled tile by tile,
    in registers, and never stored: a vocabulary is too wide for that.

    Shapes: input `[R, K]`; weight `[N, K]` (layout `matrix`) or `[panels, K,
    panel width]` or `[panels, groups, panel width, depth]` (layout `panels`);
    bias, scale, shift, weight scale and correction `[N]`; multiplier, residual
    and result `[R, N]`, with `pool` `[S, N]`.

    Precisions: a weight in f32 or bf16 with an input in f32, both in bf16, or
    both quantized, the weight by its rows. Sums are f32, or exact i32; these
    become `scale * (sum * weight scale - zero point * correction)`.

    A weight in i4, with an input in f32 or bf16, is widened as it is read: its
    scale is `[N, groups]`, or `[panels, groups, panel width]` with panels
    `[panels, pairs, panel width, 2]` (layout `group_scales`). MLIR has no memory
    of half bytes: a buffer of such panels is `[panels, pairs, panel width]` in
    i8.

    Constraints:
      1. The weight's K is the input's width; a buffer may be wider. K is
         `input_size` where it does not fill the last group of the panels.
      2. The weight's N is the result's width; panels cover it, none in vain. A
         buffer's weight is in panels, and `into` at least as wide as all of them.
      3. Bias, scale, shift, weight scale and correction are as wide as the weight
         gives: N, or all panels.
      4. Multiplier and residual are as wide as the result (or `into`), and in f32
         or bf16; a multiplier's buffer may be as wide as the weight gives.
      5. A norm comes with `epsilon`, neither negative nor infinite; `layer` with
         scale and shift, `rms` with scale alone, `l2` with neither; without a norm
         there is none of them.
         What it writes is f32.
      6. The dialect's two forms.
      7. The precisions are as above, the first result's f32 or bf16. A weight
         scale comes with weights in i8 or i4, for these with one for every 32
         inputs of a column; a correction with inputs in i8.
      8. The second result is as wide as the first, and in bf16, i8 or i16.
         Smoothing comes with it, in i8 or i16, at least as wide.
      9. `pool` is `max` or `sum`, and comes with offsets. It has neither
         multiplier, residual, norm nor second result; before `max` the
         activation never falls, for it is applied to the maximum.

    ```mlir
    func.func @feed_forward(%x: tensor<?x384xf32>) -> tensor<?x384xf32> {
      %w = kernel.weight matrix ["up"] : tensor<1536x384xf32>
      %b = kernel.weight row ["up.bias"] : tensor<1536xf32>
      %v = kernel.weight matrix ["down"] : tensor<384x1536xf32>
      %g = kernel.weight row ["norm.scale"] : tensor<384xf32>
      %s = kernel.weight row ["norm.shift"] : tensor<384xf32>
      %0 = kernel.matmul %x, %w bias(%b : tensor<1536xf32>) activation gelu
          : tensor<?x384xf32>, tensor<1536x384xf32> -> tensor<?x1536xf32>
      %1 = kernel.matmul %0, %v residual(%x : tensor<?x384xf32>) norm layer
          scale(%g : tensor<384xf32>) shift(%s : tensor<384xf32>) epsilon 1.0e-12
          : tensor<?x1536xf32>, tensor<384x1536xf32> -> tensor<?x384xf32>
      return %1 : tensor<?x384xf32>
    }
    ```
  }];
  let reads = !con((ins
    Kernel_Rows:$input, Kernel_Matrix:$weight,
    Optional<Kernel_Scales>:$weight_scale, Optional<Kernel_Row>:$correction,
    OptionalAttr<I64Attr>:$input_size, Optional<Kernel_Row>:$bias,
    OptionalAttr<Emb_Activation>:$activation,
    Optional<Kernel_Rows>:$multiplier, Optional<Kernel_Rows>:$residual,
    OptionalAttr<Emb_PoolKind>:$pool, Optional<Kernel_Index>:$offsets), normEpilogue);
  let assemblyFormat = [{
    $input `,` $weight
    (`weight_scale` `(` $weight_scale^ `:` type($weight_scale) `)`)?
    (`correction` `(` $correction^ `:` type($correction) `)`)?
    (`input_size` $input_size^)?
    (`bias` `(` $bias^ `:` type($bias) `)`)?
    (`activation` $activation^)?
    (`multiplier` `(` $multiplier^ `:` type($multiplier) `)`)?
    (`residual` `(` $residual^ `:` type($residual) `)`)?
    (`pool` $pool^)? (`offsets` `(` $offsets^ `:` type($offsets) `)`)?
    (`norm` $norm^)? (`scale` `(` $scale^ `:` type($scale) `)`)?
    (`shift` `(` $shift^ `:` type($shift) `)`)? (`epsilon` $epsilon^)?
    (`smoothing` `(` $smoothing^ `:` type($smoothing) `)`)?
    (`into` `(` $out^ `:` type($out) `)`)? (`tile` `(` $tile^ `)`)?
    `:` type($input) `,` type($weight) (`->` type($outputs)^)? attr-dict
  }];
  let extraClassDeclaration = resultAccessors # [{
    /// Whether the weight is in i4, which a buffer views as bytes of two.
    bool isGrouped() {
      return getWeightScale() && getWeightScale().getType().getRank() > 1;
    }
    /// Inputs that a dot product takes at once: 1, or the panels' last side.
    int64_t getDepth() {
      ::mlir::ShapedType weight = getWeight().getType();
      if (isGrouped() && weight.getRank() == 3)
        return 2;
      return weight.getRank() == 4 ? weight.getDimSize(3) : 1;
    }
    /// K, without what fills the last group.
    int64_t getTrueInputSize() {
      return getInputSize().value_or(getWeight().getType().getDimSize(1) *
                                     getDepth());
    }
    /// N, or the columns of all panels.
    int64_t getWeightColumns() {
      ::mlir::ShapedType weight = getWeight().getType();
      return weight.getDimSize(0) *
             (weight.getRank() > 2 ? weight.getDimSize(2) : 1);
    }
  }];
}

#endif // EMBLEM_DIALECTS_KERNEL_MATMUL_TD
