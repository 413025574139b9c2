// RUN: emblem-opt %s -split-input-file -verify-diagnostics

// prepare_heads_c1: heads.
func.func @prepare_heads_c1(%x: tensor<?x32xf32>, %offsets: tensor<?xi32>) {
  %t = kernel.weight rotary<features = 4, base = 1.0e4, factor = 1.0> : tensor<8x4xf32>
  // expected-error@+1 {{heads, key_value_heads and head_size must be positive, but are 0, 2 and 4}}
  %0 = kernel.prepare_heads %x, %offsets heads 0 key_value_heads 2 head_size 4 rotary 4 table(%t : tensor<8x4xf32>)
      : tensor<?x32xf32>, tensor<?xi32> -> tensor<?x32xf32>
  return
}

// -----

// prepare_heads_c2: widths.
func.func @prepare_heads_c2(%x: tensor<?x32xf32>, %offsets: tensor<?xi32>) {
  %t = kernel.weight rotary<features = 4, base = 1.0e4, factor = 1.0> : tensor<8x4xf32>
  // expected-error@+1 {{the input is 32 wide, but the heads need 48}}
  %0 = kernel.prepare_heads %x, %offsets heads 4 key_value_heads 4 head_size 4 rotary 4 table(%t : tensor<8x4xf32>)
      : tensor<?x32xf32>, tensor<?xi32> -> tensor<?x32xf32>
  return
}

// -----

// prepare_heads_c3: norms.
func.func @prepare_heads_c3(%x: tensor<?x32xf32>, %offsets: tensor<?xi32>) {
  // expected-error@+1 {{needs a norm or a table}}
  %0 = kernel.prepare_heads %x, %offsets heads 4 key_value_heads 2 head_size 4
      : tensor<?x32xf32>, tensor<?xi32> -> tensor<?x32xf32>
  return
}

// -----

func.func @prepare_heads_c3(%x: tensor<?x32xf32>, %offsets: tensor<?xi32>) {
  %n = kernel.weight row ["n"] : tensor<4xf32>
  // expected-error@+1 {{norms and epsilon come together}}
  %0 = kernel.prepare_heads %x, %offsets heads 4 key_value_heads 2 head_size 4 query_norm(%n : tensor<4xf32>)
      : tensor<?x32xf32>, tensor<?xi32> -> tensor<?x32xf32>
  return
}

// -----

func.func @prepare_heads_c3(%x: tensor<?x32xf32>, %offsets: tensor<?xi32>) {
  %short = kernel.weight row ["n"] : tensor<3xf32>
  // expected-error@+1 {{the key_norm is 3 wide, but a head 4}}
  %0 = kernel.prepare_heads %x, %offsets heads 4 key_value_heads 2 head_size 4 key_norm(%short : tensor<3xf32>) epsilon 0.1
      : tensor<?x32xf32>, tensor<?xi32> -> tensor<?x32xf32>
  return
}

// -----

func.func @prepare_heads_c3(%x: tensor<?x32xf32>, %offsets: tensor<?xi32>) {
  %n = kernel.weight row ["n"] : tensor<4xf32>
  // expected-error@+1 {{epsilon must be finite and not negative, but is -1.000000e+00}}
  %0 = kernel.prepare_heads %x, %offsets heads 4 key_value_heads 2 head_size 4 query_norm(%n : tensor<4xf32>) epsilon -1.0
      : tensor<?x32xf32>, tensor<?xi32> -> tensor<?x32xf32>
  return
}

// -----

// prepare_heads_c4: the table.
func.func @prepare_heads_c4(%x: tensor<?x32xf32>, %offsets: tensor<?xi32>) {
  %t = kernel.weight rotary<features = 4, base = 1.0e4, factor = 1.0> : tensor<8x4xf32>
  // expected-error@+1 {{rotary and table come together}}
  %0 = kernel.prepare_heads %x, %offsets heads 4 key_value_heads 2 head_size 4 table(%t : tensor<8x4xf32>)
      : tensor<?x32xf32>, tensor<?xi32> -> tensor<?x32xf32>
  return
}

// -----

func.func @prepare_heads_c4(%x: tensor<?x32xf32>, %offsets: tensor<?xi32>) {
  %t = kernel.weight rotary<features = 4, base = 1.0e4, factor = 1.0> : tensor<8x4xf32>
  // expected-error@+1 {{rotary must be even, positive and at most 4, the head size, but is 3}}
  %0 = kernel.prepare_heads %x, %offsets heads 4 key_value_heads 2 head_size 4 rotary 3 table(%t : tensor<8x4xf32>)
      : tensor<?x32xf32>, tensor<?xi32> -> tensor<?x32xf32>
  return
}

// -----

func.func @prepare_heads_c4(%x: tensor<?x32xf32>, %offsets: tensor<?xi32>) {
  %narrow = kernel.weight rotary<features = 2, base = 1.0e4, factor = 1.0> : tensor<8x2xf32>
  // expected-error@+1 {{the table is 2 wide, but rotary says 4}}
  %0 = kernel.prepare_heads %x, %offsets heads 4 key_value_heads 2 head_size 4 rotary 4 table(%narrow : tensor<8x2xf32>)
      : tensor<?x32xf32>, tensor<?xi32> -> tensor<?x32xf32>
  return
}

// -----

// prepare_heads_c5: the dialect's two forms.
func.func @prepare_heads_c5(%x: memref<?x32xf32>, %offsets: memref<?xi32>, %t: memref<8x4xf32>, %i: index) {
  // expected-error@+1 {{takes buffers, so it needs 'sequences'}}
  kernel.prepare_heads %x, %offsets heads 4 key_value_heads 2 head_size 4
      rotary 4 table(%t : memref<8x4xf32>) into(%x : memref<?x32xf32>)
      tile(%i, %i, %i, %i) : memref<?x32xf32>, memref<?xi32>
  return
}

// -----

func.func @prepare_heads_c5(%x: tensor<?x32xf32>, %offsets: tensor<?xi32>) {
  %t = kernel.weight rotary<features = 4, base = 1.0e4, factor = 1.0> : tensor<8x4xf32>
  // expected-error@+1 {{has one result}}
  %0:2 = kernel.prepare_heads %x, %offsets heads 4 key_value_heads 2 head_size 4
      rotary 4 table(%t : tensor<8x4xf32>)
      : tensor<?x32xf32>, tensor<?xi32> -> tensor<?x32xf32>, tensor<?x32xbf16>
  return
}

// -----

// prepare_heads_c6: the types.
func.func @prepare_heads_c6(%x: tensor<?x32xi8>, %offsets: tensor<?xi32>) {
  %t = kernel.weight rotary<features = 4, base = 1.0e4, factor = 1.0> : tensor<8x4xf32>
  // expected-error@+1 {{works on f32, bf16 or f16, not 'i8'}}
  %0 = kernel.prepare_heads %x, %offsets heads 4 key_value_heads 2 head_size 4
      rotary 4 table(%t : tensor<8x4xf32>)
      : tensor<?x32xi8>, tensor<?xi32> -> tensor<?x32xf32>
  return
}
