//===- kernel_ops.td - The operations of the kernel dialect ----*- tablegen -*-//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_DIALECTS_KERNEL_OPS_TD
#define EMBLEM_DIALECTS_KERNEL_OPS_TD

include "dialects/kernel/kernel_base.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

// A tensor in the value form, a memref in the buffer form.
class Kernel_ShapedOfRank<int rank, string summary>
    : Type<And<[Or<[IsTensorTypePred, IsMemRefTypePred]>,
                HasAnyRankOfPred<[rank]>]>, summary, "::mlir::ShapedType">;

def Kernel_Rows : Kernel_ShapedOfRank<2, "rows of features">;
def Kernel_Row : Kernel_ShapedOfRank<1, "a row of weights">;
def Kernel_Table : Kernel_ShapedOfRank<2, "a table of weights">;
def Kernel_Matrix : Type<And<[Or<[IsTensorTypePred, IsMemRefTypePred]>,
                              HasAnyRankOfPred<[2, 3]>]>,
                         "a matrix, or its panels", "::mlir::ShapedType">;
def Kernel_Index : Kernel_ShapedOfRank<1, "one integer a token or a text">;

class Kernel_Op<string mnemonic, list<Trait> traits = []>
    : Op<Kernel_Dialect, mnemonic, !listconcat(traits, [
        DeclareOpInterfaceMethods<MemoryEffectsOpInterface>])>;

class Kernel_ComputeOp<string mnemonic, list<string> methods,
                       list<Trait> traits = []>
    : Kernel_Op<mnemonic, !listconcat(traits, [
        AttrSizedOperandSegments,
        DeclareOpInterfaceMethods<Kernel_OpInterface, methods>])> {
  let hasVerifier = 1;
}

def Kernel_WeightOp : Op<Kernel_Dialect, "weight", [Pure]> {
  let summary = "A weight in the layout that a kernel reads";
  let description = [{
    `sources` are joined along their first dimension. Each is the name of a
    weight of the model, its values in place, or a count of zeros (a bias that
    is not there). With `table_row` the one source is a table, and this is that
    row of it. `at` is the place in the weight section, in bytes.

    Constraints:
      1. The rank is the layout's: `row` 1, `table`, `matrix` and `sinusoid` 2,
         `panels` 3.
      2. There is at least one source; `sinusoid` has one, its true width.

    ```mlir
    %w = kernel.weight matrix ["query", "key", "value"] : tensor<1152x384xf32>
    %p = kernel.weight panels ["query", "key", "value"] : tensor<36x384x32xf32>
    ```
  }];
  let arguments = (ins Kernel_Layout:$layout, ArrayAttr:$sources,
                       OptionalAttr<I64Attr>:$table_row,
                       OptionalAttr<I64Attr>:$byte_offset);
  let results = (outs StaticShapeTensorOf<[F32, F16, BF16, I8]>:$result);
  let assemblyFormat = [{
    $layout $sources (`table_row` $table_row^)? (`at` $byte_offset^)?
    `:` type($result) attr-dict
  }];
  let hasVerifier = 1;
}

def Kernel_MatmulOp : Kernel_ComputeOp<"matmul", ["getWork", "getColumns"]> {
  let summary = "Rows times a packed matrix, with what follows it fused";
  let description = [{
    `norm(residual + activation(input * transpose(weight) + bias))`; each part of
    the epilogue is optional. Bias, activation and residual are applied to the
    tile in registers; the norm runs over finished rows while they are in cache.

    Shapes: input `[R, K]`; weight `[N, K]` (layout `matrix`) or `[panels, K,
    panel width]` (layout `panels`); bias, scale and shift `[N]`; residual and
    result `[R, N]`.

    Constraints:
      1. The weight's K is the input's width (values; a buffer may be padded).
      2. A bias, scale or shift is as wide as the result.
      3. The residual has the result's width.
      4. Scale, shift and `epsilon` come with a norm.
      5. Values have a result and no tile; buffers have `into` and a tile of four.

    ```mlir
    %1 = kernel.matmul %0, %w bias(%b : tensor<1536xf32>) activation gelu
        : tensor<?x384xf32>, tensor<1536x384xf32> -> tensor<?x1536xf32>
    %2 = kernel.matmul %1, %v residual(%0 : tensor<?x384xf32>) norm layer
        scale(%g : tensor<384xf32>) shift(%s : tensor<384xf32>) epsilon 1.0e-12
        : tensor<?x1536xf32>, tensor<384x1536xf32> -> tensor<?x384xf32>
    ```
  }];
  let arguments = (ins
    Kernel_Rows:$input, Kernel_Matrix:$weight, Optional<Kernel_Row>:$bias,
    OptionalAttr<Emb_Activation>:$activation,
    Optional<Kernel_Rows>:$residual,
    OptionalAttr<Kernel_NormKind>:$norm, Optional<Kernel_Row>:$scale,
    Optional<Kernel_Row>:$shift, OptionalAttr<F64Attr>:$epsilon,
    Optional<Kernel_Rows>:$out, Variadic<Index>:$tile,
    OptionalAttr<StrAttr>:$stage);
  let results = (outs Optional<Kernel_Rows>:$result);
  let assemblyFormat = [{
    $input `,` $weight (`bias` `(` $bias^ `:` type($bias) `)`)?
    (`activation` $activation^)?
    (`residual` `(` $residual^ `:` type($residual) `)`)?
    (`norm` $norm^)? (`scale` `(` $scale^ `:` type($scale) `)`)?
    (`shift` `(` $shift^ `:` type($shift) `)`)? (`epsilon` $epsilon^)?
    (`into` `(` $out^ `:` type($out) `)`)? (`tile` `(` $tile^ `)`)?
    `:` type($input) `,` type($weight) (`->` type($result)^)? attr-dict
  }];
  let extraClassDeclaration = [{
    /// N: the true width of the result.
    int64_t getOutputSize();
    /// K.
    int64_t getInputSize() { return getWeight().getType().getDimSize(1); }
  }];
}

def Kernel_AttentionOp : Kernel_ComputeOp<"attention",
    ["getWork", "getColumns", "isRowLocal"]> {
  let summary = "Softmax attention within each text, scores never in memory";
  let description = [{
    Rows hold query, key and value side by side, `[T, 3 * heads * head size]`.
    Per text and head: `softmax(Q * transpose(K) * scale) * V`, with the online
    softmax (Milakov and Gimelshein, 2018; Dao et al., "FlashAttention", 2022): a
    block of keys at a time, the running maximum and sum in registers.

    Constraints:
      1. The input is three times heads times head size wide (values; a buffer
         may be padded), the result heads times head size.
      2. Values have a result and no tile; buffers have `into` and a tile of four,
         and `sequences`, the text that each token belongs to.

    ```mlir
    %1 = kernel.attention %0, %offsets heads 12 head_size 32 scale 0.17677
        : tensor<?x1152xf32>, tensor<?xi32> -> tensor<?x384xf32>
    ```
  }];
  let arguments = (ins
    Kernel_Rows:$input, Kernel_Index:$offsets,
    Optional<Kernel_Index>:$sequences, I64Attr:$heads, I64Attr:$head_size,
    F64Attr:$scale, Optional<Kernel_Rows>:$out, Variadic<Index>:$tile,
    OptionalAttr<StrAttr>:$stage);
  let results = (outs Optional<Kernel_Rows>:$result);
  let assemblyFormat = [{
    $input `,` $offsets (`sequences` `(` $sequences^ `:` type($sequences) `)`)?
    `heads` $heads `head_size` $head_size `scale` $scale
    (`into` `(` $out^ `:` type($out) `)`)? (`tile` `(` $tile^ `)`)?
    `:` type($input) `,` type($offsets) (`->` type($result)^)? attr-dict
  }];
}

def Kernel_RowNormOp : Kernel_ComputeOp<"row_norm", ["getWork"]> {
  let summary = "A norm over each row";
  let description = [{
    - `layer`: `(x - mean) / sqrt(variance + epsilon) * scale + shift`.
    - `l2`: `x / max(|x|, epsilon)`; no scale, no shift.

    The variance is summed around the mean, in a second pass over the row.

    Shapes: input and result `[R, width]`, scale and shift `[width]`. In buffers,
    `width` says how much of the padded row is true.

    Constraints:
      1. `width` is at most the input's width.
      2. `layer` has scale and shift, at least `width` wide; `l2` has neither.
      3. Values have a result and no tile; buffers have `into` and a tile of four.

    ```mlir
    %1 = kernel.row_norm layer %0 scale(%g : tensor<384xf32>)
        shift(%s : tensor<384xf32>) epsilon 1.0e-12 width 384
        : tensor<?x384xf32> -> tensor<?x384xf32>
    ```
  }];
  let arguments = (ins
    Kernel_NormKind:$norm, Kernel_Rows:$input, Optional<Kernel_Row>:$scale,
    Optional<Kernel_Row>:$shift, F64Attr:$epsilon, I64Attr:$width,
    Optional<Kernel_Rows>:$out, Variadic<Index>:$tile,
    OptionalAttr<StrAttr>:$stage);
  let results = (outs Optional<Kernel_Rows>:$result);
  let assemblyFormat = [{
    $norm $input (`scale` `(` $scale^ `:` type($scale) `)`)?
    (`shift` `(` $shift^ `:` type($shift) `)`)? `epsilon` $epsilon
    `width` $width (`into` `(` $out^ `:` type($out) `)`)? (`tile` `(` $tile^ `)`)?
    `:` type($input) (`->` type($result)^)? attr-dict
  }];
}

def Kernel_GatherOp : Kernel_ComputeOp<"gather", ["getWork"]> {
  let summary = "Sums what a token, its position and its segment contribute";
  let description = [{
    Row t is the sum, in this order, of those given: `table[ids[t]]`, `input[t]`,
    `row`, and `positions[t - offsets[text of t] + position_offset]`; then the
    norm, if there is one.

    Shapes: table `[V, H]`, input `[T, H]`, row `[H]`, positions `[P, H]`.

    Constraints:
      1. There is a table or an input; a table comes with ids.
      2. All widths are the result's.
      3. Scale, shift and `epsilon` come with a norm.
      4. Values have a result and no tile; buffers have `into`, a tile of four and
         `sequences`, the text that each token belongs to.

    ```mlir
    %1 = kernel.gather offsets(%offsets : tensor<?xi32>)
        table(%ids, %words : tensor<?xi32>, tensor<30522x384xf32>)
        row(%segment : tensor<384xf32>)
        positions(%positions : tensor<512x384xf32>) -> tensor<?x384xf32>
    ```
  }];
  let arguments = (ins
    Kernel_Index:$offsets, Optional<Kernel_Index>:$sequences,
    Optional<Kernel_Index>:$ids, Optional<Kernel_Table>:$table,
    Optional<Kernel_Rows>:$input, Optional<Kernel_Row>:$row,
    Optional<Kernel_Table>:$positions,
    DefaultValuedAttr<I64Attr, "0">:$position_offset,
    OptionalAttr<Kernel_NormKind>:$norm, Optional<Kernel_Row>:$scale,
    Optional<Kernel_Row>:$shift, OptionalAttr<F64Attr>:$epsilon,
    Optional<Kernel_Rows>:$out, Variadic<Index>:$tile,
    OptionalAttr<StrAttr>:$stage);
  let results = (outs Optional<Kernel_Rows>:$result);
  let assemblyFormat = [{
    `offsets` `(` $offsets `:` type($offsets) `)`
    (`sequences` `(` $sequences^ `:` type($sequences) `)`)?
    (`table` `(` $ids^ `,` $table `:` type($ids) `,` type($table) `)`)?
    (`input` `(` $input^ `:` type($input) `)`)?
    (`row` `(` $row^ `:` type($row) `)`)?
    (`positions` `(` $positions^ `:` type($positions) `)`)?
    (`position_offset` $position_offset^)?
    (`norm` $norm^)? (`scale` `(` $scale^ `:` type($scale) `)`)?
    (`shift` `(` $shift^ `:` type($shift) `)`)? (`epsilon` $epsilon^)?
    (`into` `(` $out^ `:` type($out) `)`)? (`tile` `(` $tile^ `)`)?
    (`->` type($result)^)? attr-dict
  }];
}

def Kernel_AddOp : Kernel_ComputeOp<"add", ["getWork"]> {
  let summary = "The sum of two rows, where no matmul could take it in";
  let description = [{
    Constraints:
      1. Both inputs have the result's width.
      2. Values have a result and no tile; buffers have `into` and a tile of four.

    ```mlir
    %2 = kernel.add %0, %1 : tensor<?x384xf32>, tensor<?x384xf32> -> tensor<?x384xf32>
    ```
  }];
  let arguments = (ins
    Kernel_Rows:$lhs, Kernel_Rows:$rhs, Optional<Kernel_Rows>:$out,
    Variadic<Index>:$tile, OptionalAttr<StrAttr>:$stage);
  let results = (outs Optional<Kernel_Rows>:$result);
  let assemblyFormat = [{
    $lhs `,` $rhs (`into` `(` $out^ `:` type($out) `)`)? (`tile` `(` $tile^ `)`)?
    `:` type($lhs) `,` type($rhs) (`->` type($result)^)? attr-dict
  }];
}

def Kernel_PoolOp : Kernel_ComputeOp<"pool", ["getWork", "isRowLocal", "pools"]> {
  let summary = "One row a text from one row a token";
  let description = [{
    The kinds are `emb.pool`'s; then the norm, if there is one.

    Constraints:
      1. Input and result have one width (values; a buffer may be padded).
      2. `epsilon` comes with a norm; the only norm here is `l2`.
      3. Values have a result and no tile; buffers have `into` and a tile of four.

    ```mlir
    %1 = kernel.pool mean %0, %offsets norm l2 epsilon 1.0e-12
        : tensor<?x384xf32>, tensor<?xi32> -> tensor<?x384xf32>
    ```
  }];
  let arguments = (ins
    Emb_PoolKind:$kind, Kernel_Rows:$input, Kernel_Index:$offsets,
    OptionalAttr<Kernel_NormKind>:$norm, OptionalAttr<F64Attr>:$epsilon,
    Optional<Kernel_Rows>:$out, Variadic<Index>:$tile,
    OptionalAttr<StrAttr>:$stage);
  let results = (outs Optional<Kernel_Rows>:$result);
  let assemblyFormat = [{
    $kind $input `,` $offsets (`norm` $norm^)? (`epsilon` $epsilon^)?
    (`into` `(` $out^ `:` type($out) `)`)? (`tile` `(` $tile^ `)`)?
    `:` type($input) `,` type($offsets) (`->` type($result)^)? attr-dict
  }];
}

def Kernel_OutputOp : Op<Kernel_Dialect, "output", [
    DeclareOpInterfaceMethods<Kernel_OpInterface, ["getWork"]>,
    AttrSizedOperandSegments]> {
  let summary = "Copies finished rows into the caller's vectors, unpadded";
  let description = [{
    The last kernel: row s becomes `vectors[s * width]` and what follows.

    Constraints: 1. Buffers have `into`, of rank one, and a tile of four.

    ```mlir
    kernel.output %0 width 384 : tensor<?x384xf32>
    ```
  }];
  let arguments = (ins Kernel_Rows:$input, I64Attr:$width,
                       Optional<Kernel_Index>:$out, Variadic<Index>:$tile,
                       OptionalAttr<StrAttr>:$stage);
  let assemblyFormat = [{
    $input `width` $width (`into` `(` $out^ `:` type($out) `)`)?
    (`tile` `(` $tile^ `)`)? `:` type($input) attr-dict
  }];
  let hasVerifier = 1;
}

#endif // EMBLEM_DIALECTS_KERNEL_OPS_TD
