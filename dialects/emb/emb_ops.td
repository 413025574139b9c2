//===- emb_ops.td - The operations of the emb dialect ------*- tablegen -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// What comes before the encoder's layers, and what comes after them. The model
// and its weights are in emb_model.td, the layers in emb_layers.td and
// emb_attention.td, ops over images in emb_images.td. Every op's example is a
// whole module that emblem-opt reads; a test holds this. The numbers of the
// constraints are those that the verifiers and tests cite.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_DIALECTS_EMB_OPS_TD
#define EMBLEM_DIALECTS_EMB_OPS_TD

include "dialects/emb/emb_attention.td"
include "dialects/emb/emb_base.td"
include "dialects/emb/emb_images.td"
include "dialects/emb/emb_layers.td"
include "dialects/emb/emb_model.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

//===----------------------------------------------------------------------===//
// Embeddings
//===----------------------------------------------------------------------===//

def Emb_TokenEmbeddingOp : Emb_Op<"token_embedding", [Pure,
    InferTypeOpAdaptorWithIsCompatible]> {
  let summary = "Row `ids[t]` of a table, for every token t";
  let description = [{
    `table[ids[t]] * scale`; Vaswani et al., 2017, section 3.4, scale by the
    square root of the width. With `zero_row`, id V is a token too: its row is
    zeros.

    Shapes: ids `[T]`, table `[V, H]`, result `[T, H]`.

    Constraints:
      1. The result's width is the table's (it is inferred).
      2. `scale` is positive and finite.

    ```mlir
    func.func @tokens(%ids: tensor<?xi32>) -> tensor<?x384xf32> {
      %table = emb.weight "embeddings.word" : tensor<30522x384xf32>
      %0 = emb.token_embedding %ids, %table : tensor<30522x384xf32>
      %1 = emb.token_embedding %ids, %table scale 19.6 : tensor<30522x384xf32>
      return %0 : tensor<?x384xf32>
    }
    ```
  }];
  let arguments = (ins Emb_TokenIds:$ids, Emb_Matrix:$table,
                       DefaultValuedAttr<F64Attr, "1.0">:$scale,
                       UnitAttr:$zero_row);
  let results = (outs Emb_Rows:$result);
  let assemblyFormat = [{
    $ids `,` $table (`scale` $scale^)? (`zero_row` $zero_row^)?
    `:` type($table) attr-dict
  }];
  let extraClassDeclaration = [{
    /// How many ids there are.
    int64_t getVocabularySize() {
      return getTable().getType().getDimSize(0) + (getZeroRow() ? 1 : 0);
    }
  }];
  let hasVerifier = 1;
}

def Emb_PositionalEncodingOp : Emb_Op<"positional_encoding", [Pure,
    TypesMatchWith<"the result has the input's type", "input", "result", "$_self">]> {
  let summary = "Adds to each row what its position in its own text says";
  let description = [{
    A token's position is its distance from its text's first token, plus
    `offset` (RoBERTa counts from its padding id + 1). With `uncounted`, a token
    id, those that a text holds are passed over: they are at position `offset - 1`,
    and the others as if they were not there.

    - `learned`: adds row `position` of the table `[P, H]`.
    - `sinusoidal`: adds `sin(position / 10000^(2i/H))` to feature 2i and the
      cosine of the same angle to feature 2i + 1 (Vaswani et al., "Attention Is
      All You Need", 2017, section 3.5); there is no table.

    Constraints:
      1. A table is given exactly where the kind is `learned`.
      2. The table's width is the input's.
      3. `offset` is not negative, and less than the table's height.
      4. `uncounted` is not negative, and `offset` then positive; positions are
         `learned`.

    ```mlir
    func.func @positions(%x: tensor<?x384xf32>, %offsets: tensor<?xi32>) {
      %p = emb.weight "embeddings.position" : tensor<514x384xf32>
      %0 = emb.positional_encoding learned %x, %offsets
          table(%p : tensor<514x384xf32>) offset 2 : tensor<?x384xf32>
      %1 = emb.positional_encoding sinusoidal %x, %offsets : tensor<?x384xf32>
      %2 = emb.positional_encoding learned %x, %offsets
          table(%p : tensor<514x384xf32>) offset 2 uncounted 1 : tensor<?x384xf32>
      return
    }
    ```
  }];
  let arguments = (ins
    Emb_PositionKind:$kind,
    Emb_Rows:$input,
    Emb_SequenceOffsets:$offsets,
    Optional<Emb_Matrix>:$table,
    DefaultValuedAttr<I64Attr, "0">:$offset,
    OptionalAttr<I64Attr>:$uncounted);
  let results = (outs Emb_Rows:$result);
  let assemblyFormat = [{
    $kind $input `,` $offsets (`table` `(` $table^ `:` type($table) `)`)?
    (`offset` $offset^)? (`uncounted` $uncounted^)? `:` type($input) attr-dict
  }];
  let hasVerifier = 1;
}

def Emb_SegmentEmbeddingOp : Emb_Op<"segment_embedding", [Pure,
    TypesMatchWith<"the result has the input's type", "input", "result", "$_self">]> {
  let summary = "Adds to each row what its segment (token type) says";
  let description = [{
    Adds row `types[t]` of the table `[segments, H]` to row t. A single text is
    all one segment (BERT's token type 0): then row `segment` is added throughout.

    Constraints:
      1. The table's width is the input's.
      2. `segment` is a row of the table, and 0 where there are types.

    ```mlir
    func.func @first_segment(%x: tensor<?x384xf32>) -> tensor<?x384xf32> {
      %types = emb.weight "embeddings.token_type" : tensor<2x384xf32>
      %0 = emb.segment_embedding %x, %types segment 0 : tensor<?x384xf32>, tensor<2x384xf32>
      return %0 : tensor<?x384xf32>
    }
    ```
  }];
  let arguments = (ins Emb_Rows:$input, Emb_Matrix:$table,
                       Optional<Emb_TokenTypes>:$types,
                       DefaultValuedAttr<I64Attr, "0">:$segment);
  let results = (outs Emb_Rows:$result);
  let assemblyFormat = [{
    $input `,` $table (`types` $types^):(`segment` $segment)?
    `:` type($input) `,` type($table) attr-dict
  }];
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// From rows to vectors
//===----------------------------------------------------------------------===//

def Emb_PoolOp : Emb_Op<"pool", [Pure,
    TypesMatchWith<"the result has the input's type", "input", "result", "$_self">]> {
  let summary = "One row a text from one row a token";
  let description = [{
    - `mean`: the rows' mean; `max`: each feature's maximum.
    - `cls`: the text's first row; `last`: its last row.
    - `weighted_mean`: the mean with weights 1, 2, 3, ... along the text
      (Muennighoff, "SGPT", 2022).
    - `sum`: the rows' sum; `mean_sqrt`: the sum over the square root of their
      number (Sentence Transformers' `mean_sqrt_len_tokens`).

    Shapes: input `[T, H]`, result `[S, H]`. A text has at least one token.

    ```mlir
    func.func @mean(%x: tensor<?x384xf32>, %offsets: tensor<?xi32>) -> tensor<?x384xf32> {
      %0 = emb.pool mean %x, %offsets : tensor<?x384xf32>
      return %0 : tensor<?x384xf32>
    }
    ```
  }];
  let arguments = (ins Emb_PoolKind:$kind, Emb_Rows:$input,
                       Emb_SequenceOffsets:$offsets);
  let results = (outs Emb_Rows:$result);
  let assemblyFormat = "$kind $input `,` $offsets `:` type($input) attr-dict";
}

def Emb_ConcatenateOp : Emb_Op<"concatenate", [Pure,
    InferTypeOpAdaptorWithIsCompatible]> {
  let summary = "Rows side by side";
  let description = [{
    Row r of the result is row r of each input, one after the other. Sentence
    Transformers pools in several ways at once like this.

    Shapes: inputs `[R, A]`, `[R, B]`, ...; result `[R, A + B + ...]`.

    Constraints:
      1. There are two inputs or more.
      2. The result's width is the inputs' together (it is inferred).

    ```mlir
    func.func @both(%x: tensor<?x384xf32>, %offsets: tensor<?xi32>) -> tensor<?x768xf32> {
      %0 = emb.pool cls %x, %offsets : tensor<?x384xf32>
      %1 = emb.pool mean %x, %offsets : tensor<?x384xf32>
      %2 = emb.concatenate %0, %1 : tensor<?x384xf32>, tensor<?x384xf32>
      return %2 : tensor<?x768xf32>
    }
    ```
  }];
  let arguments = (ins Variadic<Emb_Rows>:$inputs);
  let results = (outs Emb_Rows:$result);
  let assemblyFormat = "$inputs `:` type($inputs) attr-dict";
  let hasVerifier = 1;
}

def Emb_NormalizeOp : Emb_Op<"normalize", [Pure, Idempotent,
    SameOperandsAndResultType]> {
  let summary = "Scales each row to Euclidean length one";
  let description = [{
    `x / max(|x|, 1e-12)`, PyTorch's `F.normalize`. Normalising twice folds.

    ```mlir
    func.func @unit_length(%x: tensor<?x384xf32>) -> tensor<?x384xf32> {
      %0 = emb.normalize %x : tensor<?x384xf32>
      return %0 : tensor<?x384xf32>
    }
    ```
  }];
  let arguments = (ins Emb_Rows:$input);
  let results = (outs Emb_Rows:$result);
  let assemblyFormat = "$input `:` type($input) attr-dict";
}

#endif // EMBLEM_DIALECTS_EMB_OPS_TD
