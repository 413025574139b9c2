// RUN: emblem-opt %s -split-input-file -verify-diagnostics

// output_c1: the width.
func.func @output_c1(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{width must be positive, but is 0}}
  kernel.output %x width 0 : tensor<?x4xf32>
  return
}

// -----

func.func @output_c1(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{the input is 4 wide, but width says 5}}
  kernel.output %x width 5 : tensor<?x4xf32>
  return
}

// -----

func.func @output_c1(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{the input is 4 wide, but width says 3}}
  kernel.output %x width 3 : tensor<?x4xf32>
  return
}

// -----

func.func @output_c1(%x: memref<?x16xf32>, %vectors: memref<?xf32>, %t: index) {
  // expected-error@+1 {{the input is 16 wide, but width says 17}}
  kernel.output %x width 17 into(%vectors : memref<?xf32>)
      tile(%t, %t, %t, %t) : memref<?x16xf32>
  return
}

// -----

// output_c2: the two forms.
func.func @output_c2(%x: tensor<?x4xf32>, %t: index) {
  // expected-error@+1 {{takes values, so it has neither 'into' nor 'tile'}}
  kernel.output %x width 4 tile(%t, %t, %t, %t) : tensor<?x4xf32>
  return
}

// -----

func.func @output_c2(%x: memref<?x16xf32>, %vectors: memref<?xf32>, %t: index) {
  // expected-error@+1 {{takes buffers, so it needs 'into' and a 'tile' of four}}
  kernel.output %x width 4 into(%vectors : memref<?xf32>) : memref<?x16xf32>
  return
}

// -----

func.func @output_c2(%x: memref<?x16xf32>, %vectors: memref<?xf32>, %t: index) {
  // expected-error@+1 {{must be the vectors, one after the other}}
  kernel.output %x width 4 into(%x : memref<?x16xf32>) tile(%t, %t, %t, %t) : memref<?x16xf32>
  return
}

// -----

// output_c3: the type.
func.func @output_c3(%x: tensor<?x4xi8>) {
  // expected-error@+1 {{works on f32, bf16 or f16, not 'i8'}}
  kernel.output %x width 4 : tensor<?x4xi8>
  return
}

// -----

// output_c4: the output.
func.func @output_c4(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{output must not be negative, but is -1}}
  kernel.output %x width 4 output -1 : tensor<?x4xf32>
  return
}
