// RUN: emblem-opt %s -split-input-file -verify-diagnostics

// rms_norm_c1: the scale.
func.func @f(%x: tensor<?x4xf32>) {
  %g = emb.weight "g" : tensor<5xf32>
  // expected-error@+1 {{the scale is 5 long, but the input 4 wide}}
  %0 = emb.rms_norm %x scale(%g : tensor<5xf32>) epsilon 0.0 : tensor<?x4xf32>
  return
}

// -----

// rms_norm_c2: epsilon.
func.func @f(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{epsilon must be finite and not negative, but is -1.000000e-01 : f64}}
  %0 = emb.rms_norm %x epsilon -0.1 : tensor<?x4xf32>
  return
}
