//===- emb_ops.td - The operations of the emb dialect ----------*- tablegen -*-//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_DIALECTS_EMB_OPS_TD
#define EMBLEM_DIALECTS_EMB_OPS_TD

include "dialects/emb/emb_base.td"
include "mlir/IR/OpAsmInterface.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

//===----------------------------------------------------------------------===//
// The model and its weights
//===----------------------------------------------------------------------===//

def Emb_ModelOp : Emb_Op<"model", [IsolatedFromAbove,
    SingleBlock]> {
  let summary = "An embedding model: from token ids to one vector a text";
  let description = [{
    The entry of a module. The region's two arguments are the batch's token ids
    `[tokens]` and its sequence offsets `[sequences + 1]`; it returns the vectors
    `[sequences, dimension]`.

    `max_tokens` is where texts are cut, special tokens included; `max_positions`
    is how long a sequence may be at all (both in tokens, and `max_tokens` is the
    smaller). `weights` lists the files that hold the named weights and
    `tokenizer` the tokenizer's file, both relative to the module's own file.

    Constraints:
      1. The region's arguments are token ids and sequence offsets.
      2. `max_tokens` is positive and at most `max_positions`.

    ```mlir
    emb.model @tiny(%ids, %offsets) max_tokens 128 max_positions 512
        attributes {weights = ["model.safetensors"], tokenizer = "tokenizer.json"} {
      %table = emb.weight "embeddings.word" : tensor<100x8xf32>
      %0 = emb.token_embedding %ids, %table : tensor<100x8xf32>
      %1 = emb.pool mean %0, %offsets : tensor<?x8xf32>
      emb.return %1 : tensor<?x8xf32>
    }
    ```
  }];
  let arguments = (ins
    SymbolNameAttr:$sym_name,
    I64Attr:$max_tokens,
    I64Attr:$max_positions,
    OptionalAttr<StrArrayAttr>:$weights,
    OptionalAttr<StrAttr>:$tokenizer,
    OptionalAttr<DictionaryAttr>:$prompts,
    OptionalAttr<StrAttr>:$default_prompt);
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::Value getTokenIds() { return getBody().getArgument(0); }
    ::mlir::Value getSequenceOffsets() { return getBody().getArgument(1); }
    /// Components of a vector, from the returned type.
    int64_t getDimension();
  }];
}

def Emb_ReturnOp : Emb_Op<"return", [Terminator, HasParent<"ModelOp">]> {
  let summary = "The model's vectors, one row a text";
  let description = [{
    ```mlir
    emb.return %vectors : tensor<?x384xf32>
    ```
  }];
  let arguments = (ins Emb_Rows:$vectors);
  let assemblyFormat = "$vectors `:` type($vectors) attr-dict";
}

def Emb_WeightOp : Emb_Op<"weight", [Pure]> {
  let summary = "A named weight of the model's files";
  let description = [{
    The value lies in one of the files that the model's `weights` lists, under
    this name; `value` gives it in place instead, for small examples and tests.

    Constraints: 1. `value`, where given, has the result's type.

    ```mlir
    %w = emb.weight "encoder.layer.0.output.dense.weight" : tensor<384x1536xf32>
    %b = emb.weight "bias" = dense<0.5> : tensor<4xf32>
    ```
  }];
  let arguments = (ins StrAttr:$name, OptionalAttr<ElementsAttr>:$value);
  let results = (outs StaticShapeTensorOf<[F32, F16, BF16]>:$result);
  let assemblyFormat = "$name custom<WeightValue>($value, type($result)) attr-dict";
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// Embeddings
//===----------------------------------------------------------------------===//

def Emb_TokenEmbeddingOp : Emb_Op<"token_embedding", [Pure,
    InferTypeOpAdaptor]> {
  let summary = "Row `ids[t]` of a table, for every token t";
  let description = [{
    Shapes: ids `[T]`, table `[V, H]`, result `[T, H]`.

    ```mlir
    %0 = emb.token_embedding %ids, %table : tensor<30522x384xf32>
    ```
  }];
  let arguments = (ins Emb_TokenIds:$ids, Emb_Matrix:$table);
  let results = (outs Emb_Rows:$result);
  let assemblyFormat = "$ids `,` $table `:` type($ids) `,` type($table) attr-dict";
}

def Emb_PositionalEncodingOp : Emb_Op<"positional_encoding", [Pure,
    TypesMatchWith<"the result has the input's type", "input", "result", "$_self">]> {
  let summary = "Adds to each row what its position in its own text says";
  let description = [{
    A token's position is its distance from its text's first token, plus
    `offset` (RoBERTa counts from its padding id + 1).

    - `learned`: adds row `position` of the table `[P, H]`.
    - `sinusoidal`: adds `sin(position / 10000^(2i/H))` to feature 2i and the
      cosine of the same angle to feature 2i + 1 (Vaswani et al., "Attention Is
      All You Need", 2017, section 3.5); there is no table.

    Constraints:
      1. A table is given exactly where the kind is `learned`.
      2. The table's width is the input's.
      3. `offset` is not negative, and less than the table's height.

    ```mlir
    %1 = emb.positional_encoding learned %0, %offsets table(%p : tensor<512x384xf32>) : tensor<?x384xf32>
    %2 = emb.positional_encoding sinusoidal %0, %offsets : tensor<?x384xf32>
    ```
  }];
  let arguments = (ins
    Emb_PositionKind:$kind,
    Emb_Rows:$input,
    Emb_SequenceOffsets:$offsets,
    Optional<Emb_Matrix>:$table,
    DefaultValuedAttr<I64Attr, "0">:$offset);
  let results = (outs Emb_Rows:$result);
  let assemblyFormat = [{
    $kind $input `,` $offsets (`table` `(` $table^ `:` type($table) `)`)?
    (`offset` $offset^)? `:` type($input) `,` type($offsets) attr-dict
  }];
  let hasVerifier = 1;
}

def Emb_SegmentEmbeddingOp : Emb_Op<"segment_embedding", [Pure,
    TypesMatchWith<"the result has the input's type", "input", "result", "$_self">]> {
  let summary = "Adds one row of a table of segments (token types) to every row";
  let description = [{
    A single text is all one segment (BERT's token type 0), so one row of the
    table `[segments, H]` is added throughout.

    Constraints:
      1. The table's width is the input's.
      2. `segment` is a row of the table.

    ```mlir
    %1 = emb.segment_embedding %0, %types segment 0 : tensor<?x384xf32>, tensor<2x384xf32>
    ```
  }];
  let arguments = (ins Emb_Rows:$input, Emb_Matrix:$table,
                       DefaultValuedAttr<I64Attr, "0">:$segment);
  let results = (outs Emb_Rows:$result);
  let assemblyFormat = [{
    $input `,` $table `segment` $segment `:` type($input) `,` type($table) attr-dict
  }];
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// Encoder layers
//===----------------------------------------------------------------------===//

def Emb_AttentionOp : Emb_Op<"attention", [Pure, AttrSizedOperandSegments]> {
  let summary = "Multi-head self-attention with its four projections";
  let description = [{
    Per text and head h: `softmax(Q_h * transpose(K_h) * scale) * V_h`, heads
    concatenated, then the output projection (Vaswani et al., 2017, section
    3.2). Every token of a text sees every token of the same text. `scale` is
    `1 / sqrt(head size)` unless given.

    Shapes: input `[T, H]`; query, key and value weights `[A, H]` with A = heads
    times head size; output weight `[H, A]`; biases `[A]`, `[A]`, `[A]`, `[H]`.

    Constraints:
      1. `heads` is positive and divides A.
      2. Query, key and value weights have the same shape, and the input's width.
      3. The output weight is `[H, A]`.
      4. A bias is as long as its weight is high.

    ```mlir
    %1 = emb.attention %0, %offsets heads 12
        query(%wq : tensor<384x384xf32>, %bq : tensor<384xf32>)
        key(%wk : tensor<384x384xf32>, %bk : tensor<384xf32>)
        value(%wv : tensor<384x384xf32>, %bv : tensor<384xf32>)
        output(%wo : tensor<384x384xf32>, %bo : tensor<384xf32>)
        : tensor<?x384xf32>, tensor<?xi32>
    ```
  }];
  let arguments = (ins
    Emb_Rows:$input,
    Emb_SequenceOffsets:$offsets,
    Emb_Matrix:$query_weight, Optional<Emb_Vector>:$query_bias,
    Emb_Matrix:$key_weight, Optional<Emb_Vector>:$key_bias,
    Emb_Matrix:$value_weight, Optional<Emb_Vector>:$value_bias,
    Emb_Matrix:$output_weight, Optional<Emb_Vector>:$output_bias,
    I64Attr:$heads,
    OptionalAttr<F64Attr>:$scale);
  let results = (outs Emb_Rows:$result);
  let assemblyFormat = [{
    $input `,` $offsets `heads` $heads (`scale` $scale^)?
    `query` `(` $query_weight `:` type($query_weight)
      (`,` $query_bias^ `:` type($query_bias))? `)`
    `key` `(` $key_weight `:` type($key_weight)
      (`,` $key_bias^ `:` type($key_bias))? `)`
    `value` `(` $value_weight `:` type($value_weight)
      (`,` $value_bias^ `:` type($value_bias))? `)`
    `output` `(` $output_weight `:` type($output_weight)
      (`,` $output_bias^ `:` type($output_bias))? `)`
    `:` type($input) `,` type($offsets) `->` type($result) attr-dict
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    int64_t getHeadSize() {
      return getQueryWeight().getType().getDimSize(0) / getHeads();
    }
    /// `scale` where given, else 1 / sqrt(head size).
    double getScaleOrDefault();
  }];
}

def Emb_FeedForwardOp : Emb_Op<"feed_forward", [Pure, AttrSizedOperandSegments]> {
  let summary = "Two linear layers with an activation between them";
  let description = [{
    `activation(x * transpose(W_up) + b_up) * transpose(W_down) + b_down`, row by
    row (Vaswani et al., 2017, section 3.3).

    Shapes: input `[T, H]`, up `[F, H]` and `[F]`, down `[O, F]` and `[O]`,
    result `[T, O]`; O is H in an encoder layer.

    Constraints:
      1. The up weight's width is the input's.
      2. The down weight's width is the up weight's height.
      3. A bias is as long as its weight is high.
      4. The result's width is the down weight's height.

    ```mlir
    %1 = emb.feed_forward %0 gelu
        up(%w1 : tensor<1536x384xf32>, %b1 : tensor<1536xf32>)
        down(%w2 : tensor<384x1536xf32>, %b2 : tensor<384xf32>)
        : tensor<?x384xf32> -> tensor<?x384xf32>
    ```
  }];
  let arguments = (ins
    Emb_Rows:$input,
    Emb_Activation:$activation,
    Emb_Matrix:$up_weight, Optional<Emb_Vector>:$up_bias,
    Emb_Matrix:$down_weight, Optional<Emb_Vector>:$down_bias);
  let results = (outs Emb_Rows:$result);
  let assemblyFormat = [{
    $input $activation
    `up` `(` $up_weight `:` type($up_weight) (`,` $up_bias^ `:` type($up_bias))? `)`
    `down` `(` $down_weight `:` type($down_weight)
      (`,` $down_bias^ `:` type($down_bias))? `)`
    `:` type($input) `->` type($result) attr-dict
  }];
  let hasVerifier = 1;
}

def Emb_DenseOp : Emb_Op<"dense", [Pure]> {
  let summary = "One linear layer and an activation";
  let description = [{
    `activation(x * transpose(W) + b)`; Sentence Transformers' Dense module.

    Shapes: input `[R, I]`, weight `[O, I]`, bias `[O]`, result `[R, O]`.

    Constraints:
      1. The weight's width is the input's.
      2. The bias is as long as the weight is high.
      3. The result's width is the weight's height.

    ```mlir
    %1 = emb.dense %0 tanh weight(%w : tensor<256x384xf32>, %b : tensor<256xf32>)
        : tensor<?x384xf32> -> tensor<?x256xf32>
    ```
  }];
  let arguments = (ins Emb_Rows:$input, Emb_Activation:$activation,
                       Emb_Matrix:$weight, Optional<Emb_Vector>:$bias);
  let results = (outs Emb_Rows:$result);
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
    2016).

    Shapes: input `[R, H]`, scale and shift `[H]`.

    Constraints:
      1. Scale and shift, where given, are as long as the input is wide.
      2. `epsilon` is not negative.

    ```mlir
    %1 = emb.layer_norm %0 scale(%g : tensor<384xf32>) shift(%b : tensor<384xf32>)
        epsilon 1.0e-12 : tensor<?x384xf32>
    ```
  }];
  let arguments = (ins Emb_Rows:$input, Optional<Emb_Vector>:$scale,
                       Optional<Emb_Vector>:$shift, F64Attr:$epsilon);
  let results = (outs Emb_Rows:$result);
  let assemblyFormat = [{
    $input (`scale` `(` $scale^ `:` type($scale) `)`)?
    (`shift` `(` $shift^ `:` type($shift) `)`)?
    `epsilon` $epsilon `:` type($input) attr-dict
  }];
  let hasVerifier = 1;
}

def Emb_AddOp : Emb_Op<"add", [Pure, Commutative, SameOperandsAndResultType]> {
  let summary = "The sum of two rows: the residual connection";
  let description = [{
    ```mlir
    %2 = emb.add %0, %1 : tensor<?x384xf32>
    ```
  }];
  let arguments = (ins Emb_Rows:$lhs, Emb_Rows:$rhs);
  let results = (outs Emb_Rows:$result);
  let assemblyFormat = "$lhs `,` $rhs `:` type($result) attr-dict";
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

    Shapes: input `[T, H]`, result `[S, H]`. A text has at least one token.

    ```mlir
    %1 = emb.pool mean %0, %offsets : tensor<?x384xf32>, tensor<?xi32>
    ```
  }];
  let arguments = (ins Emb_PoolKind:$kind, Emb_Rows:$input,
                       Emb_SequenceOffsets:$offsets);
  let results = (outs Emb_Rows:$result);
  let assemblyFormat = "$kind $input `,` $offsets `:` type($input) `,` type($offsets) attr-dict";
}

def Emb_NormalizeOp : Emb_Op<"normalize", [Pure, Idempotent,
    SameOperandsAndResultType]> {
  let summary = "Scales each row to Euclidean length one";
  let description = [{
    `x / max(|x|, 1e-12)`, PyTorch's `F.normalize`. Normalising twice folds.

    ```mlir
    %1 = emb.normalize %0 : tensor<?x384xf32>
    ```
  }];
  let arguments = (ins Emb_Rows:$input);
  let results = (outs Emb_Rows:$result);
  let assemblyFormat = "$input `:` type($input) attr-dict";
}

#endif // EMBLEM_DIALECTS_EMB_OPS_TD
