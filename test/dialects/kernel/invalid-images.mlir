// RUN: emblem-opt %s -split-input-file -verify-diagnostics

func.func @patches_c1(%x: tensor<?x72xf32>) {
  // expected-error@+1 {{image is a height, a width and channels, all positive}}
  %0 = kernel.patches %x image [4, 18] patch [2, 3] prefix 0 : tensor<?x72xf32> -> tensor<?x18xf32>
  return
}

// -----

func.func @patches_c1(%x: tensor<?x70xf32>) {
  // expected-error@+1 {{the input is 70 wide, but width says 72}}
  %0 = kernel.patches %x image [4, 6, 3] patch [2, 3] prefix 0 : tensor<?x70xf32> -> tensor<?x18xf32>
  return
}

// -----

func.func @patches_c2(%x: tensor<?x72xf32>) {
  // expected-error@+1 {{a patch of 5 does not fit into 4 pixels with a padding of 0}}
  %0 = kernel.patches %x image [4, 6, 3] patch [5, 3] prefix 0 : tensor<?x72xf32> -> tensor<?x45xf32>
  return
}

// -----

func.func @patches_c3(%x: tensor<?x72xf32>) {
  // expected-error@+1 {{the result is 20 wide, but width says 18}}
  %0 = kernel.patches %x image [4, 6, 3] patch [2, 3] prefix 0 : tensor<?x72xf32> -> tensor<?x20xf32>
  return
}

// -----

func.func @pad2d_c3(%x: tensor<?x72xbf16>) {
  // expected-error@+1 {{works on f32, not 'bf16'}}
  %0 = kernel.pad2d %x image [4, 6, 3] padding [1, 1] : tensor<?x72xbf16> -> tensor<?x144xf32>
  return
}

// -----

func.func @conv2d_c3(%x: tensor<?x72xf32>, %w: tensor<5x17xf32>) {
  // expected-error@+1 {{the weight takes 17 inputs, but a window has 18}}
  %0 = kernel.conv2d %x, %w image [4, 6, 3] window [3, 2] stride [1, 2] outputs 5
      : tensor<?x72xf32>, tensor<5x17xf32> -> tensor<?x30xf32>
  return
}

// -----

func.func @conv2d_c3(%x: tensor<?x72xf32>, %w: tensor<5x18xf32>) {
  // expected-error@+1 {{the weight has 5 columns, but outputs is 4}}
  %0 = kernel.conv2d %x, %w image [4, 6, 3] window [3, 2] stride [1, 2] outputs 4
      : tensor<?x72xf32>, tensor<5x18xf32> -> tensor<?x24xf32>
  return
}

// -----

func.func @conv2d_c3(%x: memref<?x72xf32>, %w: memref<5x18xf32>, %y: memref<?x48xf32>, %i: index) {
  // expected-error@+1 {{takes buffers, so its weight must be in panels}}
  kernel.conv2d %x, %w image [4, 6, 3] window [3, 2] stride [1, 2] outputs 5
      into(%y : memref<?x48xf32>) tile(%i, %i, %i, %i) : memref<?x72xf32>, memref<5x18xf32>
  return
}

// -----

func.func @pool2d_c2(%x: tensor<?x72xf32>) {
  // expected-error@+1 {{a window of 3 does not fit into 4 pixels with a padding of 2}}
  %0 = kernel.pool2d max %x image [4, 6, 3] window [3, 2] stride [1, 2] padding [2, 0]
      : tensor<?x72xf32> -> tensor<?x54xf32>
  return
}

// -----

func.func @attention_pool_c1(%x: tensor<?x12xf32>, %o: tensor<?xi32>, %q: tensor<5xf32>) {
  // expected-error@+1 {{the query is 5 wide, but the heads are 6}}
  %0 = kernel.attention_pool %x, %o query(%q : tensor<5xf32>) heads 2 head_size 3 scale 0.5
      : tensor<?x12xf32>, tensor<?xi32> -> tensor<?x6xf32>
  return
}

// -----

// weight_c8: channels.
// expected-error@+1 {{channels are not for the layout 'row'}}
%0 = kernel.weight row ["b"] channels 3 : tensor<6xf32>

// -----

// expected-error@+1 {{channels is 4, and must divide the matrix's width}}
%0 = kernel.weight matrix ["w"] channels 4 : tensor<5x18xf32>

// -----

func.func @conv2d_c5(%x: tensor<?x72xbf16>, %w: tensor<5x18xf32>) {
  // expected-error@+1 {{takes a matrix, or panels, of its input's 'bf16', of bf16 and f16 in pairs; not 'tensor<5x18xf32>'}}
  %0 = kernel.conv2d %x, %w image [4, 6, 3] window [3, 2] stride [1, 2] outputs 5
      : tensor<?x72xbf16>, tensor<5x18xf32> -> tensor<?x30xf32>
  return
}

// -----

func.func @conv2d_c5(%x: tensor<?x72xbf16>, %w: tensor<5x18xbf16>) {
  // expected-error@+1 {{in 'bf16' takes pairs of channels, and not 3}}
  %0 = kernel.conv2d %x, %w image [4, 6, 3] window [3, 2] stride [1, 2] outputs 5
      : tensor<?x72xbf16>, tensor<5x18xbf16> -> tensor<?x30xf32>
  return
}

// -----

func.func @patches_c4(%x: tensor<?x72xbf16>) {
  // expected-error@+1 {{works on f32, not 'bf16'}}
  %0 = kernel.patches %x image [4, 6, 3] patch [2, 3] prefix 0 : tensor<?x72xbf16> -> tensor<?x18xf32>
  return
}

// -----

func.func @patches_c2(%x: tensor<?x72xf32>) {
  // expected-error@+1 {{prefix must not be negative, but is -1}}
  %0 = kernel.patches %x image [4, 6, 3] patch [2, 3] prefix -1 : tensor<?x72xf32> -> tensor<?x18xf32>
  return
}

// -----

func.func @conv2d_c1(%x: tensor<?x70xf32>, %w: tensor<5x18xf32>) {
  // expected-error@+1 {{the input is 70 wide, but width says 72}}
  %0 = kernel.conv2d %x, %w image [4, 6, 3] window [3, 2] stride [1, 2] outputs 5
      : tensor<?x70xf32>, tensor<5x18xf32> -> tensor<?x30xf32>
  return
}

// -----

func.func @conv2d_c2(%x: tensor<?x72xf32>, %w: tensor<5x18xf32>) {
  // expected-error@+1 {{window and stride are two positive numbers each}}
  %0 = kernel.conv2d %x, %w image [4, 6, 3] window [3, 2] stride [0, 2] outputs 5
      : tensor<?x72xf32>, tensor<5x18xf32> -> tensor<?x30xf32>
  return
}

// -----

func.func @conv2d_c4(%x: tensor<?x72xf32>, %w: tensor<5x18xf32>) {
  // expected-error@+1 {{the result is 32 wide, but width says 30}}
  %0 = kernel.conv2d %x, %w image [4, 6, 3] window [3, 2] stride [1, 2] outputs 5
      : tensor<?x72xf32>, tensor<5x18xf32> -> tensor<?x32xf32>
  return
}

// -----

func.func @pool2d_c1(%x: tensor<?x72xf32>) {
  // expected-error@+1 {{image is a height, a width and channels, all positive}}
  %0 = kernel.pool2d max %x image [4, 6, 0] window [2, 2] stride [2, 2] padding [0, 0]
      : tensor<?x72xf32> -> tensor<?x18xf32>
  return
}

// -----

func.func @pool2d_c3(%x: tensor<?x72xf32>) {
  // expected-error@+1 {{the result is 20 wide, but width says 18}}
  %0 = kernel.pool2d max %x image [4, 6, 3] window [2, 2] stride [2, 2] padding [0, 0]
      : tensor<?x72xf32> -> tensor<?x20xf32>
  return
}

// -----

func.func @pool2d_c4(%x: tensor<?x72xf32>) {
  // expected-error@+1 {{has one result}}
  %0:2 = kernel.pool2d max %x image [4, 6, 3] window [2, 2] stride [2, 2] padding [0, 0]
      : tensor<?x72xf32> -> tensor<?x18xf32>, tensor<?x18xi8>
  return
}

// -----

func.func @pad2d_c1(%x: tensor<?x72xf32>) {
  // expected-error@+1 {{padding is two numbers, not negative}}
  %0 = kernel.pad2d %x image [4, 6, 3] padding [1, -1] : tensor<?x72xf32> -> tensor<?x144xf32>
  return
}

// -----

func.func @pad2d_c2(%x: tensor<?x72xf32>) {
  // expected-error@+1 {{the result is 140 wide, but width says 144}}
  %0 = kernel.pad2d %x image [4, 6, 3] padding [1, 1] : tensor<?x72xf32> -> tensor<?x140xf32>
  return
}

// -----

func.func @attention_pool_c2(%x: tensor<?x12xf32>, %o: tensor<?xi32>, %q: tensor<6xf32>) {
  // expected-error@+1 {{scale must be positive and finite, but is -5.000000e-01 : f64}}
  %0 = kernel.attention_pool %x, %o query(%q : tensor<6xf32>) heads 2 head_size 3 scale -0.5
      : tensor<?x12xf32>, tensor<?xi32> -> tensor<?x6xf32>
  return
}

// -----

func.func @attention_pool_c3(%x: tensor<?x12xbf16>, %o: tensor<?xi32>, %q: tensor<6xf32>) {
  // expected-error@+1 {{works on f32, not 'bf16'}}
  %0 = kernel.attention_pool %x, %o query(%q : tensor<6xf32>) heads 2 head_size 3 scale 0.5
      : tensor<?x12xbf16>, tensor<?xi32> -> tensor<?x6xf32>
  return
}
