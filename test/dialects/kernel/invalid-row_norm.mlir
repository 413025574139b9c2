// RUN: emblem-opt %s -split-input-file -verify-diagnostics

// row_norm_c1: the width.
func.func @row_norm_c1(%x: tensor<?x4xf32>, %g: tensor<4xf32>) {
  // expected-error@+1 {{width must be positive, but is 0}}
  %0 = kernel.row_norm l2 %x epsilon 0.0 width 0 : tensor<?x4xf32> -> tensor<?x4xf32>
  return
}

// -----

func.func @row_norm_c1(%x: tensor<?x4xf32>, %g: tensor<4xf32>) {
  // expected-error@+1 {{the input is 4 wide, but width says 5}}
  %0 = kernel.row_norm l2 %x epsilon 0.0 width 5 : tensor<?x4xf32> -> tensor<?x5xf32>
  return
}

// -----

func.func @row_norm_c1(%x: tensor<?x4xf32>, %g: tensor<4xf32>) {
  // expected-error@+1 {{the input is 4 wide, but width says 3}}
  %0 = kernel.row_norm l2 %x epsilon 0.0 width 3 : tensor<?x4xf32> -> tensor<?x4xf32>
  return
}

// -----

func.func @row_norm_c1(%x: tensor<?x4xf32>, %g: tensor<4xf32>) {
  // expected-error@+1 {{the result is 5 wide, but width says 4}}
  %0 = kernel.row_norm l2 %x epsilon 0.0 width 4 : tensor<?x4xf32> -> tensor<?x5xf32>
  return
}

// -----

func.func @row_norm_c1(%x: memref<?x16xf32>, %t: index) {
  // expected-error@+1 {{the input is 16 wide, but width says 17}}
  kernel.row_norm l2 %x epsilon 0.0 width 17 into(%x : memref<?x16xf32>)
      tile(%t, %t, %t, %t) : memref<?x16xf32>
  return
}

// -----

// row_norm_c2: scale and shift.
func.func @row_norm_c2(%x: tensor<?x4xf32>, %g: tensor<4xf32>) {
  // expected-error@+1 {{a layer norm has scale and shift, an rms norm scale alone, an l2 norm neither}}
  %0 = kernel.row_norm layer %x epsilon 0.0 width 4 : tensor<?x4xf32> -> tensor<?x4xf32>
  return
}

// -----

func.func @row_norm_c2(%x: tensor<?x4xf32>, %g: tensor<4xf32>) {
  // expected-error@+1 {{a layer norm has scale and shift, an rms norm scale alone, an l2 norm neither}}
  %0 = kernel.row_norm layer %x scale(%g : tensor<4xf32>) epsilon 0.0 width 4 : tensor<?x4xf32> -> tensor<?x4xf32>
  return
}

// -----

func.func @row_norm_c2(%x: tensor<?x4xf32>, %g: tensor<4xf32>) {
  // expected-error@+1 {{a layer norm has scale and shift, an rms norm scale alone, an l2 norm neither}}
  %0 = kernel.row_norm l2 %x scale(%g : tensor<4xf32>) shift(%g : tensor<4xf32>) epsilon 0.0 width 4 : tensor<?x4xf32> -> tensor<?x4xf32>
  return
}

// -----

func.func @row_norm_c2(%x: tensor<?x4xf32>, %g: tensor<4xf32>, %s: tensor<3xf32>) {
  // expected-error@+1 {{the scale is 3 wide, but width says 4}}
  %0 = kernel.row_norm layer %x scale(%s : tensor<3xf32>) shift(%g : tensor<4xf32>) epsilon 0.0 width 4 : tensor<?x4xf32> -> tensor<?x4xf32>
  return
}

// -----

func.func @row_norm_c2(%x: tensor<?x4xf32>, %g: tensor<4xf32>, %s: tensor<3xf32>) {
  // expected-error@+1 {{the shift is 3 wide, but width says 4}}
  %0 = kernel.row_norm layer %x scale(%g : tensor<4xf32>) shift(%s : tensor<3xf32>) epsilon 0.0 width 4 : tensor<?x4xf32> -> tensor<?x4xf32>
  return
}

// -----

// row_norm_c3: epsilon.
func.func @row_norm_c3(%x: tensor<?x4xf32>, %g: tensor<4xf32>) {
  // expected-error@+1 {{epsilon must be finite and not negative, but is -1.000000e+00}}
  %0 = kernel.row_norm l2 %x epsilon -1.0 width 4 : tensor<?x4xf32> -> tensor<?x4xf32>
  return
}

// -----

func.func @row_norm_c3(%x: tensor<?x4xf32>, %g: tensor<4xf32>) {
  // expected-error@+1 {{epsilon must be finite and not negative, but is INF}}
  %0 = kernel.row_norm l2 %x epsilon 0x7FF0000000000000 width 4 : tensor<?x4xf32> -> tensor<?x4xf32>
  return
}

// -----

// row_norm_c4: the two forms.
func.func @row_norm_c4(%x: tensor<?x4xf32>, %g: tensor<4xf32>) {
  // expected-error@+1 {{takes values, so it needs a result}}
  kernel.row_norm l2 %x epsilon 0.0 width 4 : tensor<?x4xf32>
  return
}

// -----

func.func @row_norm_c4(%x: memref<?x16xf32>, %t: index) {
  // expected-error@+1 {{takes buffers, so it needs 'into' and a 'tile' of four}}
  kernel.row_norm l2 %x epsilon 0.0 width 4 : memref<?x16xf32>
  return
}

// -----

func.func @row_norm_c4(%x: memref<?x16xf32>, %g: tensor<4xf32>, %t: index) {
  // expected-error@+1 {{mixes tensors and buffers}}
  kernel.row_norm layer %x scale(%g : tensor<4xf32>) shift(%g : tensor<4xf32>) epsilon 0.0 width 4
      into(%x : memref<?x16xf32>) tile(%t, %t, %t, %t) : memref<?x16xf32>
  return
}

// -----

func.func @row_norm_c4(%x: tensor<?x4xf32>, %q: tensor<?x4xi8>) {
  // expected-error@+1 {{takes values, so it has no 'quantized'}}
  %0 = kernel.row_norm l2 %x epsilon 0.0 width 4 quantized(%q : tensor<?x4xi8>)
      : tensor<?x4xf32> -> tensor<?x4xf32>
  return
}

// -----

func.func @row_norm_c4(%x: tensor<?x4xbf16>) {
  // expected-error@+1 {{normalizes f32 into f32}}
  %0 = kernel.row_norm l2 %x epsilon 0.0 width 4 : tensor<?x4xbf16> -> tensor<?x4xf32>
  return
}

// -----

func.func @row_norm_c4(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{normalizes f32 into f32}}
  %0 = kernel.row_norm l2 %x epsilon 0.0 width 4 : tensor<?x4xf32> -> tensor<?x4xi8>
  return
}

// -----

// row_norm_c5: the second result.
func.func @row_norm_c5(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{the second result must be in bf16, f16, i8 or i16, but is in 'f32'}}
  %0:2 = kernel.row_norm l2 %x epsilon 0.0 width 4 : tensor<?x4xf32> -> tensor<?x4xf32>, tensor<?x4xf32>
  return
}

// -----

func.func @row_norm_c5(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{the second result is 5 wide, but the rows 4}}
  %0:2 = kernel.row_norm l2 %x epsilon 0.0 width 4 : tensor<?x4xf32> -> tensor<?x4xf32>, tensor<?x5xi8>
  return
}

// -----

func.func @row_norm_c5(%x: memref<?x16xf32>, %q: memref<?x16xf32>, %t: index) {
  // expected-error@+1 {{the buffer 'quantized' must be in bf16, f16, i8 or i16, but is in 'f32'}}
  kernel.row_norm l2 %x epsilon 0.0 width 4 into(%x : memref<?x16xf32>)
      quantized(%q : memref<?x16xf32>) tile(%t, %t, %t, %t) : memref<?x16xf32>
  return
}

// -----

func.func @row_norm_c5(%x: memref<?x16xf32>, %q: memref<?x3xi8>, %t: index) {
  // expected-error@+1 {{the buffer 'quantized' is 3 wide, but the rows 4}}
  kernel.row_norm l2 %x epsilon 0.0 width 4 into(%x : memref<?x16xf32>)
      quantized(%q : memref<?x3xi8>) tile(%t, %t, %t, %t) : memref<?x16xf32>
  return
}

// -----

func.func @row_norm_c5(%x: tensor<?x4xf32>, %s: tensor<4xf32>) {
  // expected-error@+1 {{smoothing is for rows that become i8 or i16}}
  %0 = kernel.row_norm l2 %x epsilon 0.0 width 4 smoothing(%s : tensor<4xf32>)
      : tensor<?x4xf32> -> tensor<?x4xf32>
  return
}

// -----

func.func @row_norm_c5(%x: tensor<?x4xf32>, %s: tensor<3xf32>) {
  // expected-error@+1 {{the smoothing is 3 wide, but the result 4}}
  %0:2 = kernel.row_norm l2 %x epsilon 0.0 width 4 smoothing(%s : tensor<3xf32>)
      : tensor<?x4xf32> -> tensor<?x4xf32>, tensor<?x4xi16>
  return
}
