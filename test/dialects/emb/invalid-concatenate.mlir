// RUN: emblem-opt %s -split-input-file -verify-diagnostics

// concatenate_c1: the inputs.
func.func @f(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{takes two inputs or more, but has 1}}
  %0 = emb.concatenate %x : tensor<?x4xf32>
  return
}

// -----

// concatenate_c2: the result's width.
func.func @f(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{the result is 7 wide, but the inputs together 8}}
  %0 = "emb.concatenate"(%x, %x) : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x7xf32>
  return
}

// -----

// model_c5: rows of one kind.
emb.model @m(%ids, %offsets) max_tokens 8 max_positions 8 {
  %table = emb.weight "table" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  %1 = emb.pool mean %0, %offsets : tensor<?x4xf32>
  // expected-error@+1 {{puts rows of tokens beside rows of texts: pool all of them or none}}
  %2 = emb.concatenate %0, %1 : tensor<?x4xf32>, tensor<?x4xf32>
  emb.return %2 : tensor<?x8xf32>
}
