// RUN: emblem-opt %s -split-input-file -verify-diagnostics

// feed_forward_c1: the up weight's width.
func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %u = emb.weight "u" : tensor<6x5xf32>
  %d = emb.weight "d" : tensor<4x6xf32>
  // expected-error@+1 {{the up weight is 5 wide, but the input 4}}
  %0 = emb.feed_forward %x gelu up(%u : tensor<6x5xf32>)
      down(%d : tensor<4x6xf32>) : tensor<?x4xf32> -> tensor<?x4xf32>
  return
}

// -----

// feed_forward_c2: the down weight's width.
func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %u = emb.weight "u" : tensor<6x4xf32>
  %d = emb.weight "d" : tensor<4x7xf32>
  // expected-error@+1 {{the down weight is 7 wide, but the up weight 6 high}}
  %0 = emb.feed_forward %x gelu up(%u : tensor<6x4xf32>)
      down(%d : tensor<4x7xf32>) : tensor<?x4xf32> -> tensor<?x4xf32>
  return
}

// -----

// feed_forward_c4: biases.
func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %u = emb.weight "u" : tensor<6x4xf32>
  %d = emb.weight "d" : tensor<4x6xf32>
  %ub = emb.weight "ub" : tensor<4xf32>
  // expected-error@+1 {{the up bias is 4 long, but its weight 6 high}}
  %0 = emb.feed_forward %x gelu up(%u : tensor<6x4xf32>, %ub : tensor<4xf32>)
      down(%d : tensor<4x6xf32>) : tensor<?x4xf32> -> tensor<?x4xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %u = emb.weight "u" : tensor<6x4xf32>
  %d = emb.weight "d" : tensor<4x6xf32>
  %db = emb.weight "db" : tensor<6xf32>
  // expected-error@+1 {{the down bias is 6 long, but its weight 4 high}}
  %0 = emb.feed_forward %x gelu up(%u : tensor<6x4xf32>)
      down(%d : tensor<4x6xf32>, %db : tensor<6xf32>) : tensor<?x4xf32> -> tensor<?x4xf32>
  return
}

// -----

// feed_forward_c5: the result's width.
func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %u = emb.weight "u" : tensor<6x4xf32>
  %d = emb.weight "d" : tensor<4x6xf32>
  // expected-error@+1 {{the result is 8 wide, but the down weight 4 high}}
  %0 = emb.feed_forward %x gelu up(%u : tensor<6x4xf32>)
      down(%d : tensor<4x6xf32>) : tensor<?x4xf32> -> tensor<?x8xf32>
  return
}

// -----

// Syntax: an activation that there is not.
func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %w = emb.weight "w" : tensor<4x4xf32>
  // expected-error@+1 {{for attribute 'activation' [identity, gelu, gelu_tanh, relu, silu, tanh, sigmoid, log1p_relu, log1p_log1p_relu, quick_gelu]}}
  %0 = emb.feed_forward %x swish up(%w : tensor<4x4xf32>)
      down(%w : tensor<4x4xf32>) : tensor<?x4xf32> -> tensor<?x4xf32>
  return
}

// -----

// feed_forward_c3: the gate.
func.func @f(%x: tensor<?x2xf32>) {
  %u = emb.weight "u" : tensor<4x2xf32>
  %g = emb.weight "g" : tensor<3x2xf32>
  %d = emb.weight "d" : tensor<2x4xf32>
  // expected-error@+1 {{the gate weight is 3x2, but the up weight 4x2}}
  %0 = emb.feed_forward %x silu up(%u : tensor<4x2xf32>) gate(%g : tensor<3x2xf32>)
      down(%d : tensor<2x4xf32>) : tensor<?x2xf32> -> tensor<?x2xf32>
  return
}

// -----

// feed_forward_c4: its bias.
func.func @f(%x: tensor<?x2xf32>) {
  %u = emb.weight "u" : tensor<4x2xf32>
  %b = emb.weight "b" : tensor<3xf32>
  %d = emb.weight "d" : tensor<2x4xf32>
  // expected-error@+1 {{the gate bias is 3 long, but its weight 4 high}}
  %0 = emb.feed_forward %x silu up(%u : tensor<4x2xf32>)
      gate(%u : tensor<4x2xf32>, %b : tensor<3xf32>)
      down(%d : tensor<2x4xf32>) : tensor<?x2xf32> -> tensor<?x2xf32>
  return
}
