// RUN: emblem-opt %s -split-input-file -verify-diagnostics

func.func @f(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{'emb.return' op expects parent op 'emb.model'}}
  emb.return %x : tensor<?x4xf32>
}

// -----

// return_c1: several outputs have kinds.
emb.model @m(%ids, %offsets) max_tokens 8 max_positions 8 {
  %table = emb.weight "table" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  %1 = emb.pool mean %0, %offsets : tensor<?x4xf32>
  // expected-error@+1 {{returns 2 outputs, but has 0 kinds}}
  "emb.return"(%1, %1) : (tensor<?x4xf32>, tensor<?x4xf32>) -> ()
}

// -----

emb.model @m(%ids, %offsets) max_tokens 8 max_positions 8 {
  %table = emb.weight "table" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  // expected-error@+1 {{returns nothing}}
  "emb.return"() : () -> ()
}

// -----

emb.model @m(%ids, %offsets) max_tokens 8 max_positions 8 {
  %table = emb.weight "table" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  %1 = emb.pool mean %0, %offsets : tensor<?x4xf32>
  // expected-error@+1 {{'scores' is no kind of output; there are dense, sparse}}
  emb.return scores %1 : tensor<?x4xf32>
}

// -----

emb.model @m(%ids, %offsets) max_tokens 8 max_positions 8 {
  %table = emb.weight "table" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  %1 = emb.pool mean %0, %offsets : tensor<?x4xf32>
  // expected-error@+1 {{each once at most, but dense after sparse}}
  emb.return sparse %1 : tensor<?x4xf32>, dense %1 : tensor<?x4xf32>
}

// -----

// model_c5: rows of texts, and rows of tokens.
emb.model @m(%ids, %offsets) max_tokens 8 max_positions 8 {
  %table = emb.weight "table" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  // expected-error@+1 {{sparse has one row a text, but its operand is not pooled: add emb.pool}}
  emb.return sparse %0 : tensor<?x4xf32>
}

// -----

emb.model @m(%ids, %offsets) max_tokens 8 max_positions 8 {
  %table = emb.weight "table" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  %1 = emb.pool mean %0, %offsets : tensor<?x4xf32>
  // expected-error@+1 {{multi_vector has one row a token, but its operand is pooled}}
  emb.return multi_vector %1 : tensor<?x4xf32>
}

// -----

// return_c2: the width of token_weights.
emb.model @m(%ids, %offsets) max_tokens 8 max_positions 8 {
  %table = emb.weight "table" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  // expected-error@+1 {{token_weights are one number a token, but are 4 wide}}
  emb.return token_weights %0 : tensor<?x4xf32>
}

// -----

// return_c3: what comes with which output.
emb.model @m(%ids, %offsets) max_tokens 8 max_positions 8 {
  %table = emb.weight "table" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  // expected-error@+1 {{has 'unweighted', but returns no token_weights}}
  emb.return multi_vector %0 : tensor<?x4xf32> {unweighted = array<i32: 1>}
}

// -----

emb.model @m(%ids, %offsets) max_tokens 8 max_positions 8 {
  %table = emb.weight "table" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  %1 = emb.pool mean %0, %offsets : tensor<?x4xf32>
  // expected-error@+1 {{skips tokens, but returns no multi_vector}}
  emb.return %1 : tensor<?x4xf32> {skips_first}
}

// -----

// model_c3: rules of prompts.
// expected-error@+1 {{prompt_rules of "query": there is no prompt of that name}}
emb.model @m(%ids, %offsets) max_tokens 8 max_positions 8
    attributes {prompt_rules = {query = {marker = 1 : i64}}} {
  %table = emb.weight "table" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  emb.return multi_vector %0 : tensor<?x4xf32>
}

// -----

// expected-error@+1 {{prompt_rules of "query": marker must be from 0 to 9, but is 10}}
emb.model @m(%ids, %offsets) max_tokens 8 max_positions 8
    attributes {prompts = {query = ""}, prompt_rules = {query = {marker = 10 : i64}}} {
  %table = emb.weight "table" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  emb.return multi_vector %0 : tensor<?x4xf32>
}

// -----

// expected-error@+1 {{prompt_rules of "query": max_tokens must be from 1 to 8, but is 9}}
emb.model @m(%ids, %offsets) max_tokens 8 max_positions 8
    attributes {prompts = {query = ""}, prompt_rules = {query = {max_tokens = 9 : i64}}} {
  %table = emb.weight "table" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  emb.return multi_vector %0 : tensor<?x4xf32>
}

// -----

// expected-error@+1 {{prompt_rules of "query": an expansion needs max_tokens, up to which it fills}}
emb.model @m(%ids, %offsets) max_tokens 8 max_positions 8
    attributes {prompts = {query = ""}, prompt_rules = {query = {expansion = 3 : i64}}} {
  %table = emb.weight "table" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  emb.return multi_vector %0 : tensor<?x4xf32>
}

// -----

// expected-error@+1 {{prompt_rules of "query": holds max_tokens, marker, expansion and keeps_all, but prefix is 3}}
emb.model @m(%ids, %offsets) max_tokens 8 max_positions 8
    attributes {prompts = {query = ""}, prompt_rules = {query = {prefix = 3 : i64}}} {
  %table = emb.weight "table" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  emb.return multi_vector %0 : tensor<?x4xf32>
}
