// RUN: emblem-opt %s -split-input-file -verify-diagnostics

// Constraint 1: the input's width.
func.func @f(%x: tensor<?x5xf32>, %w: tensor<6x4xf32>) {
  // expected-error@+1 {{the input is 5 wide, but the weight takes 4}}
  %0 = kernel.matmul %x, %w : tensor<?x5xf32>, tensor<6x4xf32> -> tensor<?x6xf32>
  return
}

// -----

func.func @f(%x: memref<?x3xf32>, %p: memref<1x4x16xf32>, %o: memref<?x16xf32>, %t: index) {
  // expected-error@+1 {{the input is 3 wide, but the weight takes 4}}
  kernel.matmul %x, %p into(%o : memref<?x16xf32>) tile(%t, %t, %t, %t)
      : memref<?x3xf32>, memref<1x4x16xf32>
  return
}

// -----

// Constraint 2: the result's width.
func.func @f(%x: tensor<?x4xf32>, %w: tensor<6x4xf32>) {
  // expected-error@+1 {{the weight gives 6 columns, but the result has 5}}
  %0 = kernel.matmul %x, %w : tensor<?x4xf32>, tensor<6x4xf32> -> tensor<?x5xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %p: tensor<1x4x16xf32>) {
  // expected-error@+1 {{the weight gives 16 columns, but the result has 17}}
  %0 = kernel.matmul %x, %p : tensor<?x4xf32>, tensor<1x4x16xf32> -> tensor<?x17xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %p: tensor<2x4x16xf32>) {
  // expected-error@+1 {{the weight has 2 panels of 16, more than the result's 16 columns need}}
  %0 = kernel.matmul %x, %p : tensor<?x4xf32>, tensor<2x4x16xf32> -> tensor<?x16xf32>
  return
}

// -----

func.func @f(%x: memref<?x16xf32>, %w: memref<6x4xf32>, %o: memref<?x16xf32>, %t: index) {
  // expected-error@+1 {{takes buffers, so its weight must be in panels: pack-weights}}
  kernel.matmul %x, %w into(%o : memref<?x16xf32>) tile(%t, %t, %t, %t)
      : memref<?x16xf32>, memref<6x4xf32>
  return
}

// -----

func.func @f(%x: memref<?x16xf32>, %p: memref<2x4x16xf32>, %o: memref<?x16xf32>, %t: index) {
  // expected-error@+1 {{the buffer 'into' is 16 wide, but the panels are 32}}
  kernel.matmul %x, %p into(%o : memref<?x16xf32>) tile(%t, %t, %t, %t)
      : memref<?x16xf32>, memref<2x4x16xf32>
  return
}

// -----

// Constraint 3: bias, scale and shift.
func.func @f(%x: tensor<?x4xf32>, %w: tensor<6x4xf32>, %b: tensor<4xf32>) {
  // expected-error@+1 {{the bias is 4 wide, but the weight gives 6}}
  %0 = kernel.matmul %x, %w bias(%b : tensor<4xf32>) : tensor<?x4xf32>, tensor<6x4xf32> -> tensor<?x6xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %p: tensor<1x4x16xf32>, %b: tensor<6xf32>) {
  // expected-error@+1 {{the bias is 6 wide, but the weight gives 16}}
  %0 = kernel.matmul %x, %p bias(%b : tensor<6xf32>)
      : tensor<?x4xf32>, tensor<1x4x16xf32> -> tensor<?x6xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %w: tensor<6x4xf32>, %g: tensor<4xf32>, %s: tensor<6xf32>) {
  // expected-error@+1 {{the scale is 4 wide, but the weight gives 6}}
  %0 = kernel.matmul %x, %w norm layer scale(%g : tensor<4xf32>)
      shift(%s : tensor<6xf32>) epsilon 1.0e-3 : tensor<?x4xf32>, tensor<6x4xf32> -> tensor<?x6xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %w: tensor<6x4xf32>, %g: tensor<6xf32>, %s: tensor<4xf32>) {
  // expected-error@+1 {{the shift is 4 wide, but the weight gives 6}}
  %0 = kernel.matmul %x, %w norm layer scale(%g : tensor<6xf32>)
      shift(%s : tensor<4xf32>) epsilon 1.0e-3 : tensor<?x4xf32>, tensor<6x4xf32> -> tensor<?x6xf32>
  return
}

// -----

// Constraint 4: the residual.
func.func @f(%x: tensor<?x4xf32>, %w: tensor<6x4xf32>) {
  // expected-error@+1 {{the residual is 4 wide, but the result 6}}
  %0 = kernel.matmul %x, %w residual(%x : tensor<?x4xf32>) : tensor<?x4xf32>, tensor<6x4xf32> -> tensor<?x6xf32>
  return
}

// -----

// Constraint 5: the norm.
func.func @f(%x: tensor<?x4xf32>, %w: tensor<6x4xf32>) {
  // expected-error@+1 {{norm and epsilon come together}}
  %0 = kernel.matmul %x, %w norm l2 : tensor<?x4xf32>, tensor<6x4xf32> -> tensor<?x6xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %w: tensor<6x4xf32>) {
  // expected-error@+1 {{norm and epsilon come together}}
  %0 = kernel.matmul %x, %w epsilon 1.0e-3 : tensor<?x4xf32>, tensor<6x4xf32> -> tensor<?x6xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %w: tensor<6x4xf32>) {
  // expected-error@+1 {{epsilon must be finite and not negative, but is -1.000000e+00}}
  %0 = kernel.matmul %x, %w norm l2 epsilon -1.0 : tensor<?x4xf32>, tensor<6x4xf32> -> tensor<?x6xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %w: tensor<6x4xf32>) {
  // expected-error@+1 {{a layer norm has scale and shift, an l2 norm neither}}
  %0 = kernel.matmul %x, %w norm layer epsilon 1.0e-3 : tensor<?x4xf32>, tensor<6x4xf32> -> tensor<?x6xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %w: tensor<6x4xf32>, %g: tensor<6xf32>) {
  // expected-error@+1 {{a layer norm has scale and shift, an l2 norm neither}}
  %0 = kernel.matmul %x, %w norm l2 scale(%g : tensor<6xf32>) epsilon 1.0e-3 : tensor<?x4xf32>, tensor<6x4xf32> -> tensor<?x6xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %w: tensor<6x4xf32>, %g: tensor<6xf32>) {
  // expected-error@+1 {{scale and shift need a norm}}
  %0 = kernel.matmul %x, %w scale(%g : tensor<6xf32>) : tensor<?x4xf32>, tensor<6x4xf32> -> tensor<?x6xf32>
  return
}

// -----

// Constraint 6: the two forms.
func.func @f(%x: tensor<?x4xf32>, %w: tensor<6x4xf32>) {
  // expected-error@+1 {{takes values, so it needs a result}}
  kernel.matmul %x, %w : tensor<?x4xf32>, tensor<6x4xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %w: tensor<6x4xf32>, %t: index) {
  // expected-error@+1 {{takes values, so it has neither 'into' nor 'tile'}}
  %0 = kernel.matmul %x, %w tile(%t, %t, %t, %t) : tensor<?x4xf32>, tensor<6x4xf32> -> tensor<?x6xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %p: memref<1x4x16xf32>) {
  // expected-error@+1 {{mixes tensors and buffers}}
  %0 = kernel.matmul %x, %p : tensor<?x4xf32>, memref<1x4x16xf32> -> tensor<?x16xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %w: tensor<6x4xf32>) {
  // expected-error@+1 {{mixes tensors and buffers}}
  %0 = kernel.matmul %x, %w : tensor<?x4xf32>, tensor<6x4xf32> -> memref<?x6xf32>
  return
}

// -----

func.func @f(%x: memref<?x16xf32>, %p: memref<1x4x16xf32>, %o: memref<?x16xf32>, %t: index) {
  // expected-error@+1 {{takes buffers, so it has no result: write 'into'}}
  %0 = kernel.matmul %x, %p : memref<?x16xf32>, memref<1x4x16xf32> -> memref<?x16xf32>
  return
}

// -----

func.func @f(%x: memref<?x16xf32>, %p: memref<1x4x16xf32>, %o: memref<?x16xf32>, %t: index) {
  // expected-error@+1 {{takes buffers, so it needs 'into' and a 'tile' of four: row begin, row end, column begin, column end}}
  kernel.matmul %x, %p into(%o : memref<?x16xf32>) : memref<?x16xf32>, memref<1x4x16xf32>
  return
}

// -----

func.func @f(%x: memref<?x16xf32>, %p: memref<1x4x16xf32>, %o: memref<?x16xf32>, %t: index) {
  // expected-error@+1 {{takes buffers, so it needs 'into' and a 'tile' of four}}
  kernel.matmul %x, %p into(%o : memref<?x16xf32>) tile(%t, %t)
      : memref<?x16xf32>, memref<1x4x16xf32>
  return
}

// -----

func.func @f(%x: memref<?x16xf32>, %p: memref<1x4x16xf32>, %o: memref<?x16xf32>, %t: index) {
  // expected-error@+1 {{takes buffers, so it needs 'into' and a 'tile' of four}}
  kernel.matmul %x, %p tile(%t, %t, %t, %t) : memref<?x16xf32>, memref<1x4x16xf32>
  return
}

// -----

func.func @f(%x: memref<?x16xf32>, %p: memref<1x4x16xf32>, %o: memref<?x16xf32>, %t: index) {
  // expected-error@+1 {{takes buffers, so its norm must be a kernel.row_norm over finished rows}}
  kernel.matmul %x, %p norm l2 epsilon 1.0e-3 into(%o : memref<?x16xf32>) tile(%t, %t, %t, %t)
      : memref<?x16xf32>, memref<1x4x16xf32>
  return
}

// -----

// Rows have a known width, weights a known shape.
func.func @f(%x: tensor<?x?xf32>, %w: tensor<6x4xf32>) {
  // expected-error@+1 {{operand #0 must be rows of features, their width known}}
  %0 = kernel.matmul %x, %w : tensor<?x?xf32>, tensor<6x4xf32> -> tensor<?x6xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf64>, %w: tensor<6x4xf32>) {
  // expected-error@+1 {{operand #0 must be rows of features, their width known}}
  %0 = kernel.matmul %x, %w : tensor<?x4xf64>, tensor<6x4xf32> -> tensor<?x6xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %w: tensor<?x4xf32>) {
  // expected-error@+1 {{operand #1 must be a matrix of weights, or its panels}}
  %0 = kernel.matmul %x, %w : tensor<?x4xf32>, tensor<?x4xf32> -> tensor<?x6xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %w: tensor<0x4xf32>) {
  // expected-error@+1 {{operand #1 must be a matrix of weights, or its panels}}
  %0 = kernel.matmul %x, %w : tensor<?x4xf32>, tensor<0x4xf32> -> tensor<?x6xf32>
  return
}
