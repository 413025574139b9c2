// RUN: emblem-opt %s -split-input-file -verify-diagnostics

// matmul_c1: the input's width.
func.func @matmul_c1(%x: tensor<?x5xf32>, %w: tensor<6x4xf32>) {
  // expected-error@+1 {{the input is 5 wide, but the weight takes 4}}
  %0 = kernel.matmul %x, %w : tensor<?x5xf32>, tensor<6x4xf32> -> tensor<?x6xf32>
  return
}

// -----

func.func @matmul_c1(%x: memref<?x3xf32>, %p: memref<1x4x16xf32>, %o: memref<?x16xf32>, %t: index) {
  // expected-error@+1 {{the input is 3 wide, but the weight takes 4}}
  kernel.matmul %x, %p into(%o : memref<?x16xf32>) tile(%t, %t, %t, %t)
      : memref<?x3xf32>, memref<1x4x16xf32>
  return
}

// -----

// The last group of the panels is full, or input_size says how much of it is true.
func.func @matmul_c1(%x: tensor<?x5xi8>, %p: tensor<1x2x8x4xi8>, %s: tensor<8xf32>) {
  // expected-error@+1 {{the input is 5 wide, but the weight takes 8}}
  %0 = kernel.matmul %x, %p weight_scale(%s : tensor<8xf32>) correction(%s : tensor<8xf32>)
      : tensor<?x5xi8>, tensor<1x2x8x4xi8> -> tensor<?x8xf32>
  return
}

// -----

func.func @matmul_c1(%x: tensor<?x4xi8>, %p: tensor<1x2x8x4xi8>, %s: tensor<8xf32>) {
  // expected-error@+1 {{input_size is 4, but the weight takes 8}}
  %0 = kernel.matmul %x, %p weight_scale(%s : tensor<8xf32>) correction(%s : tensor<8xf32>)
      input_size 4 : tensor<?x4xi8>, tensor<1x2x8x4xi8> -> tensor<?x8xf32>
  return
}

// -----

func.func @matmul_c1(%x: tensor<?x9xbf16>, %p: tensor<1x4x8x2xbf16>) {
  // expected-error@+1 {{input_size is 9, but the weight takes 8}}
  %0 = kernel.matmul %x, %p input_size 9 : tensor<?x9xbf16>, tensor<1x4x8x2xbf16> -> tensor<?x8xf32>
  return
}

// -----

func.func @matmul_c1(%x: memref<?x4xbf16>, %p: memref<1x4x8x2xbf16>, %o: memref<?x16xf32>, %t: index) {
  // expected-error@+1 {{the input is 4 wide, but the weight takes 7}}
  kernel.matmul %x, %p input_size 7 into(%o : memref<?x16xf32>) tile(%t, %t, %t, %t)
      : memref<?x4xbf16>, memref<1x4x8x2xbf16>
  return
}

// -----

// matmul_c2: the result's width.
func.func @matmul_c2(%x: tensor<?x4xf32>, %w: tensor<6x4xf32>) {
  // expected-error@+1 {{the weight gives 6 columns, but the result has 5}}
  %0 = kernel.matmul %x, %w : tensor<?x4xf32>, tensor<6x4xf32> -> tensor<?x5xf32>
  return
}

// -----

func.func @matmul_c2(%x: tensor<?x4xf32>, %p: tensor<1x4x16xf32>) {
  // expected-error@+1 {{the weight gives 16 columns, but the result has 17}}
  %0 = kernel.matmul %x, %p : tensor<?x4xf32>, tensor<1x4x16xf32> -> tensor<?x17xf32>
  return
}

// -----

func.func @matmul_c2(%x: tensor<?x4xf32>, %p: tensor<2x4x16xf32>) {
  // expected-error@+1 {{the weight has 2 panels of 16, more than the result's 16 columns need}}
  %0 = kernel.matmul %x, %p : tensor<?x4xf32>, tensor<2x4x16xf32> -> tensor<?x16xf32>
  return
}

// -----

func.func @matmul_c2(%x: memref<?x16xf32>, %w: memref<6x4xf32>, %o: memref<?x16xf32>, %t: index) {
  // expected-error@+1 {{takes buffers, so its weight must be in panels: pack-weights}}
  kernel.matmul %x, %w into(%o : memref<?x16xf32>) tile(%t, %t, %t, %t)
      : memref<?x16xf32>, memref<6x4xf32>
  return
}

// -----

func.func @matmul_c2(%x: memref<?x16xf32>, %p: memref<2x4x16xf32>, %o: memref<?x16xf32>, %t: index) {
  // expected-error@+1 {{the buffer 'into' is 16 wide, but the panels are 32}}
  kernel.matmul %x, %p into(%o : memref<?x16xf32>) tile(%t, %t, %t, %t)
      : memref<?x16xf32>, memref<2x4x16xf32>
  return
}

// -----

func.func @matmul_c2(%x: tensor<?x8xbf16>, %p: tensor<2x4x8x2xbf16>) {
  // expected-error@+1 {{the weight has 2 panels of 8, more than the result's 8 columns need}}
  %0 = kernel.matmul %x, %p : tensor<?x8xbf16>, tensor<2x4x8x2xbf16> -> tensor<?x8xf32>
  return
}

// -----

// matmul_c3: what is as wide as the weight gives.
func.func @matmul_c3(%x: tensor<?x4xf32>, %w: tensor<6x4xf32>, %b: tensor<4xf32>) {
  // expected-error@+1 {{the bias is 4 wide, but the weight gives 6}}
  %0 = kernel.matmul %x, %w bias(%b : tensor<4xf32>) : tensor<?x4xf32>, tensor<6x4xf32> -> tensor<?x6xf32>
  return
}

// -----

func.func @matmul_c3(%x: tensor<?x4xf32>, %p: tensor<1x4x16xf32>, %b: tensor<6xf32>) {
  // expected-error@+1 {{the bias is 6 wide, but the weight gives 16}}
  %0 = kernel.matmul %x, %p bias(%b : tensor<6xf32>)
      : tensor<?x4xf32>, tensor<1x4x16xf32> -> tensor<?x6xf32>
  return
}

// -----

func.func @matmul_c3(%x: tensor<?x4xf32>, %w: tensor<6x4xf32>, %g: tensor<4xf32>, %s: tensor<6xf32>) {
  // expected-error@+1 {{the scale is 4 wide, but the weight gives 6}}
  %0 = kernel.matmul %x, %w norm layer scale(%g : tensor<4xf32>)
      shift(%s : tensor<6xf32>) epsilon 1.0e-3 : tensor<?x4xf32>, tensor<6x4xf32> -> tensor<?x6xf32>
  return
}

// -----

func.func @matmul_c3(%x: tensor<?x4xf32>, %w: tensor<6x4xf32>, %g: tensor<6xf32>, %s: tensor<4xf32>) {
  // expected-error@+1 {{the shift is 4 wide, but the weight gives 6}}
  %0 = kernel.matmul %x, %w norm layer scale(%g : tensor<6xf32>)
      shift(%s : tensor<4xf32>) epsilon 1.0e-3 : tensor<?x4xf32>, tensor<6x4xf32> -> tensor<?x6xf32>
  return
}

// -----

func.func @matmul_c3(%x: tensor<?x4xi16>, %w: tensor<6x4xi8>, %s: tensor<4xf32>) {
  // expected-error@+1 {{the weight scale is 4 wide, but the weight gives 6}}
  %0 = kernel.matmul %x, %w weight_scale(%s : tensor<4xf32>) : tensor<?x4xi16>, tensor<6x4xi8> -> tensor<?x6xf32>
  return
}

// -----

func.func @matmul_c3(%x: tensor<?x4xi8>, %w: tensor<6x4xi8>, %s: tensor<6xf32>, %c: tensor<4xf32>) {
  // expected-error@+1 {{the correction is 4 wide, but the weight gives 6}}
  %0 = kernel.matmul %x, %w weight_scale(%s : tensor<6xf32>) correction(%c : tensor<4xf32>)
      : tensor<?x4xi8>, tensor<6x4xi8> -> tensor<?x6xf32>
  return
}

// -----

// matmul_c4: the residual.
func.func @matmul_c4(%x: tensor<?x4xf32>, %w: tensor<6x4xf32>) {
  // expected-error@+1 {{the residual is 4 wide, but the result 6}}
  %0 = kernel.matmul %x, %w residual(%x : tensor<?x4xf32>) : tensor<?x4xf32>, tensor<6x4xf32> -> tensor<?x6xf32>
  return
}

// -----

func.func @matmul_c4(%x: tensor<?x4xf32>, %w: tensor<6x4xf32>, %r: tensor<?x6xi8>) {
  // expected-error@+1 {{works on f32, bf16 or f16, not 'i8'}}
  %0 = kernel.matmul %x, %w residual(%r : tensor<?x6xi8>) : tensor<?x4xf32>, tensor<6x4xf32> -> tensor<?x6xf32>
  return
}

// -----

// matmul_c5: the norm.
func.func @matmul_c5(%x: tensor<?x4xf32>, %w: tensor<6x4xf32>) {
  // expected-error@+1 {{norm and epsilon come together}}
  %0 = kernel.matmul %x, %w norm l2 : tensor<?x4xf32>, tensor<6x4xf32> -> tensor<?x6xf32>
  return
}

// -----

func.func @matmul_c5(%x: tensor<?x4xf32>, %w: tensor<6x4xf32>) {
  // expected-error@+1 {{norm and epsilon come together}}
  %0 = kernel.matmul %x, %w epsilon 1.0e-3 : tensor<?x4xf32>, tensor<6x4xf32> -> tensor<?x6xf32>
  return
}

// -----

func.func @matmul_c5(%x: tensor<?x4xf32>, %w: tensor<6x4xf32>) {
  // expected-error@+1 {{epsilon must be finite and not negative, but is -1.000000e+00}}
  %0 = kernel.matmul %x, %w norm l2 epsilon -1.0 : tensor<?x4xf32>, tensor<6x4xf32> -> tensor<?x6xf32>
  return
}

// -----

func.func @matmul_c5(%x: tensor<?x4xf32>, %w: tensor<6x4xf32>) {
  // expected-error@+1 {{a layer norm has scale and shift, an rms norm scale alone, an l2 norm neither}}
  %0 = kernel.matmul %x, %w norm layer epsilon 1.0e-3 : tensor<?x4xf32>, tensor<6x4xf32> -> tensor<?x6xf32>
  return
}

// -----

func.func @matmul_c5(%x: tensor<?x4xf32>, %w: tensor<6x4xf32>, %g: tensor<6xf32>) {
  // expected-error@+1 {{a layer norm has scale and shift, an rms norm scale alone, an l2 norm neither}}
  %0 = kernel.matmul %x, %w norm l2 scale(%g : tensor<6xf32>) epsilon 1.0e-3 : tensor<?x4xf32>, tensor<6x4xf32> -> tensor<?x6xf32>
  return
}

// -----

func.func @matmul_c5(%x: tensor<?x4xf32>, %w: tensor<6x4xf32>, %g: tensor<6xf32>) {
  // expected-error@+1 {{scale and shift need a norm}}
  %0 = kernel.matmul %x, %w scale(%g : tensor<6xf32>) : tensor<?x4xf32>, tensor<6x4xf32> -> tensor<?x6xf32>
  return
}

// -----

func.func @matmul_c5(%x: tensor<?x4xf32>, %w: tensor<6x4xf32>) {
  // expected-error@+1 {{has a norm, so it writes f32, not 'bf16'}}
  %0 = kernel.matmul %x, %w norm l2 epsilon 1.0e-3 : tensor<?x4xf32>, tensor<6x4xf32> -> tensor<?x6xbf16>
  return
}

// -----

// matmul_c6: the two forms.
func.func @matmul_c6(%x: tensor<?x4xf32>, %w: tensor<6x4xf32>) {
  // expected-error@+1 {{takes values, so it needs a result}}
  kernel.matmul %x, %w : tensor<?x4xf32>, tensor<6x4xf32>
  return
}

// -----

func.func @matmul_c6(%x: tensor<?x4xf32>, %w: tensor<6x4xf32>, %t: index) {
  // expected-error@+1 {{takes values, so it has neither 'into' nor 'tile'}}
  %0 = kernel.matmul %x, %w tile(%t, %t, %t, %t) : tensor<?x4xf32>, tensor<6x4xf32> -> tensor<?x6xf32>
  return
}

// -----

func.func @matmul_c6(%x: tensor<?x4xf32>, %p: memref<1x4x16xf32>) {
  // expected-error@+1 {{mixes tensors and buffers}}
  %0 = kernel.matmul %x, %p : tensor<?x4xf32>, memref<1x4x16xf32> -> tensor<?x16xf32>
  return
}

// -----

func.func @matmul_c6(%x: tensor<?x4xf32>, %w: tensor<6x4xf32>) {
  // expected-error@+1 {{mixes tensors and buffers}}
  %0 = kernel.matmul %x, %w : tensor<?x4xf32>, tensor<6x4xf32> -> memref<?x6xf32>
  return
}

// -----

func.func @matmul_c6(%x: memref<?x16xf32>, %p: memref<1x4x16xf32>, %o: memref<?x16xf32>, %t: index) {
  // expected-error@+1 {{takes buffers, so it has no result: write 'into'}}
  %0 = kernel.matmul %x, %p : memref<?x16xf32>, memref<1x4x16xf32> -> memref<?x16xf32>
  return
}

// -----

func.func @matmul_c6(%x: memref<?x16xf32>, %p: memref<1x4x16xf32>, %o: memref<?x16xf32>, %t: index) {
  // expected-error@+1 {{takes buffers, so it needs 'into' and a 'tile' of four: row begin, row end, column begin, column end}}
  kernel.matmul %x, %p into(%o : memref<?x16xf32>) : memref<?x16xf32>, memref<1x4x16xf32>
  return
}

// -----

func.func @matmul_c6(%x: memref<?x16xf32>, %p: memref<1x4x16xf32>, %o: memref<?x16xf32>, %t: index) {
  // expected-error@+1 {{takes buffers, so it needs 'into' and a 'tile' of four}}
  kernel.matmul %x, %p into(%o : memref<?x16xf32>) tile(%t, %t)
      : memref<?x16xf32>, memref<1x4x16xf32>
  return
}

// -----

func.func @matmul_c6(%x: memref<?x16xf32>, %p: memref<1x4x16xf32>, %o: memref<?x16xf32>, %t: index) {
  // expected-error@+1 {{takes buffers, so it needs 'into' and a 'tile' of four}}
  kernel.matmul %x, %p tile(%t, %t, %t, %t) : memref<?x16xf32>, memref<1x4x16xf32>
  return
}

// -----

func.func @matmul_c6(%x: memref<?x16xf32>, %p: memref<1x4x16xf32>, %o: memref<?x16xf32>, %t: index) {
  // expected-error@+1 {{takes buffers, so its norm must be a kernel.row_norm over finished rows}}
  kernel.matmul %x, %p norm l2 epsilon 1.0e-3 into(%o : memref<?x16xf32>) tile(%t, %t, %t, %t)
      : memref<?x16xf32>, memref<1x4x16xf32>
  return
}

// -----

// matmul_c7: the precisions.
func.func @matmul_c7(%x: tensor<?x4xi8>, %w: tensor<6x4xbf16>) {
  // expected-error@+1 {{takes no input in 'i8' with a weight in 'bf16'}}
  %0 = kernel.matmul %x, %w : tensor<?x4xi8>, tensor<6x4xbf16> -> tensor<?x6xf32>
  return
}

// -----

func.func @matmul_c7(%x: tensor<?x4xf32>, %w: tensor<6x4xi8>) {
  // expected-error@+1 {{takes no input in 'f32' with a weight in 'i8'}}
  %0 = kernel.matmul %x, %w : tensor<?x4xf32>, tensor<6x4xi8> -> tensor<?x6xf32>
  return
}

// -----

func.func @matmul_c7(%x: tensor<?x4xbf16>, %w: tensor<6x4xf32>) {
  // expected-error@+1 {{takes no input in 'bf16' with a weight in 'f32'}}
  %0 = kernel.matmul %x, %w : tensor<?x4xbf16>, tensor<6x4xf32> -> tensor<?x6xf32>
  return
}

// -----

func.func @matmul_c7(%x: tensor<?x4xi16>, %w: tensor<6x4xi8>) {
  // expected-error@+1 {{a weight scale comes with a weight in i8}}
  %0 = kernel.matmul %x, %w : tensor<?x4xi16>, tensor<6x4xi8> -> tensor<?x6xf32>
  return
}

// -----

func.func @matmul_c7(%x: tensor<?x4xf32>, %w: tensor<6x4xf32>, %s: tensor<6xf32>) {
  // expected-error@+1 {{a weight scale comes with a weight in i8}}
  %0 = kernel.matmul %x, %w weight_scale(%s : tensor<6xf32>) : tensor<?x4xf32>, tensor<6x4xf32> -> tensor<?x6xf32>
  return
}

// -----

func.func @matmul_c7(%x: tensor<?x4xi8>, %w: tensor<6x4xi8>, %s: tensor<6xf32>) {
  // expected-error@+1 {{a correction comes with an input in i8}}
  %0 = kernel.matmul %x, %w weight_scale(%s : tensor<6xf32>) : tensor<?x4xi8>, tensor<6x4xi8> -> tensor<?x6xf32>
  return
}

// -----

func.func @matmul_c7(%x: tensor<?x4xi16>, %w: tensor<6x4xi8>, %s: tensor<6xf32>) {
  // expected-error@+1 {{a correction comes with an input in i8}}
  %0 = kernel.matmul %x, %w weight_scale(%s : tensor<6xf32>) correction(%s : tensor<6xf32>)
      : tensor<?x4xi16>, tensor<6x4xi8> -> tensor<?x6xf32>
  return
}

// -----

func.func @matmul_c7(%x: tensor<?x4xf32>, %w: tensor<6x4xf32>) {
  // expected-error@+1 {{writes f32 or bf16; what is quantized is its second result}}
  %0 = kernel.matmul %x, %w : tensor<?x4xf32>, tensor<6x4xf32> -> tensor<?x6xi8>
  return
}

// -----

// matmul_c8: the second result.
func.func @matmul_c8(%x: tensor<?x4xf32>, %w: tensor<6x4xf32>) {
  // expected-error@+1 {{the second result must be in bf16, f16, i8 or i16, but is in 'f32'}}
  %0:2 = kernel.matmul %x, %w : tensor<?x4xf32>, tensor<6x4xf32> -> tensor<?x6xf32>, tensor<?x6xf32>
  return
}

// -----

func.func @matmul_c8(%x: tensor<?x4xf32>, %w: tensor<6x4xf32>) {
  // expected-error@+1 {{the second result is 5 wide, but the rows 6}}
  %0:2 = kernel.matmul %x, %w : tensor<?x4xf32>, tensor<6x4xf32> -> tensor<?x6xf32>, tensor<?x5xi8>
  return
}

// -----

func.func @matmul_c8(%x: tensor<?x4xf32>, %w: tensor<6x4xf32>) {
  // expected-error@+1 {{has at most two results}}
  %0:3 = kernel.matmul %x, %w : tensor<?x4xf32>, tensor<6x4xf32> -> tensor<?x6xf32>, tensor<?x6xi8>, tensor<?x6xi8>
  return
}

// -----

func.func @matmul_c8(%x: tensor<?x4xf32>, %w: tensor<6x4xf32>, %s: tensor<6xf32>) {
  // expected-error@+1 {{smoothing is for rows that become i8 or i16}}
  %0 = kernel.matmul %x, %w smoothing(%s : tensor<6xf32>) : tensor<?x4xf32>, tensor<6x4xf32> -> tensor<?x6xf32>
  return
}

// -----

func.func @matmul_c8(%x: tensor<?x4xf32>, %w: tensor<6x4xf32>, %s: tensor<6xf32>) {
  // expected-error@+1 {{smoothing is for rows that become i8 or i16}}
  %0:2 = kernel.matmul %x, %w smoothing(%s : tensor<6xf32>)
      : tensor<?x4xf32>, tensor<6x4xf32> -> tensor<?x6xf32>, tensor<?x6xbf16>
  return
}

// -----

func.func @matmul_c8(%x: tensor<?x4xf32>, %w: tensor<6x4xf32>, %s: tensor<4xf32>) {
  // expected-error@+1 {{the smoothing is 4 wide, but the result 6}}
  %0:2 = kernel.matmul %x, %w smoothing(%s : tensor<4xf32>)
      : tensor<?x4xf32>, tensor<6x4xf32> -> tensor<?x6xf32>, tensor<?x6xi8>
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

// -----

// matmul_c4: the multiplier.
func.func @matmul_c4(%x: tensor<?x4xf32>, %gate: tensor<?x9xf32>) {
  %w = kernel.weight matrix ["w"] : tensor<8x4xf32>
  // expected-error@+1 {{the multiplier is 9 wide, but the result 8}}
  %0 = kernel.matmul %x, %w multiplier(%gate : tensor<?x9xf32>)
      : tensor<?x4xf32>, tensor<8x4xf32> -> tensor<?x8xf32>
  return
}

// -----

func.func @matmul_c4(%x: memref<?x4xf32>, %w: memref<1x4x16xf32>, %gate: memref<?x8xf32>,
             %y: memref<?x16xf32>, %i: index) {
  // expected-error@+1 {{the multiplier is 8 wide, but the weight gives 16}}
  kernel.matmul %x, %w multiplier(%gate : memref<?x8xf32>) into(%y : memref<?x16xf32>)
      tile(%i, %i, %i, %i) : memref<?x4xf32>, memref<1x4x16xf32>
  return
}
