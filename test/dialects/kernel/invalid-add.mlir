// RUN: emblem-opt %s -split-input-file -verify-diagnostics

// add_c1: widths.
func.func @add_c1(%x: tensor<?x4xf32>, %y: tensor<?x5xf32>) {
  // expected-error@+1 {{the left side is 5 wide, but the result 4}}
  %0 = kernel.add %y, %x : tensor<?x5xf32>, tensor<?x4xf32> -> tensor<?x4xf32>
  return
}

// -----

func.func @add_c1(%x: tensor<?x4xf32>, %y: tensor<?x5xf32>) {
  // expected-error@+1 {{the right side is 5 wide, but the result 4}}
  %0 = kernel.add %x, %y : tensor<?x4xf32>, tensor<?x5xf32> -> tensor<?x4xf32>
  return
}

// -----

// add_c2: the two forms.
func.func @add_c2(%x: tensor<?x4xf32>, %y: tensor<?x5xf32>) {
  // expected-error@+1 {{takes values, so it needs a result}}
  kernel.add %x, %x : tensor<?x4xf32>, tensor<?x4xf32>
  return
}

// -----

func.func @add_c2(%x: memref<?x16xf32>, %t: index) {
  // expected-error@+1 {{takes buffers, so it needs 'into' and a 'tile' of four}}
  kernel.add %x, %x tile(%t, %t, %t, %t) : memref<?x16xf32>, memref<?x16xf32>
  return
}

// -----

func.func @add_c2(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{has one result}}
  %0:2 = kernel.add %x, %x : tensor<?x4xf32>, tensor<?x4xf32> -> tensor<?x4xf32>, tensor<?x4xi8>
  return
}

// -----

// add_c3: the types.
func.func @add_c3(%x: tensor<?x4xf32>, %y: tensor<?x4xi8>) {
  // expected-error@+1 {{works on f32, bf16 or f16, not 'i8'}}
  %0 = kernel.add %x, %y : tensor<?x4xf32>, tensor<?x4xi8> -> tensor<?x4xf32>
  return
}

// -----

func.func @add_c3(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{works on f32, bf16 or f16, not 'i16'}}
  %0 = kernel.add %x, %x : tensor<?x4xf32>, tensor<?x4xf32> -> tensor<?x4xi16>
  return
}
