//===- emb_weights.td - Weights that are made of weights ---*- tablegen -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// What `emb.weight` reads: a string is the name of a tensor in the model's
// files, and these attributes are made of such, or of one another. Where only a
// weight can stand, their text begins with the mnemonic, without `#emb.`.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_DIALECTS_EMB_WEIGHTS_TD
#define EMBLEM_DIALECTS_EMB_WEIGHTS_TD

include "dialects/emb/emb_base.td"
include "mlir/IR/AttrTypeBase.td"

def Emb_WeightExpression
    : Attr<CPred<"::emblem::emb::isWeightExpression($_self)">,
           "a tensor's name, or a weight that is made of others"> {
  let storageType = "::mlir::Attribute";
  let returnType = "::mlir::Attribute";
  let convertFromStorage = "$_self";
}

// The operands come first; each must be a weight itself.
class Emb_DerivedWeight<string name, string mnemonic_>
    : AttrDef<Emb_Dialect, name> {
  let mnemonic = mnemonic_;
  let genVerifyDecl = 1;
}

def Emb_RowsAttr : Emb_DerivedWeight<"Rows", "rows"> {
  let summary = "Rows `first` to `last` - 1 of a weight";
  let description = [{
    For files that join several weights in one, as PyTorch's `in_proj_weight`
    does. The first row is 0.

    Constraints:
      1. `first` is not negative, and comes before `last`.

    ```mlir
    %w = emb.weight rows<"in_proj_weight", 384, 768> : tensor<384x384xf32>
    ```
  }];
  let parameters = (ins "::mlir::Attribute":$of, "int64_t":$first,
                        "int64_t":$last);
  let assemblyFormat = "`<` custom<Weight>($of) `,` $first `,` $last `>`";
}

def Emb_OnePlusAttr : Emb_DerivedWeight<"OnePlus", "one_plus"> {
  let summary = "A weight with 1 added to each element";
  let description = [{
    For norms that keep what is added to 1, as Gemma's do.

    ```mlir
    %w = emb.weight one_plus<"norm.weight"> : tensor<384xf32>
    ```
  }];
  let parameters = (ins "::mlir::Attribute":$of);
  let assemblyFormat = "`<` custom<Weight>($of) `>`";
}

def Emb_ScaledRowsAttr : Emb_DerivedWeight<"ScaledRows", "scaled_rows"> {
  let summary = "A weight whose rows are multiplied by a vector's elements";
  let description = [{
    For layers whose results are multiplied by a learned number each.

    ```mlir
    %w = emb.weight scaled_rows<"up.weight", "up.scale"> : tensor<1536x384xf32>
    ```
  }];
  let parameters = (ins "::mlir::Attribute":$of, "::mlir::Attribute":$by);
  let assemblyFormat = "`<` custom<Weight>($of) `,` custom<Weight>($by) `>`";
}

def Emb_DifferenceAttr : Emb_DerivedWeight<"Difference", "difference"> {
  let summary = "A weight less another one of its shape";
  let description = [{
    ```mlir
    %w = emb.weight difference<rows<"head", 3, 4>, rows<"head", 7, 8>>
        : tensor<1x384xf32>
    ```
  }];
  let parameters = (ins "::mlir::Attribute":$of, "::mlir::Attribute":$less);
  let assemblyFormat = "`<` custom<Weight>($of) `,` custom<Weight>($less) `>`";
}

def Emb_TransposedAttr : Emb_DerivedWeight<"Transposed", "transposed"> {
  let summary = "A matrix with its sides exchanged";
  let description = [{
    For files that keep `[input size, output size]`, as ONNX graphs do.

    ```mlir
    %w = emb.weight transposed<"MatMul_12"> : tensor<1536x384xf32>
    ```
  }];
  let parameters = (ins "::mlir::Attribute":$of);
  let assemblyFormat = "`<` custom<Weight>($of) `>`";
}

def Emb_ResizedAttr : Emb_DerivedWeight<"Resized", "resized"> {
  let summary = "A table of positions in a square, for a square of another size";
  let description = [{
    The last `from` * `from` rows of the table are places of a square; of them
    become `to` * `to`, and the rows before them stay. Between places stands a
    bicubic curve, PyTorch's `interpolate` with `align_corners=False`;
    `antialiased` is its option of that name.

    Constraints:
      1. `from` and `to` are from 1 to 16384.

    ```mlir
    %w = emb.weight resized<"positions", 37, 16, antialiased> : tensor<257x384xf32>
    ```
  }];
  let parameters = (ins "::mlir::Attribute":$of, "int64_t":$from, "int64_t":$to,
                        DefaultValuedParameter<"bool", "false">:$antialiased);
  let assemblyFormat = "`<` custom<Weight>($of) `,` $from `,` $to "
                       "custom<Antialiased>($antialiased) `>`";
}

def Emb_LowRankSumAttr : Emb_DerivedWeight<"LowRankSum", "low_rank_sum"> {
  let summary = "A matrix, and what an adapter adds to it";
  let description = [{
    `of + scale * up * down`, with `up` `[height, rank]` and `down`
    `[rank, width]` (LoRA; Hu et al., 2021).

    Constraints:
      1. `scale` is finite.

    ```mlir
    %w = emb.weight low_rank_sum<"query", 0.25, "query.B", "query.A">
        : tensor<384x384xf32>
    ```
  }];
  let parameters = (ins "::mlir::Attribute":$of, "::mlir::FloatAttr":$scale,
                        "::mlir::Attribute":$up, "::mlir::Attribute":$down);
  let assemblyFormat = "`<` custom<Weight>($of) `,` custom<Scale>($scale) `,` "
                       "custom<Weight>($up) `,` custom<Weight>($down) `>`";
}

def Emb_UnpackedAttr : Emb_DerivedWeight<"Unpacked", "unpacked"> {
  let summary = "Bytes as a matrix of narrow integers";
  let description = [{
    Each row begins with a byte of its own, and in a byte the lowest bits come
    first. What a row has beyond its columns is not read.

    Constraints:
      1. `bits` is 2, 4 or 8, and `rows` and `columns` are positive.

    ```mlir
    %w = emb.weight dequantised<unpacked<"B", 4, 1536, 384>, "scales", 8.0, 1, 32>
        : tensor<1536x384xf32>
    ```
  }];
  let parameters = (ins "::mlir::Attribute":$of, "int64_t":$bits,
                        "int64_t":$rows, "int64_t":$columns);
  let assemblyFormat = "`<` custom<Weight>($of) `,` $bits `,` $rows `,` "
                       "$columns `>`";
}

def Emb_DequantisedAttr : Emb_DerivedWeight<"Dequantised", "dequantised"> {
  let summary = "Integers that stand for numbers";
  let description = [{
    `(of - zero) * scale`, in single precision. `of` is a matrix or a vector of
    integers. `scale` has one number, or one for each place along `axis`; with a
    `block`, one for each so many places along `axis` at each place of the other
    side: `[rows, ceil(columns / block)]` where the axis is 1. `zero` is a number,
    or a weight of integers with one for each scale, or one for all.

    Constraints:
      1. `axis` is 0 or 1, `block` is not negative, and a `zero` that is a number
         is finite.

    ```mlir
    %w = emb.weight dequantised<transposed<"W">, "W_scale", "W_zero_point", 0, 0>
        : tensor<1536x384xf32>
    ```
  }];
  let parameters = (ins "::mlir::Attribute":$of, "::mlir::Attribute":$scale,
                        "::mlir::Attribute":$zero, "int64_t":$axis,
                        "int64_t":$block);
  let assemblyFormat = "`<` custom<Weight>($of) `,` custom<Weight>($scale) `,` "
                       "custom<Zero>($zero) `,` $axis `,` $block `>`";
}

#endif // EMBLEM_DIALECTS_EMB_WEIGHTS_TD
