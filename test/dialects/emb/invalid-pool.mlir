// RUN: emblem-opt %s -split-input-file -verify-diagnostics

func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  // expected-error@+1 {{'emb.pool' op failed to verify that the result has the input's type}}
  %0 = "emb.pool"(%x, %offsets) <{kind = 0 : i32}> : (tensor<?x4xf32>, tensor<?xi32>) -> tensor<?x8xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi64>) {
  // expected-error@+1 {{operand #1 must be sequence offsets, tensor<?xi32>, but got 'tensor<?xi64>'}}
  %0 = "emb.pool"(%x, %offsets) <{kind = 0 : i32}> : (tensor<?x4xf32>, tensor<?xi64>) -> tensor<?x4xf32>
  return
}

// -----

// Syntax: a kind that there is not.
func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  // expected-error@+1 {{for attribute 'kind' [mean, cls, max, last, weighted_mean, sum, mean_sqrt]}}
  %0 = emb.pool median %x, %offsets : tensor<?x4xf32>
  return
}
