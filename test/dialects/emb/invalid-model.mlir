// RUN: emblem-opt %s -split-input-file -verify-diagnostics

// model_c1: the arguments and the end.
// expected-error@+1 {{'emb.model' op takes the token ids and the sequence offsets, and perhaps the token types, but has 1 arguments}}
"emb.model"() <{sym_name = "m", max_tokens = 8, max_positions = 8}> ({
^bb0(%ids: tensor<?xi32>):
  %table = emb.weight "table" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  emb.return %0 : tensor<?x4xf32>
}) : () -> ()

// -----

// expected-error@+1 {{'emb.model' op argument #1 must be 'tensor<?xi32>', but is 'tensor<?xi64>'}}
"emb.model"() <{sym_name = "m", max_tokens = 8, max_positions = 8}> ({
^bb0(%ids: tensor<?xi32>, %offsets: tensor<?xi64>):
  %table = emb.weight "table" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  emb.return %0 : tensor<?x4xf32>
}) : () -> ()

// -----

// expected-error@+1 {{'emb.model' op must end with emb.return, but ends with emb.pool}}
emb.model @m(%ids, %offsets) max_tokens 8 max_positions 8 {
  %table = emb.weight "table" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  %1 = emb.pool mean %0, %offsets : tensor<?x4xf32>
}

// -----

// expected-error@+1 {{expects a non-empty block}}
emb.model @m(%ids, %offsets) max_tokens 8 max_positions 8 {
}

// -----

// model_c2: max_tokens.
// expected-error@+1 {{max_tokens must be positive, but is 0}}
emb.model @m(%ids, %offsets) max_tokens 0 max_positions 8 {
  %table = emb.weight "table" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  %1 = emb.pool mean %0, %offsets : tensor<?x4xf32>
  emb.return %1 : tensor<?x4xf32>
}

// -----

// expected-error@+1 {{max_tokens is 9, but must be at most max_positions, 8}}
emb.model @m(%ids, %offsets) max_tokens 9 max_positions 8 {
  %table = emb.weight "table" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  %1 = emb.pool mean %0, %offsets : tensor<?x4xf32>
  emb.return %1 : tensor<?x4xf32>
}

// -----

// expected-error@+1 {{max_positions must be less than 2^31, but is 2147483648}}
emb.model @m(%ids, %offsets) max_tokens 8 max_positions 2147483648 {
  %table = emb.weight "table" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  %1 = emb.pool mean %0, %offsets : tensor<?x4xf32>
  emb.return %1 : tensor<?x4xf32>
}

// -----

// model_c3: prompts.
// expected-error@+1 {{prompt "query" must be a string, but is 1 : i64}}
emb.model @m(%ids, %offsets) max_tokens 8 max_positions 8 attributes {prompts = {query = 1}} {
  %table = emb.weight "table" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  %1 = emb.pool mean %0, %offsets : tensor<?x4xf32>
  emb.return %1 : tensor<?x4xf32>
}

// -----

// expected-error@+1 {{default_prompt names "passage", which is not among the prompts}}
emb.model @m(%ids, %offsets) max_tokens 8 max_positions 8
    attributes {prompts = {query = "query: "}, default_prompt = "passage"} {
  %table = emb.weight "table" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  %1 = emb.pool mean %0, %offsets : tensor<?x4xf32>
  emb.return %1 : tensor<?x4xf32>
}

// -----

// expected-error@+1 {{default_prompt names "query", which is not among the prompts}}
emb.model @m(%ids, %offsets) max_tokens 8 max_positions 8 attributes {default_prompt = "query"} {
  %table = emb.weight "table" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  %1 = emb.pool mean %0, %offsets : tensor<?x4xf32>
  emb.return %1 : tensor<?x4xf32>
}

// -----

// model_c4: ids and offsets in their places.
emb.model @m(%ids, %offsets) max_tokens 8 max_positions 8 {
  %table = emb.weight "table" : tensor<10x4xf32>
  // expected-error@+1 {{must take the model's token ids, its first argument, as ids}}
  %0 = emb.token_embedding %offsets, %table : tensor<10x4xf32>
  %1 = emb.pool mean %0, %offsets : tensor<?x4xf32>
  emb.return %1 : tensor<?x4xf32>
}

// -----

emb.model @m(%ids, %offsets) max_tokens 8 max_positions 8 {
  %table = emb.weight "table" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  // expected-error@+1 {{must take the model's sequence offsets, its second argument, as offsets}}
  %1 = emb.pool mean %0, %ids : tensor<?x4xf32>
  emb.return %1 : tensor<?x4xf32>
}

// -----

emb.model @m(%ids, %offsets) max_tokens 8 max_positions 8 {
  %table = emb.weight "table" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  // expected-error@+1 {{must take the model's sequence offsets, its second argument, as offsets}}
  %1 = emb.positional_encoding sinusoidal %0, %ids : tensor<?x4xf32>
  %2 = emb.pool mean %1, %offsets : tensor<?x4xf32>
  emb.return %2 : tensor<?x4xf32>
}

// -----

// model_c5: rows of tokens, then one pool, then rows of texts.
emb.model @m(%ids, %offsets) max_tokens 8 max_positions 8 {
  %table = emb.weight "table" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  // The norm between changes nothing: its rows are still of tokens.
  %1 = emb.normalize %0 : tensor<?x4xf32>
  // expected-error@+1 {{must return one row a text, but its operand is not pooled: add emb.pool}}
  emb.return %1 : tensor<?x4xf32>
}

// -----

emb.model @m(%ids, %offsets) max_tokens 8 max_positions 8 {
  %table = emb.weight "table" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  %1 = emb.pool mean %0, %offsets : tensor<?x4xf32>
  %2 = emb.normalize %1 : tensor<?x4xf32>
  // expected-error@+1 {{'emb.pool' op takes rows of tokens, but its input is pooled already, one row a text}}
  %3 = emb.pool mean %2, %offsets : tensor<?x4xf32>
  emb.return %3 : tensor<?x4xf32>
}

// -----

emb.model @m(%ids, %offsets) max_tokens 8 max_positions 8 {
  %table = emb.weight "table" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  %1 = emb.pool mean %0, %offsets : tensor<?x4xf32>
  // expected-error@+1 {{adds rows of tokens to rows of texts: pool both or neither}}
  %2 = emb.add %1, %0 : tensor<?x4xf32>
  emb.return %2 : tensor<?x4xf32>
}

// -----

// model_c6: a position for every token that is let in.
emb.model @m(%ids, %offsets) max_tokens 8 max_positions 8 {
  %table = emb.weight "table" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  %p = emb.weight "p" : tensor<7x4xf32>
  // expected-error@+1 {{the table has 7 rows, too few for max_positions 8}}
  %1 = emb.positional_encoding learned %0, %offsets table(%p : tensor<7x4xf32>) : tensor<?x4xf32>
  %2 = emb.pool mean %1, %offsets : tensor<?x4xf32>
  emb.return %2 : tensor<?x4xf32>
}

// -----

emb.model @m(%ids, %offsets) max_tokens 8 max_positions 8 {
  %table = emb.weight "table" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  %p = emb.weight "p" : tensor<9x4xf32>
  // expected-error@+1 {{the table has 9 rows, too few for max_positions 8 from offset 2}}
  %1 = emb.positional_encoding learned %0, %offsets table(%p : tensor<9x4xf32>) offset 2 : tensor<?x4xf32>
  %2 = emb.pool mean %1, %offsets : tensor<?x4xf32>
  emb.return %2 : tensor<?x4xf32>
}

// -----

emb.model @m(%ids, %offsets) max_tokens 8 max_positions 8 {
  %table = emb.weight "table" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  // expected-error@+1 {{the positions from offset 2147483640 up to max_positions 8 beyond it must stay below 2^31}}
  %1 = emb.positional_encoding sinusoidal %0, %offsets offset 2147483640 : tensor<?x4xf32>
  %2 = emb.pool mean %1, %offsets : tensor<?x4xf32>
  emb.return %2 : tensor<?x4xf32>
}

// -----

// One name, one model.
// expected-note@+1 {{see existing symbol definition here}}
emb.model @m(%ids, %offsets) max_tokens 8 max_positions 8 {
  %table = emb.weight "table" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  %1 = emb.pool mean %0, %offsets : tensor<?x4xf32>
  emb.return %1 : tensor<?x4xf32>
}

// expected-error@+1 {{redefinition of symbol named 'm'}}
emb.model @m(%ids, %offsets) max_tokens 8 max_positions 8 {
  %table = emb.weight "table" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  %1 = emb.pool mean %0, %offsets : tensor<?x4xf32>
  emb.return %1 : tensor<?x4xf32>
}

// -----

// Syntax.
// expected-error@+1 {{expected the token ids and the sequence offsets, and perhaps the token types, but there are 1 arguments}}
emb.model @m(%ids) max_tokens 8 max_positions 8 {
}

// -----

// expected-error@+1 {{expected valid '@'-identifier for symbol name}}
emb.model(%ids, %offsets) max_tokens 8 max_positions 8 {
}

// -----

// expected-error@+1 {{expected 'max_tokens'}}
emb.model @m(%ids, %offsets) {
}

// -----

// expected-error@+1 {{expected 'max_positions'}}
emb.model @m(%ids, %offsets) max_tokens 8 {
}

// -----

// expected-error@+1 {{expected integer value}}
emb.model @m(%ids, %offsets) max_tokens many max_positions 8 {
}

// -----

// model_c1, model_c4: token types are of pairs, and the model's own.
// expected-error@+1 {{takes token types, which only pairs have: say so with the attribute 'pairs'}}
emb.model @m(%ids, %offsets, %types) max_tokens 8 max_positions 8 {
  %table = emb.weight "table" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  %1 = emb.pool mean %0, %offsets : tensor<?x4xf32>
  emb.return %1 : tensor<?x4xf32>
}

// -----

emb.model @m(%ids, %offsets, %types) max_tokens 8 max_positions 8 attributes {pairs} {
  %table = emb.weight "table" : tensor<10x4xf32>
  %segments = emb.weight "segments" : tensor<2x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  // expected-error@+1 {{must take the model's token types, its third argument, as types}}
  %1 = emb.segment_embedding %0, %segments types %ids : tensor<?x4xf32>, tensor<2x4xf32>
  %2 = emb.pool mean %1, %offsets : tensor<?x4xf32>
  emb.return %2 : tensor<?x4xf32>
}

// -----

// model_c3: a text around pairs.
// expected-error@+1 {{has a pair_text, which only pairs have: say so with the attribute 'pairs'}}
emb.model @m(%ids, %offsets) max_tokens 8 max_positions 8 attributes {pair_text = ["", "", ""]} {
  %table = emb.weight "table" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  %1 = emb.pool mean %0, %offsets : tensor<?x4xf32>
  emb.return %1 : tensor<?x4xf32>
}

// -----

// model_c3: labels.
// expected-error@+1 {{has labels, which only the scores of pairs have: say so with the attribute 'pairs'}}
emb.model @m(%ids, %offsets) max_tokens 8 max_positions 8 attributes {labels = ["a", "b", "c", "d"]} {
  %table = emb.weight "table" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  %1 = emb.pool mean %0, %offsets : tensor<?x4xf32>
  emb.return %1 : tensor<?x4xf32>
}

// -----

// expected-error@+1 {{has 1 labels, but 4 scores}}
emb.model @m(%ids, %offsets) max_tokens 8 max_positions 8 attributes {pairs, labels = ["a"]} {
  %table = emb.weight "table" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  %1 = emb.pool mean %0, %offsets : tensor<?x4xf32>
  emb.return %1 : tensor<?x4xf32>
}

// -----

// expected-error@+1 {{pair_text must be what stands before, between and after a pair's texts, but there are 2 strings}}
emb.model @m(%ids, %offsets) max_tokens 8 max_positions 8 attributes {pairs, pair_text = ["a", "b"]} {
  %table = emb.weight "table" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  %1 = emb.pool mean %0, %offsets : tensor<?x4xf32>
  emb.return %1 : tensor<?x4xf32>
}

// -----

// expected-error@+1 {{'emb.model' op padding must be from 0 to 9, but is 10}}
emb.model @m(%ids, %offsets) max_tokens 8 max_positions 8 attributes {padding = 10} {
  %table = emb.weight "table" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  %1 = emb.pool mean %0, %offsets : tensor<?x4xf32>
  emb.return %1 : tensor<?x4xf32>
}

// -----

// expected-error@+1 {{'emb.model' op has 'end_token', which only a model of single texts may}}
emb.model @m(%ids, %offsets) max_tokens 8 max_positions 8
    attributes {pairs, end_token = 1} {
  %table = emb.weight "table" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  %1 = emb.pool mean %0, %offsets : tensor<?x4xf32>
  emb.return %1 : tensor<?x4xf32>
}

// -----

// model_c3: the threshold.
// expected-error@+1 {{threshold must be finite}}
emb.model @m(%ids, %offsets) max_tokens 8 max_positions 8 attributes {threshold = 0x7FF0000000000000 : f64} {
  %table = emb.weight "table" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  %1 = emb.pool mean %0, %offsets : tensor<?x4xf32>
  emb.return %1 : tensor<?x4xf32>
}
