// RUN: emblem-opt %s -split-input-file -verify-diagnostics

// A table is a static matrix, none of its sides zero.
func.func @f(%ids: tensor<?xi32>) {
  %t = emb.weight "t" : tensor<4xf32>
  // expected-error@+1 {{the table must be a matrix, but is 'tensor<4xf32>'}}
  %0 = emb.token_embedding %ids, %t : tensor<4xf32>
  return
}

// -----

func.func @f(%ids: tensor<?xi32>) {
  %t = emb.weight "t" : tensor<0x4xf32>
  // expected-error@+1 {{operand #1 must be a static matrix of f32, f16 or bf16, but got 'tensor<0x4xf32>'}}
  %0 = emb.token_embedding %ids, %t : tensor<0x4xf32>
  return
}

// -----

// token_embedding_c1: the result's width.
func.func @f(%ids: tensor<?xi32>, %t: tensor<10x4xf32>) {
  // expected-error@+1 {{the result is 8 wide, but the table 4}}
  %0 = "emb.token_embedding"(%ids, %t) : (tensor<?xi32>, tensor<10x4xf32>) -> tensor<?x8xf32>
  return
}

// -----

// Ids are i32, their number unknown.
func.func @f(%ids: tensor<3xi32>, %t: tensor<10x4xf32>) {
  // expected-error@+1 {{operand #0 must be token ids, tensor<?xi32>, but got 'tensor<3xi32>'}}
  %0 = "emb.token_embedding"(%ids, %t) : (tensor<3xi32>, tensor<10x4xf32>) -> tensor<?x4xf32>
  return
}

// -----

// token_embedding_c2: the scale.
func.func @f(%ids: tensor<?xi32>, %t: tensor<10x4xf32>) {
  // expected-error@+1 {{scale must be positive and finite, but is 0.000000e+00 : f64}}
  %0 = emb.token_embedding %ids, %t scale 0.0 : tensor<10x4xf32>
  return
}
