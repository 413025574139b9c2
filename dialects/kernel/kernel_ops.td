//===- kernel_ops.td - The operations of the kernel dialect ----*- tablegen -*-//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_DIALECTS_KERNEL_OPS_TD
#define EMBLEM_DIALECTS_KERNEL_OPS_TD

include "dialects/kernel/kernel_base.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

// A tensor in the value form, a memref in the buffer form. All sides are known,
// and none is zero, but where `sides` says otherwise.
class Kernel_Shaped<list<int> ranks, list<Type> elements, Pred sides,
                    string summary>
    : Type<And<[Or<[IsTensorTypePred, IsMemRefTypePred]>,
                HasAnyRankOfPred<ranks>,
                SubstLeaves<"$_self",
                  "::llvm::cast<::mlir::ShapedType>($_self).getElementType()",
                  AnyTypeOf<elements>.predicate>,
                sides]>, summary, "::mlir::ShapedType">;
class Kernel_Sides<string test>
    : CPred<test # "(::llvm::cast<::mlir::ShapedType>($_self))">;
def Kernel_AnySides : CPred<"true">;
def Kernel_KnownWidth : Kernel_Sides<"::emblem::kernel::isOfKnownWidth">;
def Kernel_KnownShape : Kernel_Sides<"::emblem::kernel::isOfKnownShape">;

def Kernel_Rows : Kernel_Shaped<[2], [F32, BF16, I8, I16], Kernel_KnownWidth,
                                "rows of features, their width known">;
def Kernel_Row : Kernel_Shaped<[1], [F32, BF16], Kernel_KnownShape,
                               "a row of weights">;
def Kernel_Scales : Kernel_Shaped<[1, 2, 3], [F32, BF16], Kernel_KnownShape,
                                  "the scales of a weight">;
def Kernel_Table : Kernel_Shaped<[2], [F32, BF16, I8], Kernel_KnownShape,
                                 "a table of weights">;
def Kernel_Matrix : Kernel_Shaped<[2, 3, 4], [F32, BF16, I8, I<4>],
                                  Kernel_KnownShape,
                                  "a matrix of weights, or its panels">;
def Kernel_Index : Kernel_Shaped<[1], [I32], Kernel_AnySides,
                                 "one i32 a token or a text">;
def Kernel_Vectors : Kernel_Shaped<[1], [F32], Kernel_AnySides,
                                   "the vectors, one after the other">;

class Kernel_Op<string mnemonic, list<Trait> traits = []>
    : Op<Kernel_Dialect, mnemonic, !listconcat(traits, [
        DeclareOpInterfaceMethods<MemoryEffectsOpInterface>])>;

// In the value form, the rows; and, where there is one, the second result.
defvar resultAccessors = [{
  ::mlir::Value getResult() {
    return getNumResults() ? ::mlir::Value(getOutputs()[0]) : nullptr;
  }
  ::mlir::Value getQuantized() {
    return getNumResults() == 2 ? ::mlir::Value(getOutputs()[1]) : nullptr;
  }
}];

class Kernel_ComputeOp<string mnemonic, list<string> methods,
                       list<Trait> traits = []>
    : Kernel_Op<mnemonic, !listconcat(traits, [
        AttrSizedOperandSegments,
        DeclareOpInterfaceMethods<Kernel_OpInterface, methods>])> {
  let hasVerifier = 1;
  let results = (outs Variadic<Kernel_Rows>:$outputs);
  let extraClassDeclaration = resultAccessors;
}

def Kernel_WeightOp : Op<Kernel_Dialect, "weight", [Pure]> {
  let summary = "A weight in the layout that a kernel reads";
  let description = [{
    `sources` are joined along their first dimension. Each is the name of a
    weight of the model, its values in place, or a count of zeros (a bias that
    is not there). With `table_row` the one source is a table, and this is that
    row of it. Each value is multiplied by `factor`. `at` is the place in the
    weight section, in bytes.

    In bf16, values are rounded to the nearest. In i8 each row of a matrix is
    `round(w / scale)` with the scale `max |w| / 127`, which `scales` of the same
    sources holds. With `smoothing`, a factor a column, each column is divided by
    its own before all that.

    In i4 each 32 elements of a row are `round(w / scale)`, from -8 to 7, with a
    scale that `group_scales` holds: of some near `max |w| / 8`, the one with the
    least squared error. Panels in i4 hold two inputs of a column in a byte, the
    first in its low half, in two's complement.

    Constraints:
      1. The rank is the layout's: `row`, `scales` and `corrections` 1, `table`,
         `matrix`, `sinusoid`, `rotary`, `alibi` and `position_bias` 2, `panels` 3
         or 4, `group_scales` 2 or 3.
      2. There is at least one source: names, float values, counts of zeros; where
         the layout is not `row`, values are tables, and zeros are not counted
         but for rows of zeros that follow a table (`table`, `scales`).
         `sinusoid` has one, a count: its true width, at most the result's.
         `rotary` has three: the features turned, an even count of at most the
         result's width, the base and the factor, positive floats. `alibi` has the
         count of positions P; `position_bias` its table, the maximal distance, a
         count, and P. Both are as wide as `2 * P - 1`, or wider.
      3. `table_row` comes with the layout `row`, and its one source is a name or
         a table of values that has this row.
      4. `at` is a multiple of 64 (a cache line), and not negative.
      5. i8 is for matrices, panels and tables; i4 for matrices, and for panels
         of pairs.
      6. Smoothing is for matrices and what is made of them (`panels`, `scales`,
         `corrections`): a factor a column, finite and not zero.
      7. `factor` is finite and not zero, and not for `sinusoid`.

    ```mlir
    %w = kernel.weight matrix ["query", "key", "value"] : tensor<1152x384xf32>
    %p = kernel.weight panels ["query", "key", "value"] at 0 : tensor<36x384x32xf32>
    %b = kernel.weight row ["query.bias", 768] : tensor<1152xf32>
    %r = kernel.weight row ["segments"] table_row 1 : tensor<384xf32>
    %s = kernel.weight sinusoid [384] : tensor<512x384xf32>
    %t = kernel.weight rotary [64, 10000.0, 1.0] : tensor<512x64xf32>
    %a = kernel.weight alibi [512] : tensor<12x1023xf32>
    %d = kernel.weight position_bias ["relative", 128, 512] : tensor<12x1023xf32>
    %e = kernel.weight table ["words"] factor 19.6 : tensor<30522x384xf32>
    %q = kernel.weight panels ["up"] at 64 : tensor<48x96x32x4xi8>
    %c = kernel.weight corrections ["up"] : tensor<1536xf32>
    %n = kernel.weight matrix ["up"] : tensor<1536x384xi4>
    %g = kernel.weight group_scales ["up"] : tensor<1536x12xbf16>
    ```
  }];
  let arguments = (ins Kernel_Layout:$layout, ArrayAttr:$sources,
                       OptionalAttr<I64Attr>:$table_row,
                       OptionalAttr<ElementsAttr>:$smoothing,
                       OptionalAttr<I64Attr>:$byte_offset,
                       OptionalAttr<F64Attr>:$factor);
  let results = (outs StaticShapeTensorOf<[F32, BF16, I8, I<4>]>:$result);
  let assemblyFormat = [{
    $layout $sources (`table_row` $table_row^)? (`factor` $factor^)?
    (`smoothing` $smoothing^)?
    (`at` $byte_offset^)?
    `:` type($result) attr-dict
  }];
  let hasVerifier = 1;
}

def Kernel_MatmulOp : Kernel_ComputeOp<"matmul", ["getWork", "getColumns"]> {
  let summary = "Rows times a packed matrix, with what follows it fused";
  let description = [{
    `norm(residual + activation(input * transpose(weight) + bias) . multiplier)`;
    each part of the epilogue is optional. Bias, activation, multiplier (element
    by element: a gate) and residual are applied to the tile in registers; the
    norm runs over finished rows while they are in cache.

    Shapes: input `[R, K]`; weight `[N, K]` (layout `matrix`) or `[panels, K,
    panel width]` or `[panels, groups, panel width, depth]` (layout `panels`);
    bias, scale, shift, weight scale and correction `[N]`; multiplier, residual
    and result `[R, N]`.

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
  let arguments = (ins
    Kernel_Rows:$input, Kernel_Matrix:$weight,
    Optional<Kernel_Scales>:$weight_scale, Optional<Kernel_Row>:$correction,
    OptionalAttr<I64Attr>:$input_size, Optional<Kernel_Row>:$bias,
    OptionalAttr<Emb_Activation>:$activation,
    Optional<Kernel_Rows>:$multiplier, Optional<Kernel_Rows>:$residual,
    OptionalAttr<Kernel_NormKind>:$norm, Optional<Kernel_Row>:$scale,
    Optional<Kernel_Row>:$shift, OptionalAttr<F64Attr>:$epsilon,
    Optional<Kernel_Row>:$smoothing, Optional<Kernel_Rows>:$out, Variadic<Index>:$tile,
    OptionalAttr<StrAttr>:$stage);
  let assemblyFormat = [{
    $input `,` $weight
    (`weight_scale` `(` $weight_scale^ `:` type($weight_scale) `)`)?
    (`correction` `(` $correction^ `:` type($correction) `)`)?
    (`input_size` $input_size^)?
    (`bias` `(` $bias^ `:` type($bias) `)`)?
    (`activation` $activation^)?
    (`multiplier` `(` $multiplier^ `:` type($multiplier) `)`)?
    (`residual` `(` $residual^ `:` type($residual) `)`)?
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

include "dialects/kernel/kernel_attention.td"

def Kernel_RowNormOp : Kernel_ComputeOp<"row_norm", ["getWork"]> {
  let summary = "A norm over each row";
  let description = [{
    - `layer`: `(x - mean) / sqrt(variance + epsilon) * scale + shift`.
    - `rms`: `x / sqrt(mean(x^2) + epsilon) * scale`; no shift.
    - `l2`: `x / max(|x|, epsilon)`; no scale, no shift.

    The variance is summed around the mean, in a second pass over the row.

    Shapes: input and results `[R, width]`, scale and shift `[width]`. In buffers,
    `width` says how much of the padded row is true, and `quantized` is where the
    second result goes.

    Constraints:
      1. `width` is positive, and the width of input and result; a buffer may be
         wider.
      2. `layer` has scale and shift, at least `width` wide (packed, they are
         padded); `rms` has scale alone, `l2` neither.
      3. `epsilon` is neither negative nor infinite.
      4. The dialect's two forms; values have no `quantized`. Input and first
         result are f32.
      5. The second result (or `quantized`) is as wide as the first, and in bf16,
         i8 or i16; a buffer may be wider. Smoothing comes with it, in i8 or i16,
         at least `width` wide.

    ```mlir
    func.func @norm(%x: tensor<?x384xf32>) -> tensor<?x384xf32> {
      %g = kernel.weight row ["norm.scale"] : tensor<384xf32>
      %s = kernel.weight row ["norm.shift"] : tensor<384xf32>
      %0 = kernel.row_norm layer %x scale(%g : tensor<384xf32>)
          shift(%s : tensor<384xf32>) epsilon 1.0e-12 width 384
          : tensor<?x384xf32> -> tensor<?x384xf32>
      return %0 : tensor<?x384xf32>
    }
    ```
  }];
  let arguments = (ins
    Kernel_NormKind:$norm, Kernel_Rows:$input, Optional<Kernel_Row>:$scale,
    Optional<Kernel_Row>:$shift, F64Attr:$epsilon, I64Attr:$width,
    Optional<Kernel_Row>:$smoothing, Optional<Kernel_Rows>:$out,
    Optional<Kernel_Rows>:$quantized_out,
    Variadic<Index>:$tile, OptionalAttr<StrAttr>:$stage);
  let assemblyFormat = [{
    $norm $input (`scale` `(` $scale^ `:` type($scale) `)`)?
    (`shift` `(` $shift^ `:` type($shift) `)`)? `epsilon` $epsilon
    `width` $width (`smoothing` `(` $smoothing^ `:` type($smoothing) `)`)?
    (`into` `(` $out^ `:` type($out) `)`)?
    (`quantized` `(` $quantized_out^ `:` type($quantized_out) `)`)?
    (`tile` `(` $tile^ `)`)? `:` type($input) (`->` type($outputs)^)? attr-dict
  }];
}

def Kernel_QuantizeOp : Kernel_ComputeOp<"quantize", ["getWork"]> {
  let summary = "Rows in a narrower type";
  let description = [{
    - To bf16: each element, to the nearest.
    - To i8 or i16: as the dialect says, with the scale `(most - least) / 254` and
      the zero point `round(-least / scale)`, where most and least are those of
      the row's elements and of zero. A row of zeros has scale zero.

    Shapes: input and result `[R, width]`, smoothing `[width]`. In buffers,
    `width` says how much of the padded row is true.

    Constraints:
      1. `width` is positive, and the width of input and result; a buffer may be
         wider.
      2. The input is f32 or bf16, the result narrower: bf16, i8 or i16.
      3. The dialect's two forms, with one result.
      4. Smoothing is for i8 and i16, and at least `width` wide.

    ```mlir
    func.func @narrow(%x: tensor<?x384xf32>) -> tensor<?x384xi8> {
      %0 = kernel.quantize %x width 384 : tensor<?x384xf32> -> tensor<?x384xi8>
      return %0 : tensor<?x384xi8>
    }
    ```
  }];
  let arguments = (ins
    Kernel_Rows:$input, Optional<Kernel_Row>:$smoothing, I64Attr:$width,
    Optional<Kernel_Rows>:$out, Variadic<Index>:$tile,
    OptionalAttr<StrAttr>:$stage);
  let assemblyFormat = [{
    $input (`smoothing` `(` $smoothing^ `:` type($smoothing) `)`)?
    `width` $width (`into` `(` $out^ `:` type($out) `)`)?
    (`tile` `(` $tile^ `)`)? `:` type($input) (`->` type($outputs)^)? attr-dict
  }];
}

def Kernel_GatherOp : Kernel_ComputeOp<"gather", ["getWork"]> {
  let summary = "Sums what a token, its position and its segment contribute";
  let description = [{
    Row t is the sum, in this order, of those given: `table[ids[t]]`, `input[t]`,
    `row`, and `positions[t - offsets[text of t] + position_offset]`; then the
    norm, if there is one. A table in i8 is scaled by `table_scale[ids[t]]`.

    Shapes: table `[V, H]`, table scale `[V]` (a packed one is padded), input `[T,
    H]`, row `[H]`, positions `[P, H]`.

    Constraints:
      1. There is a table or an input; table and ids come together. A table scale
         comes with a table in i8, and has a scale for each of its rows.
      2. The input is as wide as the result (or `into`). Table, row, positions,
         scale and shift are at least as wide as the result (packed, they are
         padded); of buffers, the columns that all of them have are computed.
      3. `position_offset` is a row of the positions, and 0 where there are none.
      4. A norm comes with `epsilon`, neither negative nor infinite; `layer` with
         scale and shift, `rms` with scale alone, `l2` with neither; without a norm
         there is none of them. What it writes is f32.
      5. The dialect's two forms; buffers also have `sequences`, the text that
         each token belongs to.
      6. Input and first result are f32 or bf16. The second result is as wide as
         the first, and in bf16, i8 or i16. Smoothing comes with it, in i8 or i16,
         at least as wide.

    ```mlir
    func.func @embed(%ids: tensor<?xi32>, %offsets: tensor<?xi32>) -> tensor<?x384xf32> {
      %words = kernel.weight table ["words"] : tensor<30522x384xf32>
      %segment = kernel.weight row ["segments"] table_row 0 : tensor<384xf32>
      %positions = kernel.weight table ["positions"] : tensor<512x384xf32>
      %0 = kernel.gather offsets(%offsets : tensor<?xi32>)
          table(%ids, %words : tensor<?xi32>, tensor<30522x384xf32>)
          row(%segment : tensor<384xf32>)
          positions(%positions : tensor<512x384xf32>) -> tensor<?x384xf32>
      return %0 : tensor<?x384xf32>
    }
    ```
  }];
  let arguments = (ins
    Kernel_Index:$offsets, Optional<Kernel_Index>:$sequences,
    Optional<Kernel_Index>:$ids, Optional<Kernel_Table>:$table,
    Optional<Kernel_Row>:$table_scale, Optional<Kernel_Rows>:$input,
    Optional<Kernel_Row>:$row, Optional<Kernel_Table>:$positions,
    DefaultValuedAttr<I64Attr, "0">:$position_offset,
    OptionalAttr<Kernel_NormKind>:$norm, Optional<Kernel_Row>:$scale,
    Optional<Kernel_Row>:$shift, OptionalAttr<F64Attr>:$epsilon,
    Optional<Kernel_Row>:$smoothing, Optional<Kernel_Rows>:$out, Variadic<Index>:$tile,
    OptionalAttr<StrAttr>:$stage);
  let assemblyFormat = [{
    `offsets` `(` $offsets `:` type($offsets) `)`
    (`sequences` `(` $sequences^ `:` type($sequences) `)`)?
    (`table` `(` $ids^ `,` $table `:` type($ids) `,` type($table) `)`)?
    (`table_scale` `(` $table_scale^ `:` type($table_scale) `)`)?
    (`input` `(` $input^ `:` type($input) `)`)?
    (`row` `(` $row^ `:` type($row) `)`)?
    (`positions` `(` $positions^ `:` type($positions) `)`)?
    (`position_offset` $position_offset^)?
    (`norm` $norm^)? (`scale` `(` $scale^ `:` type($scale) `)`)?
    (`shift` `(` $shift^ `:` type($shift) `)`)? (`epsilon` $epsilon^)?
    (`smoothing` `(` $smoothing^ `:` type($smoothing) `)`)?
    (`into` `(` $out^ `:` type($out) `)`)? (`tile` `(` $tile^ `)`)?
    (`->` type($outputs)^)? attr-dict
  }];
}

def Kernel_AddOp : Kernel_ComputeOp<"add", ["getWork"]> {
  let summary = "The sum of two rows, where no matmul could take it in";
  let description = [{
    Constraints:
      1. Both inputs are as wide as the result (or `into`).
      2. The dialect's two forms, with one result.
      3. All are in f32 or bf16.

    ```mlir
    func.func @sum(%x: tensor<?x384xf32>, %y: tensor<?x384xf32>) -> tensor<?x384xf32> {
      %0 = kernel.add %x, %y : tensor<?x384xf32>, tensor<?x384xf32> -> tensor<?x384xf32>
      return %0 : tensor<?x384xf32>
    }
    ```
  }];
  let arguments = (ins
    Kernel_Rows:$lhs, Kernel_Rows:$rhs, Optional<Kernel_Rows>:$out,
    Variadic<Index>:$tile, OptionalAttr<StrAttr>:$stage);
  let assemblyFormat = [{
    $lhs `,` $rhs (`into` `(` $out^ `:` type($out) `)`)? (`tile` `(` $tile^ `)`)?
    `:` type($lhs) `,` type($rhs) (`->` type($outputs)^)? attr-dict
  }];
}

def Kernel_PoolOp : Kernel_ComputeOp<"pool", ["getWork", "isRowLocal", "pools"]> {
  let summary = "One row a text from one row a token";
  let description = [{
    The kinds are `emb.pool`'s; then the norm, if there is one.

    Constraints:
      1. The input is as wide as the result (or `into`).
      2. A norm comes with `epsilon`, neither negative nor infinite; the only norm
         here is `l2`, and what it writes is f32.
      3. The dialect's two forms, with one result.
      4. Input and result are f32 or bf16.

    ```mlir
    func.func @mean(%x: tensor<?x384xf32>, %offsets: tensor<?xi32>) -> tensor<?x384xf32> {
      %0 = kernel.pool mean %x, %offsets norm l2 epsilon 1.0e-12
          : tensor<?x384xf32>, tensor<?xi32> -> tensor<?x384xf32>
      return %0 : tensor<?x384xf32>
    }
    ```
  }];
  let arguments = (ins
    Emb_PoolKind:$kind, Kernel_Rows:$input, Kernel_Index:$offsets,
    OptionalAttr<Kernel_NormKind>:$norm, OptionalAttr<F64Attr>:$epsilon,
    Optional<Kernel_Rows>:$out, Variadic<Index>:$tile,
    OptionalAttr<StrAttr>:$stage);
  let assemblyFormat = [{
    $kind $input `,` $offsets (`norm` $norm^)? (`epsilon` $epsilon^)?
    (`into` `(` $out^ `:` type($out) `)`)? (`tile` `(` $tile^ `)`)?
    `:` type($input) `,` type($offsets) (`->` type($outputs)^)? attr-dict
  }];
}

def Kernel_OutputOp : Op<Kernel_Dialect, "output", [
    DeclareOpInterfaceMethods<Kernel_OpInterface, ["getWork"]>,
    AttrSizedOperandSegments]> {
  let summary = "Copies finished rows into the caller's vectors, unpadded";
  let description = [{
    The last kernel: row s becomes `vectors[s * width]` and what follows.

    Constraints:
      1. `width` is positive, and the input's width; a buffer may be wider.
      2. The dialect's two forms, but without a result.
      3. The input is f32 or bf16.

    ```mlir
    func.func @last(%x: tensor<?x384xf32>) {
      kernel.output %x width 384 : tensor<?x384xf32>
      return
    }
    ```
  }];
  let arguments = (ins Kernel_Rows:$input, I64Attr:$width,
                       Optional<Kernel_Vectors>:$out, Variadic<Index>:$tile,
                       OptionalAttr<StrAttr>:$stage);
  let assemblyFormat = [{
    $input `width` $width (`into` `(` $out^ `:` type($out) `)`)?
    (`tile` `(` $tile^ `)`)? `:` type($input) attr-dict
  }];
  let hasVerifier = 1;
}

#endif // EMBLEM_DIALECTS_KERNEL_OPS_TD
