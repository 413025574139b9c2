// RUN: emblem-opt %s -split-input-file -verify-diagnostics

func.func @f(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{'emb.return' op expects parent op 'emb.model'}}
  emb.return %x : tensor<?x4xf32>
}

// -----

// Exactly one value.
emb.model @m(%ids, %offsets) max_tokens 8 max_positions 8 {
  %table = emb.weight "table" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  %1 = emb.pool mean %0, %offsets : tensor<?x4xf32>
  // expected-error@+1 {{'emb.return' op requires a single operand}}
  "emb.return"(%1, %1) : (tensor<?x4xf32>, tensor<?x4xf32>) -> ()
}
