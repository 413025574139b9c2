//===- emb_attention.td - Self-attention and all its kinds -*- tablegen -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_DIALECTS_EMB_ATTENTION_TD
#define EMBLEM_DIALECTS_EMB_ATTENTION_TD

include "dialects/emb/emb_base.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Emb_AttentionOp : Emb_Op<"attention", [Pure, AttrSizedOperandSegments,
    TypesMatchWith<"the result has the input's type", "input", "result", "$_self">]> {
  let summary = "Multi-head self-attention with its four projections";
  let description = [{
    Per text and head h: `softmax(Q_h * transpose(K_h) * scale) * V_h`, heads
    concatenated, then the output projection (Vaswani et al., 2017, section
    3.2). Every token of a text sees every token of the same text. `scale` is
    `1 / sqrt(head size)` unless given. What may be different, in the order in
    which it is computed:

    - `key_value_heads`: so many heads of keys and values, each shared by as many
      consecutive heads of queries (Ainslie et al., "GQA", 2023).
    - `query_norm`, `key_norm`: each head of queries, each of keys, over its root
      mean square plus `norm_epsilon`, times this (Henry et al., "Query-Key
      Normalization", 2020, in the form of Qwen 3 and Gemma 3).
    - `rotary`: the first `rotary` features of each head of queries and keys are
      turned by their token's position in its text (Su et al., "RoFormer", 2021):
      pair i by the angle `position / factor * base^(-2i / rotary)`, or by
      `position * frequencies[i]`. Feature i is paired with feature `i + rotary /
      2`, or, where `interleaved`, feature 2i with 2i + 1. Then they are
      multiplied by `amplitude` (Peng et al., "YaRN", 2023, section 3.4).
    - `position_keys`, `position_queries`: tables `[2S, A]`. The score of query i
      and key j, before the scale, gains the products of query i with row b of
      the keys, and of key j with row b of the queries, head by head (He et al.,
      "DeBERTa", 2021, equation 4). b is `i - j + S`, within the table; with
      `max_distance` M distances beyond `S / 2` share buckets: a distance d > S / 2
      counts as `S / 2 + ceil(log(d / (S / 2)) / log((M - 1) / (S / 2)) * (S / 2 -
      1))` (DeBERTa's v3, 2021), where S / 2 is rounded down.
    - `softcap`: a score s becomes `softcap * tanh(s / softcap)` (Gemma 2, 2024).
    - `alibi`: the score of tokens d apart loses `slope_h * d`, where the slopes
      are those of Press et al., "ALiBi", 2022, to both sides.
    - `position_bias`: the score of a query and a key gains row b of the table
      `[buckets, heads]`, b by the distance from query to key (Raffel et al.,
      "T5", 2020, section 2.1): half of the buckets is for keys that come later;
      of each half, one half is one distance each, and the rest grows with the
      logarithm up to `max_distance`, beyond which all is the last bucket.
    - `before`, `after`: a token sees so many tokens before and after itself at
      most, and itself. Causal attention is `after 0`.
    - `unattended`: a token id; those of it that end a text, all but the first
      token, are seen by none, not even themselves, but see the others. ColBERT
      fills queries up with such tokens (Khattab and Zaharia, 2020, section 3.2).

    Shapes: input `[T, H]`; query weight `[A, H]` with A = heads times head size;
    key and value weights `[B, H]` with B = key_value_heads times head size;
    output weight `[H, A]`; biases `[A]`, `[B]`, `[B]`, `[H]`; norms `[head size]`.

    Constraints:
      1. `heads` is positive and divides A; `key_value_heads`, where given, is
         positive and divides `heads`.
      2. Query, key and value weights are as wide as the input, and key and value
         weights B high.
      3. The output weight is `[H, A]`.
      4. A bias is as long as its weight is high.
      5. `scale` and `softcap`, where given, are positive and finite.
      6. A norm is as long as a head is wide; `norm_epsilon`, finite and not
         negative, comes with them.
      7. `rotary` is even, positive and at most the head size. With it comes
         either a `base` or a frequency for each pair. `base`, `factor` (of a
         `base`), frequencies and `amplitude` are positive and finite.
      8. `position_bias` has an even number of rows, at least 4, and a column for
         each head; `max_distance`, which comes with it, is more than a quarter
         of its rows. It does not come with `alibi`.
      9. `before`, `after` and `unattended` are not negative.
      10. `position_keys` and `position_queries` are as wide as the query weight is
          high, of the same even height, at least 4, and do not come with
          `position_bias` or `key_value_heads`. Their `max_distance`, where
          given, is more than a quarter of their rows, plus 1.

    ```mlir
    func.func @self_attention(%x: tensor<?x384xf32>, %offsets: tensor<?xi32>) -> tensor<?x384xf32> {
      %wq = emb.weight "query.weight" : tensor<384x384xf32>
      %bq = emb.weight "query.bias" : tensor<384xf32>
      %wk = emb.weight "key.weight" : tensor<384x384xf32>
      %wv = emb.weight "value.weight" : tensor<384x384xf32>
      %wo = emb.weight "output.weight" : tensor<384x384xf32>
      %0 = emb.attention %x, %offsets heads 12
          query(%wq : tensor<384x384xf32>, %bq : tensor<384xf32>)
          key(%wk : tensor<384x384xf32>)
          value(%wv : tensor<384x384xf32>)
          output(%wo : tensor<384x384xf32>) : tensor<?x384xf32>
      return %0 : tensor<?x384xf32>
    }

    func.func @causal(%x: tensor<?x64xf32>, %offsets: tensor<?xi32>) -> tensor<?x64xf32> {
      %wq = emb.weight "query.weight" : tensor<64x64xf32>
      %wk = emb.weight "key.weight" : tensor<32x64xf32>
      %wv = emb.weight "value.weight" : tensor<32x64xf32>
      %wo = emb.weight "output.weight" : tensor<64x64xf32>
      %nq = emb.weight "query_norm.weight" : tensor<16xf32>
      %nk = emb.weight "key_norm.weight" : tensor<16xf32>
      %0 = emb.attention %x, %offsets heads 4 key_value_heads 2 after 0
          rotary 16 base 1.0e6
          query(%wq : tensor<64x64xf32>)
          key(%wk : tensor<32x64xf32>)
          value(%wv : tensor<32x64xf32>)
          output(%wo : tensor<64x64xf32>)
          query_norm(%nq : tensor<16xf32>) key_norm(%nk : tensor<16xf32>)
          norm_epsilon 1.0e-6 : tensor<?x64xf32>
      return %0 : tensor<?x64xf32>
    }
    ```
  }];
  let arguments = (ins
    Emb_Rows:$input,
    Emb_SequenceOffsets:$offsets,
    Emb_Matrix:$query_weight, Optional<Emb_Vector>:$query_bias,
    Emb_Matrix:$key_weight, Optional<Emb_Vector>:$key_bias,
    Emb_Matrix:$value_weight, Optional<Emb_Vector>:$value_bias,
    Emb_Matrix:$output_weight, Optional<Emb_Vector>:$output_bias,
    Optional<Emb_Vector>:$query_norm, Optional<Emb_Vector>:$key_norm,
    Optional<Emb_Matrix>:$position_bias,
    Optional<Emb_Matrix>:$position_keys,
    Optional<Emb_Matrix>:$position_queries,
    I64Attr:$heads,
    OptionalAttr<I64Attr>:$key_value_heads,
    OptionalAttr<F64Attr>:$scale,
    OptionalAttr<I64Attr>:$before,
    OptionalAttr<I64Attr>:$after,
    OptionalAttr<F64Attr>:$softcap,
    UnitAttr:$alibi,
    OptionalAttr<I64Attr>:$rotary,
    OptionalAttr<F64Attr>:$rotary_base,
    OptionalAttr<F64Attr>:$rotary_factor,
    OptionalAttr<DenseF64ArrayAttr>:$rotary_frequencies,
    OptionalAttr<F64Attr>:$rotary_amplitude,
    UnitAttr:$rotary_interleaved,
    OptionalAttr<F64Attr>:$norm_epsilon,
    OptionalAttr<I64Attr>:$max_distance,
    OptionalAttr<I64Attr>:$unattended);
  let results = (outs Emb_Rows:$result);
  let assemblyFormat = [{
    $input `,` $offsets `heads` $heads (`key_value_heads` $key_value_heads^)?
    (`scale` $scale^)? (`before` $before^)? (`after` $after^)?
    (`softcap` $softcap^)? (`alibi` $alibi^)?
    (`rotary` $rotary^)? (`base` $rotary_base^)? (`factor` $rotary_factor^)?
    (`frequencies` $rotary_frequencies^)? (`amplitude` $rotary_amplitude^)?
    (`interleaved` $rotary_interleaved^)?
    `` custom<Linear>("\"query\"", $query_weight, type($query_weight),
                     $query_bias, type($query_bias))
    `` custom<Linear>("\"key\"", $key_weight, type($key_weight),
                     $key_bias, type($key_bias))
    `` custom<Linear>("\"value\"", $value_weight, type($value_weight),
                     $value_bias, type($value_bias))
    `` custom<Linear>("\"output\"", $output_weight, type($output_weight),
                     $output_bias, type($output_bias))
    (`query_norm` `(` $query_norm^ `:` type($query_norm) `)`)?
    (`key_norm` `(` $key_norm^ `:` type($key_norm) `)`)?
    (`norm_epsilon` $norm_epsilon^)?
    (`position_bias` `(` $position_bias^ `:` type($position_bias) `)`)?
    (`position_keys` `(` $position_keys^ `:` type($position_keys) `)`)?
    (`position_queries` `(` $position_queries^ `:` type($position_queries) `)`)?
    (`max_distance` $max_distance^)? (`unattended` $unattended^)?
    `:` type($input) attr-dict
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    int64_t getHeadSize() {
      return getQueryWeight().getType().getDimSize(0) / getHeads();
    }
    /// `key_value_heads` where given, else as many as heads.
    int64_t getKeyValueHeadsOrDefault() {
      return getKeyValueHeads().value_or(getHeads());
    }
    /// `scale` where given, else 1 / sqrt(head size).
    double getScaleOrDefault();
  }];
}

#endif // EMBLEM_DIALECTS_EMB_ATTENTION_TD
