// RUN: emblem-opt %s -split-input-file -verify-diagnostics

// pool_c1: widths.
func.func @pool_c1(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  // expected-error@+1 {{the input is 4 wide, but the result 5}}
  %0 = kernel.pool mean %x, %offsets
      : tensor<?x4xf32>, tensor<?xi32> -> tensor<?x5xf32>
  return
}

// -----

// pool_c2: the norm.
func.func @pool_c2(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  // expected-error@+1 {{the only norm after pooling is l2}}
  %0 = kernel.pool mean %x, %offsets norm layer epsilon 1.0e-3
      : tensor<?x4xf32>, tensor<?xi32> -> tensor<?x4xf32>
  return
}

// -----

func.func @pool_c2(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  // expected-error@+1 {{norm and epsilon come together}}
  %0 = kernel.pool mean %x, %offsets norm l2
      : tensor<?x4xf32>, tensor<?xi32> -> tensor<?x4xf32>
  return
}

// -----

func.func @pool_c2(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  // expected-error@+1 {{norm and epsilon come together}}
  %0 = kernel.pool mean %x, %offsets epsilon 1.0e-3
      : tensor<?x4xf32>, tensor<?xi32> -> tensor<?x4xf32>
  return
}

// -----

func.func @pool_c2(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  // expected-error@+1 {{epsilon must be finite and not negative, but is -1.000000e+00}}
  %0 = kernel.pool mean %x, %offsets norm l2 epsilon -1.0
      : tensor<?x4xf32>, tensor<?xi32> -> tensor<?x4xf32>
  return
}

// -----

func.func @pool_c2(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  // expected-error@+1 {{has a norm, so it writes f32, not 'bf16'}}
  %0 = kernel.pool mean %x, %offsets norm l2 epsilon 0.0
      : tensor<?x4xf32>, tensor<?xi32> -> tensor<?x4xbf16>
  return
}

// -----

// pool_c3: the two forms.
func.func @pool_c3(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  // expected-error@+1 {{takes values, so it needs a result}}
  kernel.pool mean %x, %offsets : tensor<?x4xf32>, tensor<?xi32>
  return
}

// -----

func.func @pool_c3(%x: memref<?x16xf32>, %offsets: memref<?xi32>, %t: index) {
  // expected-error@+1 {{takes buffers, so it needs 'into' and a 'tile' of four}}
  kernel.pool mean %x, %offsets into(%x : memref<?x16xf32>)
      : memref<?x16xf32>, memref<?xi32>
  return
}

// -----

func.func @pool_c3(%x: memref<?x16xf32>, %offsets: memref<?xi32>, %t: index) {
  // expected-error@+1 {{takes buffers, so its norm must be a kernel.row_norm over finished rows}}
  kernel.pool mean %x, %offsets norm l2 epsilon 0.0 into(%x : memref<?x16xf32>)
      tile(%t, %t, %t, %t) : memref<?x16xf32>, memref<?xi32>
  return
}

// -----

func.func @pool_c3(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  // expected-error@+1 {{has one result}}
  %0:2 = kernel.pool mean %x, %offsets
      : tensor<?x4xf32>, tensor<?xi32> -> tensor<?x4xf32>, tensor<?x4xi8>
  return
}

// -----

// pool_c4: the types.
func.func @pool_c4(%x: tensor<?x4xi8>, %offsets: tensor<?xi32>) {
  // expected-error@+1 {{works on f32, bf16 or f16, not 'i8'}}
  %0 = kernel.pool mean %x, %offsets : tensor<?x4xi8>, tensor<?xi32> -> tensor<?x4xf32>
  return
}

// -----

// Syntax: a kind that there is not.
func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  // expected-error@+1 {{[mean, cls, max, last, weighted_mean, sum, mean_sqrt]}}
  %0 = kernel.pool median %x, %offsets
      : tensor<?x4xf32>, tensor<?xi32> -> tensor<?x4xf32>
  return
}
