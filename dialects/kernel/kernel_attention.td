//===- kernel_attention.td - Attention and its heads -------*- tablegen -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_DIALECTS_KERNEL_ATTENTION_TD
#define EMBLEM_DIALECTS_KERNEL_ATTENTION_TD

include "dialects/kernel/kernel_base.td"

def Kernel_PrepareHeadsOp : Kernel_ComputeOp<"prepare_heads", ["getWork"],
    [DeclareOpInterfaceMethods<Kernel_TakesEpilogue, ["mayWriteBf16"]>]> {
  let summary = "What heads of queries and keys undergo before attention";
  let description = [{
    Rows are those that `kernel.attention` takes. Each head of queries and each
    head of keys is first divided by its root mean square, `sqrt(mean(x^2) +
    epsilon)`, and multiplied by its norm, where there is one; then, where there
    is a table, the first `rotary` features are turned: with the cosine c and the
    sine s of pair i at the token's position in its text, `(a, b)` becomes `(a c -
    b s, b c + a s)`. Feature i is paired with `i + rotary / 2`, or, where
    `interleaved`, 2i with 2i + 1. Values stay as they are.

    Shapes: input and result `[T, (heads + 2 * key_value_heads) * head size]`,
    norms `[head size]`, table `[positions, rotary]` (layout `rotary`).

    Constraints:
      1. `heads`, `key_value_heads` and `head_size` are positive.
      2. Input and result are as wide as the heads need; a buffer may be wider.
      3. There is a norm or a table. Norms are at least as wide as a head (packed,
         they are padded), and come with `epsilon`, neither negative nor infinite.
      4. `rotary`, even, positive and at most the head size, comes with a table
         that is at least as wide.
      5. The dialect's two forms, with one result; buffers also have `sequences`,
         the text that each token belongs to.
      6. Input and result are f32 or bf16.

    ```mlir
    func.func @rotary(%x: tensor<?x1152xf32>, %offsets: tensor<?xi32>) -> tensor<?x1152xf32> {
      %t = kernel.weight rotary<features = 32, base = 10000.0, factor = 1.0> : tensor<512x32xf32>
      %0 = kernel.prepare_heads %x, %offsets heads 12 key_value_heads 12 head_size 32
          rotary 32 table(%t : tensor<512x32xf32>)
          : tensor<?x1152xf32>, tensor<?xi32> -> tensor<?x1152xf32>
      return %0 : tensor<?x1152xf32>
    }
    ```
  }];
  let reads = (ins
    Kernel_Rows:$input, Kernel_Index:$offsets,
    Optional<Kernel_Index>:$sequences,
    Optional<Kernel_Row>:$query_norm, Optional<Kernel_Row>:$key_norm,
    Optional<Kernel_Table>:$table,
    I64Attr:$heads, I64Attr:$key_value_heads, I64Attr:$head_size,
    OptionalAttr<F64Attr>:$epsilon, OptionalAttr<I64Attr>:$rotary,
    UnitAttr:$interleaved);
  let assemblyFormat = [{
    $input `,` $offsets (`sequences` `(` $sequences^ `:` type($sequences) `)`)?
    `heads` $heads `key_value_heads` $key_value_heads `head_size` $head_size
    (`query_norm` `(` $query_norm^ `:` type($query_norm) `)`)?
    (`key_norm` `(` $key_norm^ `:` type($key_norm) `)`)?
    (`epsilon` $epsilon^)? (`rotary` $rotary^)? (`interleaved` $interleaved^)?
    (`table` `(` $table^ `:` type($table) `)`)?
    (`into` `(` $out^ `:` type($out) `)`)? (`tile` `(` $tile^ `)`)?
    `:` type($input) `,` type($offsets) (`->` type($outputs)^)? attr-dict
  }];
}

def Kernel_AttentionOp : Kernel_ComputeOp<"attention",
    ["getWork", "getColumns", "isRowLocal", "getMostResults"],
    [DeclareOpInterfaceMethods<Kernel_TakesEpilogue, ["mayWriteBf16"]>,
     DeclareOpInterfaceMethods<Kernel_NarrowableOperands>]> {
  let summary = "Softmax attention within each text, scores never out of cache";
  let description = [{
    Rows hold queries, keys and values side by side, `[T, (heads + 2 *
    key_value_heads) * head size]`; without `key_value_heads` there are as many of
    them as heads, and with it consecutive heads of queries share one. Per text
    and head: `softmax(Q * transpose(K) * scale) * V`, with the online softmax
    (Milakov and Gimelshein, 2018; Dao et al., "FlashAttention", 2022): a few
    queries against a chunk of keys at a time, whose scores stay in L1. Sums are
    f32 in every precision.

    With position tables a score also gains `Q * position_keys[:, b] + K *
    position_queries[:, b]`, head by head, before it is scaled; b, a column, is
    `position_rows[0, key - query + positions - 1]` (layouts `projection` and
    `position_rows`). Their products are made for a block of queries and a chunk of
    keys at a time, of the columns that these need.

    With `softcap` a score s becomes `softcap * tanh(s / softcap)`. With a bias it
    then gains `bias[head, key - query + positions - 1]` (layouts `alibi` and
    `position_bias`). A query sees at most `before` tokens before and `after`
    tokens after itself, all where they are not given, and itself; chunks that it
    does not see are passed over. Nobody sees the tokens of id `unattended` that
    end a text, all but its first token; `ids` are the tokens' ids.

    Constraints:
      1. `heads` and `head_size` are positive; `scale` is positive and finite, as
         is `softcap`; `key_value_heads` is positive and divides `heads`.
      2. The input is as wide as the heads need, the result heads times head size;
         a buffer may be wider.
      3. The dialect's two forms; buffers also have `sequences`, the text that
         each token belongs to.
      4. Input and first result are f32 or bf16. The second result is as wide as
         the first, and in bf16, i8 or i16.
      5. The bias has a row for each head, is in f32 and at least as wide as `2 *
         positions - 1`, and comes with `positions`, which is positive.
      6. `before`, `after` and `unattended` are not negative; `ids` come with
         `unattended`.
      7. Position tables are as high as the heads are wide, in f32 or bf16, of one
         width, and come with `position_rows`, in f32, and with `positions`; there
         is no `key_value_heads`. `position_rows` has one row, and obeys what is
         said of the bias's width; its values are rows of the tables, and do not
         grow from key to key.

    ```mlir
    func.func @attention(%x: tensor<?x1152xf32>, %offsets: tensor<?xi32>) -> tensor<?x384xf32> {
      %0 = kernel.attention %x, %offsets heads 12 head_size 32 scale 0.17677
          : tensor<?x1152xf32>, tensor<?xi32> -> tensor<?x384xf32>
      return %0 : tensor<?x384xf32>
    }

    func.func @causal(%x: tensor<?x640xf32>, %offsets: tensor<?xi32>) -> tensor<?x384xf32> {
      %0 = kernel.attention %x, %offsets heads 12 key_value_heads 4 head_size 32
          scale 0.17677 after 0
          : tensor<?x640xf32>, tensor<?xi32> -> tensor<?x384xf32>
      return %0 : tensor<?x384xf32>
    }
    ```
  }];
  let reads = (ins
    Kernel_Rows:$input, Kernel_Index:$offsets,
    Optional<Kernel_Index>:$sequences, Optional<Kernel_Table>:$bias,
    Optional<Kernel_Table>:$position_keys,
    Optional<Kernel_Table>:$position_queries,
    Optional<Kernel_Table>:$position_rows,
    Optional<Kernel_Index>:$ids, OptionalAttr<I64Attr>:$unattended,
    I64Attr:$heads, OptionalAttr<I64Attr>:$key_value_heads, I64Attr:$head_size,
    F64Attr:$scale, OptionalAttr<F64Attr>:$softcap,
    OptionalAttr<I64Attr>:$before, OptionalAttr<I64Attr>:$after,
    OptionalAttr<I64Attr>:$positions);
  let assemblyFormat = [{
    $input `,` $offsets (`sequences` `(` $sequences^ `:` type($sequences) `)`)?
    `heads` $heads (`key_value_heads` $key_value_heads^)?
    `head_size` $head_size `scale` $scale (`softcap` $softcap^)?
    (`before` $before^)? (`after` $after^)?
    (`bias` `(` $bias^ `:` type($bias) `)`)?
    (`position_keys` `(` $position_keys^ `:` type($position_keys) `)`)?
    (`position_queries` `(` $position_queries^ `:` type($position_queries) `)`)?
    (`position_rows` `(` $position_rows^ `:` type($position_rows) `)`)?
    (`positions` $positions^)?
    (`unattended` $unattended^)? (`ids` `(` $ids^ `:` type($ids) `)`)?
    (`into` `(` $out^ `:` type($out) `)`)? (`tile` `(` $tile^ `)`)?
    `:` type($input) `,` type($offsets) (`->` type($outputs)^)? attr-dict
  }];
  let extraClassDeclaration = resultAccessors # [{
    /// `key_value_heads` where given, else as many as heads.
    int64_t getKeyValueHeadsOrDefault() {
      return getKeyValueHeads().value_or(getHeads());
    }
  }];
}

#endif // EMBLEM_DIALECTS_KERNEL_ATTENTION_TD
