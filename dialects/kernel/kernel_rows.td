//===- kernel_rows.td - Norms, sums and pools of rows ------*- tablegen -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_DIALECTS_KERNEL_ROWS_TD
#define EMBLEM_DIALECTS_KERNEL_ROWS_TD

include "dialects/kernel/kernel_base.td"

def Kernel_RowNormOp : Kernel_ComputeOp<"row_norm",
    ["getWork", "getMostResults"],
    [DeclareOpInterfaceMethods<Kernel_TakesEpilogue,
        ["takesSmoothing", "addSmoothing", "getEpilogueSmoothing"]>]> {
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
  let reads = (ins
    Kernel_NormKind:$norm, Kernel_Rows:$input, Optional<Kernel_Row>:$scale,
    Optional<Kernel_Row>:$shift, F64Attr:$epsilon, I64Attr:$width,
    Optional<Kernel_Row>:$smoothing);
  let writes = (ins Optional<Kernel_Rows>:$out,
                    Optional<Kernel_Rows>:$quantized_out);
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
  let reads = (ins
    Kernel_Rows:$input, Optional<Kernel_Row>:$smoothing, I64Attr:$width);
  let assemblyFormat = [{
    $input (`smoothing` `(` $smoothing^ `:` type($smoothing) `)`)?
    `width` $width (`into` `(` $out^ `:` type($out) `)`)?
    (`tile` `(` $tile^ `)`)? `:` type($input) (`->` type($outputs)^)? attr-dict
  }];
}

def Kernel_GatherOp : Kernel_ComputeOp<"gather", ["getWork", "getMostResults"],
    [DeclareOpInterfaceMethods<Kernel_TakesEpilogue, normEpilogueMethods>,
     DeclareOpInterfaceMethods<Kernel_NarrowableOperands, ["addScales"]>]> {
  let summary = "Sums what a token, its position and its segment contribute";
  let description = [{
    Row t is the sum, in this order, of those given: `table[ids[t]]`, `input[t]`,
    `row`, `segments[types[t]]`, and `positions[t - offsets[text of t] +
    position_offset]`; then the norm, if there is one. Tokens of the id `uncounted`
    have position `position_offset - 1`, and move no other on. A table in i8 is scaled by
    `table_scale[ids[t]]`.

    Shapes: table `[V, H]`, table scale `[V]` (a packed one is padded), input `[T,
    H]`, row `[H]`, segments `[K, H]`, positions `[P, H]`.

    Constraints:
      1. There is a table or an input; table and ids come together, and so do
         segments and types, without a row. A table scale comes with a table in
         i8, and has a scale for each of its rows.
      2. The input is as wide as the result (or `into`). Table, row, segments,
         positions, scale and shift are at least as wide as the result (packed,
         they are padded); of buffers, the columns that all of them have are
         computed.
      3. `position_offset` is a row of the positions, and 0 where there are none.
         `uncounted` comes with the tokens' ids, `counted`, and is not negative;
         then the row is not the first.
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
  let reads = !con((ins
    Kernel_Index:$offsets, Optional<Kernel_Index>:$sequences,
    Optional<Kernel_Index>:$ids, Optional<Kernel_Table>:$table,
    Optional<Kernel_Row>:$table_scale, Optional<Kernel_Rows>:$input,
    Optional<Kernel_Row>:$row, Optional<Kernel_Index>:$types,
    Optional<Kernel_Table>:$segments, Optional<Kernel_Table>:$positions,
    DefaultValuedAttr<I64Attr, "0">:$position_offset,
    Optional<Kernel_Index>:$counted,
    OptionalAttr<I64Attr>:$uncounted), normEpilogue);
  let assemblyFormat = [{
    `offsets` `(` $offsets `:` type($offsets) `)`
    (`sequences` `(` $sequences^ `:` type($sequences) `)`)?
    (`table` `(` $ids^ `,` $table `:` type($ids) `,` type($table) `)`)?
    (`table_scale` `(` $table_scale^ `:` type($table_scale) `)`)?
    (`input` `(` $input^ `:` type($input) `)`)?
    (`row` `(` $row^ `:` type($row) `)`)?
    (`segments` `(` $types^ `,` $segments `:` type($types) `,` type($segments) `)`)?
    (`positions` `(` $positions^ `:` type($positions) `)`)?
    (`position_offset` $position_offset^)?
    (`counted` `(` $counted^ `:` type($counted) `)`)? (`uncounted` $uncounted^)?
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
  let reads = (ins
    Kernel_Rows:$lhs, Kernel_Rows:$rhs);
  let assemblyFormat = [{
    $lhs `,` $rhs (`into` `(` $out^ `:` type($out) `)`)? (`tile` `(` $tile^ `)`)?
    `:` type($lhs) `,` type($rhs) (`->` type($outputs)^)? attr-dict
  }];
}

def Kernel_PoolOp : Kernel_ComputeOp<"pool", ["getWork", "isRowLocal", "pools"],
    [DeclareOpInterfaceMethods<Kernel_TakesEpilogue,
        ["takesNorm", "addNorm", "getEpilogueNorm"]>]> {
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
  let reads = (ins
    Emb_PoolKind:$kind, Kernel_Rows:$input, Kernel_Index:$offsets,
    OptionalAttr<Kernel_NormKind>:$norm, OptionalAttr<F64Attr>:$epsilon);
  let assemblyFormat = [{
    $kind $input `,` $offsets (`norm` $norm^)? (`epsilon` $epsilon^)?
    (`into` `(` $out^ `:` type($out) `)`)? (`tile` `(` $tile^ `)`)?
    `:` type($input) `,` type($offsets) (`->` type($outputs)^)? attr-dict
  }];
}

def Kernel_ConcatenateOp : Kernel_ComputeOp<"concatenate", ["getWork"]> {
  let summary = "Rows side by side";
  let description = [{
    Row r of the result is row r of each input, one after the other. `widths` says
    how much of each input's padded row is true.

    Constraints:
      1. There are two inputs or more, with a width each: that of the input; a
         buffer may be wider.
      2. The widths together are the result's (or that of `into`, which may be
         wider).
      3. The dialect's two forms, with one result.
      4. All are in f32 or bf16.

    ```mlir
    func.func @both(%x: tensor<?x384xf32>, %y: tensor<?x128xf32>) -> tensor<?x512xf32> {
      %0 = kernel.concatenate %x, %y widths [384, 128]
          : tensor<?x384xf32>, tensor<?x128xf32> -> tensor<?x512xf32>
      return %0 : tensor<?x512xf32>
    }
    ```
  }];
  let reads = (ins
    Variadic<Kernel_Rows>:$inputs, DenseI64ArrayAttr:$widths);
  let assemblyFormat = [{
    $inputs `widths` $widths (`into` `(` $out^ `:` type($out) `)`)?
    (`tile` `(` $tile^ `)`)? `:` type($inputs) (`->` type($outputs)^)? attr-dict
  }];
}

def Kernel_OutputOp : Kernel_FormsOp<"output", ["getWork", "getMostResults"]> {
  let summary = "Copies finished rows into the caller's vectors, unpadded";
  let description = [{
    Row r becomes `vectors[r * width]` and what follows. Of a model with several
    outputs each has a kernel of its own: `output` counts them, from 0.

    Constraints:
      1. `width` is positive, and the input's width; a buffer may be wider.
      2. The dialect's two forms, but without a result.
      3. The input is f32 or bf16.
      4. `output` is not negative.

    ```mlir
    func.func @last(%x: tensor<?x384xf32>) {
      kernel.output %x width 384 : tensor<?x384xf32>
      return
    }
    ```
  }];
  let reads = (ins Kernel_Rows:$input, I64Attr:$width,
                   DefaultValuedAttr<I64Attr, "0">:$output);
  let writes = (ins Optional<Kernel_Vectors>:$out);
  let assemblyFormat = [{
    $input `width` $width (`output` $output^)?
    (`into` `(` $out^ `:` type($out) `)`)?
    (`tile` `(` $tile^ `)`)? `:` type($input) attr-dict
  }];
}

#endif // EMBLEM_DIALECTS_KERNEL_ROWS_TD
