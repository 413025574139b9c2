// RUN: emblem-opt %s -split-input-file -verify-diagnostics

// quantize_c1: the width.
func.func @quantize_c1(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{width must be positive, but is 0}}
  %0 = kernel.quantize %x width 0 : tensor<?x4xf32> -> tensor<?x4xi8>
  return
}

// -----

func.func @quantize_c1(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{the input is 4 wide, but width says 5}}
  %0 = kernel.quantize %x width 5 : tensor<?x4xf32> -> tensor<?x5xi8>
  return
}

// -----

func.func @quantize_c1(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{the result is 5 wide, but width says 4}}
  %0 = kernel.quantize %x width 4 : tensor<?x4xf32> -> tensor<?x5xi8>
  return
}

// -----

func.func @quantize_c1(%x: memref<?x16xf32>, %y: memref<?x8xi8>, %t: index) {
  // expected-error@+1 {{the result is 8 wide, but width says 9}}
  kernel.quantize %x width 9 into(%y : memref<?x8xi8>) tile(%t, %t, %t, %t) : memref<?x16xf32>
  return
}

// -----

// quantize_c2: the types.
func.func @quantize_c2(%x: tensor<?x4xi16>) {
  // expected-error@+1 {{works on f32, bf16 or f16, not 'i16'}}
  %0 = kernel.quantize %x width 4 : tensor<?x4xi16> -> tensor<?x4xi8>
  return
}

// -----

func.func @quantize_c2(%x: tensor<?x4xbf16>) {
  // expected-error@+1 {{the result must be in bf16, f16, i8 or i16, but is in 'f32'}}
  %0 = kernel.quantize %x width 4 : tensor<?x4xbf16> -> tensor<?x4xf32>
  return
}

// -----

func.func @quantize_c2(%x: tensor<?x4xbf16>) {
  // expected-error@+1 {{the input is in 'bf16' already}}
  %0 = kernel.quantize %x width 4 : tensor<?x4xbf16> -> tensor<?x4xbf16>
  return
}

// -----

// quantize_c3: the two forms.
func.func @quantize_c3(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{takes values, so it needs a result}}
  kernel.quantize %x width 4 : tensor<?x4xf32>
  return
}

// -----

func.func @quantize_c3(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{has one result}}
  %0:2 = kernel.quantize %x width 4 : tensor<?x4xf32> -> tensor<?x4xi8>, tensor<?x4xi8>
  return
}

// -----

func.func @quantize_c3(%x: memref<?x16xf32>, %y: memref<?x64xi8>) {
  // expected-error@+1 {{takes buffers, so it needs 'into' and a 'tile' of four}}
  kernel.quantize %x width 4 into(%y : memref<?x64xi8>) : memref<?x16xf32>
  return
}

// -----

func.func @quantize_c3(%x: memref<?x16xf32>) {
  // expected-error@+1 {{mixes tensors and buffers}}
  %0 = kernel.quantize %x width 4 : memref<?x16xf32> -> tensor<?x4xi8>
  return
}

// -----

// quantize_c4: smoothing.
func.func @quantize_c4(%x: tensor<?x4xf32>, %s: tensor<4xf32>) {
  // expected-error@+1 {{smoothing is for rows that become i8 or i16}}
  %0 = kernel.quantize %x smoothing(%s : tensor<4xf32>) width 4 : tensor<?x4xf32> -> tensor<?x4xbf16>
  return
}

// -----

func.func @quantize_c4(%x: tensor<?x4xf32>, %s: tensor<3xf32>) {
  // expected-error@+1 {{the smoothing is 3 wide, but the result 4}}
  %0 = kernel.quantize %x smoothing(%s : tensor<3xf32>) width 4 : tensor<?x4xf32> -> tensor<?x4xi8>
  return
}
