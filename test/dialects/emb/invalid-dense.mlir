// RUN: emblem-opt %s -split-input-file -verify-diagnostics

// dense_c1: the weight's width.
func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %w = emb.weight "w" : tensor<3x5xf32>
  // expected-error@+1 {{the weight is 5 wide, but the input 4}}
  %0 = emb.dense %x tanh weight(%w : tensor<3x5xf32>) : tensor<?x4xf32> -> tensor<?x3xf32>
  return
}

// -----

// dense_c2: the bias.
func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %w = emb.weight "w" : tensor<3x4xf32>
  %b = emb.weight "b" : tensor<4xf32>
  // expected-error@+1 {{the bias is 4 long, but its weight 3 high}}
  %0 = emb.dense %x tanh weight(%w : tensor<3x4xf32>, %b : tensor<4xf32>) : tensor<?x4xf32> -> tensor<?x3xf32>
  return
}

// -----

// dense_c3: the result's width.
func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %w = emb.weight "w" : tensor<3x4xf32>
  // expected-error@+1 {{the result is 4 wide, but the weight 3 high}}
  %0 = emb.dense %x tanh weight(%w : tensor<3x4xf32>) : tensor<?x4xf32> -> tensor<?x4xf32>
  return
}

// -----

// A weight is a matrix.
func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %w = emb.weight "w" : tensor<4xf32>
  // expected-error@+1 {{operand #1 must be a static matrix of f32, f16 or bf16, but got 'tensor<4xf32>'}}
  %0 = "emb.dense"(%x, %w) <{activation = 0 : i32}> : (tensor<?x4xf32>, tensor<4xf32>) -> tensor<?x4xf32>
  return
}
