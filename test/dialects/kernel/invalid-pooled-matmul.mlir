// RUN: emblem-opt %s -split-input-file -verify-diagnostics

// matmul_c9: pooled rows.
func.func @matmul_c9(%x: tensor<?x4xf32>, %w: tensor<8x4xf32>) {
  // expected-error@+1 {{pool and offsets come together}}
  %0 = kernel.matmul %x, %w pool max : tensor<?x4xf32>, tensor<8x4xf32> -> tensor<?x8xf32>
  return
}

// -----

func.func @matmul_c9(%x: tensor<?x4xf32>, %w: tensor<8x4xf32>, %offsets: tensor<?xi32>) {
  // expected-error@+1 {{pools by max or sum, not by mean}}
  %0 = kernel.matmul %x, %w pool mean offsets(%offsets : tensor<?xi32>) : tensor<?x4xf32>, tensor<8x4xf32> -> tensor<?x8xf32>
  return
}

// -----

func.func @matmul_c9(%x: tensor<?x4xf32>, %w: tensor<8x4xf32>, %y: tensor<?x8xf32>, %offsets: tensor<?xi32>) {
  // expected-error@+1 {{pools, so it has neither multiplier, residual, norm nor second result}}
  %0 = kernel.matmul %x, %w residual(%y : tensor<?x8xf32>) pool max offsets(%offsets : tensor<?xi32>) : tensor<?x4xf32>, tensor<8x4xf32> -> tensor<?x8xf32>
  return
}

// -----

func.func @matmul_c9(%x: tensor<?x4xf32>, %w: tensor<8x4xf32>, %offsets: tensor<?xi32>) {
  // expected-error@+1 {{the maximum comes before the activation, and gelu falls somewhere}}
  %0 = kernel.matmul %x, %w activation gelu pool max offsets(%offsets : tensor<?xi32>) : tensor<?x4xf32>, tensor<8x4xf32> -> tensor<?x8xf32>
  return
}
