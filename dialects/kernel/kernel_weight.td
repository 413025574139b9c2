//===- kernel_weight.td - Weights as kernels read them -----*- tablegen -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_DIALECTS_KERNEL_WEIGHT_TD
#define EMBLEM_DIALECTS_KERNEL_WEIGHT_TD

include "dialects/kernel/kernel_base.td"
include "dialects/kernel/kernel_layouts.td"

def Kernel_WeightOp : Op<Kernel_Dialect, "weight", [Pure]> {
  let summary = "A weight in the layout that a kernel reads";
  let description = [{
    The layout says how the weight lies in memory, and which values it has: those
    of the `sources`, joined along their first dimension, or what it computes from
    parameters of its own, which it names. A source is a weight of the model, by
    its tensor's name or by what it is made of (emb_weights.td), its values in
    place, or a count of zeros (a bias that is not there). With `table_row` the
    one source is a table, and this is that row of it. Each value is multiplied by
    `factor`. With `channels` a row of a matrix has that many channels, each with
    all its places one after the other, as convolutions and flattened images have
    them in files; here the channels of a place lie side by side. `at` is the place
    in the weight section, in bytes.

    In bf16, values are rounded to the nearest. In i8 each row of a matrix is
    `round(w / scale)` with the scale `max |w| / 127`, which `scales` of the same
    sources holds. With `smoothing`, a factor a column, each column is divided by
    its own before all that.

    In i4 each 32 elements of a row are `round(w / scale)`, from -8 to 7, with a
    scale that `group_scales` holds: of some near `max |w| / 8`, the one with the
    least squared error. Panels in i4 hold two inputs of a column in a byte, the
    first in its low half, in two's complement.

    Constraints:
      1. The rank is the layout's: `row`, `scales`, `corrections` and `probe_query`
         1, `table`, `matrix`, `sinusoid`, `rotary`, `alibi`, `position_bias`,
         `position_rows`, `projection` and `patch_positions` 2, `panels` 3 or 4,
         `group_scales` 2 or 3.
      2. A layout that computes has no sources, the others have one at least:
         weights, float values, counts of zeros; where the layout is not `row`,
         values are tables, and zeros are not counted but for rows of zeros that
         follow a table (`table`, `scales`). Parameters that count are positive, and
         less than 2^31; those that are weights are weights or values of the rank
         that follows. `width` (`sinusoid`) and `features` (`rotary`,
         `patch_positions`) are at most the result's width, and `rotary` turns an
         even number. With its features come the base and the factor, positive
         floats, or a frequency for each pair, `[features / 2]`, and the amplitude.
         By distance (`alibi`, `position_bias`, `position_rows`) the result is
         `2 * positions - 1` wide, or wider; `position_bias` has a table `[buckets,
         heads]`, and the `height` of `position_rows` is even and at least 4.
         `projection` has a table; with a `matrix` it may have the `bias`, and the
         `scale`, the `shift` and the `epsilon` of a norm. Rows, tables and matrices
         have rank 2, biases, scales and shifts 1.
      3. `table_row` comes with the layout `row`, and its one source is a weight
         or a table of values that has this row.
      4. `at` is a multiple of 64 (a cache line), and not negative.
      5. i8 is for matrices, panels and tables; i4 for matrices, and for panels
         of pairs.
      6. Smoothing is for matrices and what is made of them (`panels`, `scales`,
         `corrections`): a factor a column, finite and not zero.
      7. `factor` is finite and not zero, and not for what is computed.
      8. `channels` is for matrices and panels, and divides a matrix's width.

    ```mlir
    %w = kernel.weight matrix ["query", "key", "value"] : tensor<1152x384xf32>
    %p = kernel.weight panels ["query", "key", "value"] at 0 : tensor<36x384x32xf32>
    %j = kernel.weight matrix [#emb.rows<"qkv", 0, 768>] : tensor<768x384xf32>
    %b = kernel.weight row ["query.bias", 768] : tensor<1152xf32>
    %r = kernel.weight row ["segments"] table_row 1 : tensor<384xf32>
    %s = kernel.weight sinusoid<width = 384> : tensor<512x384xf32>
    %t = kernel.weight rotary<features = 64, base = 10000.0, factor = 1.0>
        : tensor<512x64xf32>
    %a = kernel.weight alibi<positions = 512> : tensor<12x1023xf32>
    %d = kernel.weight position_bias<table = "relative", max_distance = 128,
                                     positions = 512> : tensor<12x1023xf32>
    %f = kernel.weight position_rows<height = 512, max_distance = 512,
                                     positions = 512> : tensor<1x1023xf32>
    %k = kernel.weight projection<table = "relative", matrix = "key",
                                  bias = "key.bias"> : tensor<384x512xf32>
    %l = kernel.weight matrix ["patches"] channels 3 : tensor<64x147xf32>
    %o = kernel.weight patch_positions<features = 64, class_token = "cls",
                                       positions = "positions", bias = "bias">
        : tensor<17x64xf32>
    %e = kernel.weight table ["words"] factor 19.6 : tensor<30522x384xf32>
    %q = kernel.weight panels ["up"] at 64 : tensor<48x96x32x4xi8>
    %c = kernel.weight corrections ["up"] : tensor<1536xf32>
    %n = kernel.weight matrix ["up"] : tensor<1536x384xi4>
    %g = kernel.weight group_scales ["up"] : tensor<1536x12xbf16>
    ```
  }];
  let arguments = (ins Kernel_WeightLayoutAttrInterface:$layout,
                       ArrayAttr:$sources,
                       OptionalAttr<I64Attr>:$table_row,
                       OptionalAttr<ElementsAttr>:$smoothing,
                       OptionalAttr<I64Attr>:$byte_offset,
                       OptionalAttr<F64Attr>:$factor,
                       OptionalAttr<I64Attr>:$channels);
  let results = (outs StaticShapeTensorOf<[F32, BF16, F16, I8, I<4>]>:$result);
  let builders = [OpBuilder<(ins "::mlir::RankedTensorType":$type,
                                 "WeightLayoutAttrInterface":$layout,
                                 CArg<"::mlir::ArrayRef<::mlir::Attribute>",
                                      "{}">:$sources), [{
    build($_builder, $_state, type, layout, $_builder.getArrayAttr(sources),
          /*table_row=*/::mlir::IntegerAttr(), /*smoothing=*/::mlir::ElementsAttr(),
          /*byte_offset=*/::mlir::IntegerAttr(), /*factor=*/::mlir::FloatAttr(),
          /*channels=*/::mlir::IntegerAttr());
  }]>];
  let assemblyFormat = [{
    custom<Layout>($layout) `` custom<Sources>($sources)
    (`table_row` $table_row^)? (`factor` $factor^)?
    (`channels` $channels^)?
    (`smoothing` $smoothing^)?
    (`at` $byte_offset^)?
    `:` type($result) attr-dict
  }];
  let hasVerifier = 1;
}

#endif // EMBLEM_DIALECTS_KERNEL_WEIGHT_TD
