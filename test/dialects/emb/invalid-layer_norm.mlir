// RUN: emblem-opt %s -split-input-file -verify-diagnostics

// layer_norm_c1: scale and shift.
func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %g = emb.weight "g" : tensor<5xf32>
  // expected-error@+1 {{the scale is 5 long, but the input 4 wide}}
  %0 = emb.layer_norm %x scale(%g : tensor<5xf32>) epsilon 0.0 : tensor<?x4xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %b = emb.weight "b" : tensor<3xf32>
  // expected-error@+1 {{the shift is 3 long, but the input 4 wide}}
  %0 = emb.layer_norm %x shift(%b : tensor<3xf32>) epsilon 0.0 : tensor<?x4xf32>
  return
}

// -----

// layer_norm_c2: epsilon.
func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  // expected-error@+1 {{epsilon must be finite and not negative, but is -1.000000e-01 : f64}}
  %0 = emb.layer_norm %x epsilon -0.1 : tensor<?x4xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  // expected-error@+1 {{epsilon must be finite and not negative, but is 0x7FF8000000000000 : f64}}
  %0 = emb.layer_norm %x epsilon 0x7FF8000000000000 : tensor<?x4xf32>
  return
}
