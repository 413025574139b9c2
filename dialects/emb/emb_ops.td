//===- emb_ops.td - The operations of the emb dialect ----------*- tablegen -*-//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// The model and its weights, what comes before the encoder's layers, and what
// comes after them. The layers themselves are in emb_layers.td, and those over
// images in emb_images.td. Every op's
// example is a whole module that emblem-opt reads; a test holds this. The
// numbers of the constraints are those that the verifiers and tests cite.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_DIALECTS_EMB_OPS_TD
#define EMBLEM_DIALECTS_EMB_OPS_TD

include "dialects/emb/emb_attention.td"
include "dialects/emb/emb_base.td"
include "dialects/emb/emb_images.td"
include "dialects/emb/emb_layers.td"
include "mlir/IR/OpAsmInterface.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

//===----------------------------------------------------------------------===//
// The model and its weights
//===----------------------------------------------------------------------===//

def Emb_ModelOp : Emb_Op<"model", [IsolatedFromAbove, SingleBlock, Symbol,
    DeclareOpInterfaceMethods<OpAsmOpInterface, ["getAsmBlockArgumentNames"]>]> {
  let summary = "An embedding model: from token ids to one vector a text";
  let description = [{
    The entry of a module. The region's two arguments are the batch's token ids
    `[tokens]` and its sequence offsets `[sequences + 1]`; it returns the vectors
    `[sequences, dimension]`, or what else `emb.return` names.

    `max_tokens` is where texts are cut, special tokens included; `max_positions`
    is how long a sequence may be at all (both in tokens, and `max_tokens` is the
    smaller). `weights` lists the files that hold the named weights and
    `tokenizer` the tokenizer's file, both relative to the module's own file.

    The tokenizer leaves out special tokens (those of its template) with
    `no_special_tokens`, and what it has no token for with `no_unknown_tokens`. A
    text that is left without any has one, the greatest id there is. A text ends with
    the first `end_token` among its ids, and `padding` is an id that fills each text
    up to `max_tokens`; what fills is a token like any other.

    With `pairs` each text is two in one, a query and what may answer it, put
    together by the tokenizer's template for pairs: a reranker, whose vectors are
    scores. Such a model may have a third argument, the token types `[tokens]`:
    which of the two a token belongs to (Devlin et al., "BERT", 2018, call them
    segments). With `pair_text`, what stands before, between and after the two, a
    pair is one text instead, and the template is not used: a model that writes
    text is asked a question so, and answers after the last token.

    A model of images has their pixels, `tensor<?xHxWxCxf32>`, in place of token
    ids; an image stands for a text, and its tokens are those that
    `emb.patch_embedding` gives, or one. `image` says how a picture becomes pixels:
    `resize` (`none`, `exact` or `shortest_edge`) to `resize_height` and
    `resize_width` with the `filter` (`nearest`, `bilinear`, `bicubic`, `lanczos`),
    then its middle is cropped, and a channel's 8 bits are multiplied by its `scale`
    and moved by its `shift`, lists of a float a channel. What is left out is `none`,
    `bilinear`, 1 and 0.

    Vectors are compared by their cosine, or by the `distance`; two belong together
    that reach the `threshold`, a cosine of at least or a distance of at most it.

    A module may hold two models, one of texts and one of images, whose vectors are
    comparable (Radford et al., "Learning Transferable Visual Models From Natural
    Language Supervision", 2021, call them towers); they become one program.

    `prompts` maps a name to the text that is put before each text, and
    `default_prompt` names the one that is used where none is asked for. A prompt
    may have rules for the text's ids in `prompt_rules`, a dictionary by its name:

    - `max_tokens`: where texts are cut, in place of the model's own.
    - `marker`: a token id that goes behind a text's first one. ColBERT (Khattab
      and Zaharia, 2020) tells queries from documents by it.
    - `expansion`: a token id that fills a text up to the rule's `max_tokens`.
    - `keeps_all`: `emb.return` skips no token of these texts.

    Constraints:
      1. The region's arguments are token ids (or pixels of 1 or 3 channels) and
         sequence offsets, of `pairs` perhaps token types as well, and the region
         ends with `emb.return`.
      2. `max_tokens` is positive and at most `max_positions`, which is less than
         2^31, for offsets are i32.
      3. Every prompt is a string, and `default_prompt` names one of them.
         `prompt_rules` are of prompts, and hold nothing but the above: `max_tokens`
         is positive and at most the model's, ids are those of tokens, and an
         expansion comes with `max_tokens`. `pair_text` is three strings, of `pairs`.
         `end_token` and `padding` are ids of tokens, of a model of single texts.
      4. Token ids, offsets and token types are the model's own arguments
         throughout, each in its place (their type is the same).
      5. Rows of tokens become rows of texts by one `emb.pool`: what takes offsets
         takes rows of tokens, `emb.add` and `emb.concatenate` take rows of one
         kind, and of what is returned dense and sparse rows are of texts, the
         others of tokens.
         A model of images has neither pairs, prompts nor a tokenizer, `image` is as
         above, and `max_tokens` and `max_positions` are the tokens of an image.
      6. A table of positions has a row for each of `max_positions`; sinusoidal
         positions stay below 2^31.

    ```mlir
    emb.model @tiny(%ids, %offsets) max_tokens 128 max_positions 512
        attributes {weights = ["model.safetensors"], tokenizer = "tokenizer.json",
                    prompts = {query = "query: "}} {
      %table = emb.weight "embeddings.word" : tensor<100x8xf32>
      %0 = emb.token_embedding %ids, %table : tensor<100x8xf32>
      %1 = emb.pool mean %0, %offsets : tensor<?x8xf32>
      emb.return %1 : tensor<?x8xf32>
    }

    emb.model @reranker(%ids, %offsets, %types) max_tokens 128 max_positions 512
        attributes {pairs} {
      %table = emb.weight "embeddings.word" : tensor<100x8xf32>
      %segments = emb.weight "embeddings.token_type" : tensor<2x8xf32>
      %w = emb.weight "classifier.weight" : tensor<1x8xf32>
      %0 = emb.token_embedding %ids, %table : tensor<100x8xf32>
      %1 = emb.segment_embedding %0, %segments types %types : tensor<?x8xf32>, tensor<2x8xf32>
      %2 = emb.pool cls %1, %offsets : tensor<?x8xf32>
      %3 = emb.dense %2 sigmoid weight(%w : tensor<1x8xf32>) : tensor<?x8xf32> -> tensor<?x1xf32>
      emb.return %3 : tensor<?x1xf32>
    }

    emb.model @tower(%pixels : tensor<?x8x8x1xf32>, %offsets) max_tokens 1 max_positions 1
        attributes {image = {filter = "bilinear", resize = "exact", resize_height = 8 : i64,
                             resize_width = 8 : i64, scale = [0.0625], shift = [0.0]},
                    distance = 1 : i32, threshold = 0.5} {
      %k = emb.weight "0.weight" : tensor<4x1x3x3xf32>
      %0 = emb.conv2d %pixels relu weight(%k : tensor<4x1x3x3xf32>) stride [1, 1]
          padding [0, 0] : tensor<?x8x8x1xf32> -> tensor<?x6x6x4xf32>
      %1 = emb.flatten %0 : tensor<?x6x6x4xf32> -> tensor<?x144xf32>
      emb.return %1 : tensor<?x144xf32>
    }
    ```
  }];
  let arguments = (ins
    SymbolNameAttr:$sym_name,
    I64Attr:$max_tokens,
    I64Attr:$max_positions,
    OptionalAttr<StrArrayAttr>:$weights,
    OptionalAttr<StrAttr>:$tokenizer,
    UnitAttr:$no_special_tokens,
    UnitAttr:$no_unknown_tokens,
    OptionalAttr<I64Attr>:$end_token,
    OptionalAttr<I64Attr>:$padding,
    UnitAttr:$pairs,
    OptionalAttr<StrArrayAttr>:$pair_text,
    OptionalAttr<DictionaryAttr>:$prompts,
    OptionalAttr<DictionaryAttr>:$prompt_rules,
    OptionalAttr<StrAttr>:$default_prompt,
    OptionalAttr<DictionaryAttr>:$image,
    DefaultValuedAttr<Emb_Distance, "::emblem::emb::Distance::Cosine">:$distance,
    OptionalAttr<F64Attr>:$threshold);
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    /// Null in a model of images.
    ::mlir::Value getTokenIds() {
      return getPixels() ? ::mlir::Value() : getBody().getArgument(0);
    }
    /// Null in a model of texts.
    ::mlir::Value getPixels() {
      ::mlir::Value input = getBody().getArgument(0);
      return ::llvm::cast<::mlir::ShapedType>(input.getType()).getRank() == 4
                 ? input
                 : ::mlir::Value();
    }
    ::mlir::Value getSequenceOffsets() { return getBody().getArgument(1); }
    /// Null where the model tells no types apart.
    ::mlir::Value getTokenTypes() {
      return getBody().getNumArguments() == 3 ? getBody().getArgument(2)
                                              : ::mlir::Value();
    }
    /// How many token types there are; 0: it tells none apart.
    int64_t getTokenTypeCount();
    /// Components of a row of the first output, from the returned type.
    int64_t getDimension();
    /// How many token ids there are: as many as every table has; one of images.
    int64_t getVocabularySize();
  }];
}

def Emb_ReturnOp : Emb_Op<"return", [Terminator, HasParent<"ModelOp">]> {
  let summary = "The model's outputs";
  let description = [{
    One dense vector a text, or several outputs, each after its kind:

    - `dense`: a vector a text, `[S, D]`.
    - `sparse`: a weight a text for each token of a vocabulary, `[S, V]`, most of
      them zero (Formal et al., "SPLADE", 2021).
    - `token_weights`: one number a token, `[T, 1]`. A text's weight for a token id
      is the greatest of those where that id stands (Chen et al., "BGE
      M3-Embedding", 2024).
    - `multi_vector`: a vector a token, `[T, D]`, for late interaction (Khattab and
      Zaharia, "ColBERT", 2020).

    Not every token counts to those who read rows of tokens: `unweighted` lists
    the ids whose `token_weights` do not, `skipped` the ids whose `multi_vector`
    rows do not; `skips_first` is for a text's first row of these. The rows are
    computed all the same.

    Constraints:
      1. There is an output. Kinds are given where it is not one dense output
         alone, in the order above, each once at most.
      2. `token_weights` are one wide.
      3. `unweighted` comes with `token_weights`, `skipped` and `skips_first` with
         `multi_vector`.

    ```mlir
    emb.model @bag_of_words(%ids, %offsets) max_tokens 128 max_positions 128 {
      %table = emb.weight "embeddings.word" : tensor<100x8xf32>
      %words = emb.token_embedding %ids, %table : tensor<100x8xf32>
      %vectors = emb.pool mean %words, %offsets : tensor<?x8xf32>
      emb.return dense %vectors : tensor<?x8xf32>, multi_vector %words : tensor<?x8xf32>
          {skipped = array<i32: 7, 9>}
    }
    ```
  }];
  let arguments = (ins Variadic<Emb_Rows>:$vectors,
                       OptionalAttr<DenseI32ArrayAttr>:$kinds,
                       OptionalAttr<DenseI32ArrayAttr>:$unweighted,
                       OptionalAttr<DenseI32ArrayAttr>:$skipped,
                       UnitAttr:$skips_first);
  let assemblyFormat = "custom<Outputs>($vectors, type($vectors), $kinds) attr-dict";
  let extraClassDeclaration = [{
    OutputKind getKind(unsigned index) {
      return getKinds() ? static_cast<OutputKind>((*getKinds())[index])
                        : OutputKind::Dense;
    }
  }];
  let hasVerifier = 1;
}

def Emb_WeightOp : Emb_Op<"weight", [Pure,
    DeclareOpInterfaceMethods<OpAsmOpInterface, ["getAsmResultNames"]>]> {
  let summary = "A named weight of the model's files";
  let description = [{
    The value lies in one of the files that the model's `weights` lists, under
    this name; `value` gives it in place instead, for small examples and tests.
    Printed IR names the result after the weight.

    Constraints:
      1. The name is not empty.
      2. `value`, where given, has the result's type.

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
    func.func @positions(%x: tensor<?x384xf32>, %offsets: tensor<?xi32>) {
      %p = emb.weight "embeddings.position" : tensor<514x384xf32>
      %0 = emb.positional_encoding learned %x, %offsets
          table(%p : tensor<514x384xf32>) offset 2 : tensor<?x384xf32>
      %1 = emb.positional_encoding sinusoidal %x, %offsets : tensor<?x384xf32>
      return
    }
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
    (`offset` $offset^)? `:` type($input) attr-dict
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
