// RUN: emblem-opt %s -split-input-file -verify-diagnostics

// gather_c1: what is gathered.
func.func @gather_c1(%ids: tensor<?xi32>, %x: tensor<?x4xf32>, %w: tensor<10x4xf32>, %r: tensor<4xf32>, %s: tensor<3xf32>) {
  // expected-error@+1 {{needs a table or an input}}
  %0 = kernel.gather offsets(%ids : tensor<?xi32>) row(%r : tensor<4xf32>) -> tensor<?x4xf32>
  return
}

// -----

func.func @gather_c1(%ids: tensor<?xi32>, %x: tensor<?x4xf32>, %w: tensor<10x4xf32>, %r: tensor<4xf32>, %s: tensor<3xf32>) {
  // expected-error@+1 {{table and ids come together}}
  %0 = "kernel.gather"(%ids, %w) <{operandSegmentSizes = array<i32: 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0>}>
      : (tensor<?xi32>, tensor<10x4xf32>) -> tensor<?x4xf32>
  return
}

// -----

func.func @gather_c1(%ids: tensor<?xi32>, %x: tensor<?x4xf32>, %w: tensor<10x4xf32>, %r: tensor<4xf32>, %s: tensor<3xf32>) {
  // expected-error@+1 {{table and ids come together}}
  %0 = "kernel.gather"(%ids, %ids, %x) <{operandSegmentSizes = array<i32: 1, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0>}>
      : (tensor<?xi32>, tensor<?xi32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  return
}

// -----

// gather_c2: widths.
func.func @gather_c2(%ids: tensor<?xi32>, %x: tensor<?x4xf32>, %w: tensor<10x4xf32>, %r: tensor<4xf32>, %s: tensor<3xf32>) {
  // expected-error@+1 {{the table is 4 wide, but the result 5}}
  %0 = kernel.gather offsets(%ids : tensor<?xi32>) table(%ids, %w : tensor<?xi32>, tensor<10x4xf32>) -> tensor<?x5xf32>
  return
}

// -----

func.func @gather_c2(%ids: tensor<?xi32>, %x: tensor<?x4xf32>, %w: tensor<10x4xf32>, %r: tensor<4xf32>, %s: tensor<3xf32>) {
  // expected-error@+1 {{the input is 4 wide, but the result 3}}
  %0 = kernel.gather offsets(%ids : tensor<?xi32>) input(%x : tensor<?x4xf32>) -> tensor<?x3xf32>
  return
}

// -----

func.func @gather_c2(%ids: tensor<?xi32>, %x: tensor<?x4xf32>, %w: tensor<10x4xf32>, %r: tensor<4xf32>, %s: tensor<3xf32>) {
  // expected-error@+1 {{the row is 3 wide, but the result 4}}
  %0 = kernel.gather offsets(%ids : tensor<?xi32>) input(%x : tensor<?x4xf32>) row(%s : tensor<3xf32>) -> tensor<?x4xf32>
  return
}

// -----

func.func @gather_c2(%ids: tensor<?xi32>, %x: tensor<?x4xf32>, %w: tensor<10x4xf32>, %r: tensor<4xf32>, %s: tensor<3xf32>, %p: tensor<8x3xf32>) {
  // expected-error@+1 {{the table of positions is 3 wide, but the result 4}}
  %0 = kernel.gather offsets(%ids : tensor<?xi32>) input(%x : tensor<?x4xf32>) positions(%p : tensor<8x3xf32>) -> tensor<?x4xf32>
  return
}

// -----

func.func @gather_c2(%ids: tensor<?xi32>, %x: tensor<?x4xf32>, %w: tensor<10x4xf32>, %r: tensor<4xf32>, %s: tensor<3xf32>) {
  // expected-error@+1 {{the scale is 3 wide, but the result 4}}
  %0 = kernel.gather offsets(%ids : tensor<?xi32>) input(%x : tensor<?x4xf32>) norm layer
      scale(%s : tensor<3xf32>) shift(%r : tensor<4xf32>) epsilon 0.0 -> tensor<?x4xf32>
  return
}

// -----

func.func @gather_c2(%ids: tensor<?xi32>, %x: tensor<?x4xf32>, %w: tensor<10x4xf32>, %r: tensor<4xf32>, %s: tensor<3xf32>) {
  // expected-error@+1 {{the shift is 3 wide, but the result 4}}
  %0 = kernel.gather offsets(%ids : tensor<?xi32>) input(%x : tensor<?x4xf32>) norm layer
      scale(%r : tensor<4xf32>) shift(%s : tensor<3xf32>) epsilon 0.0 -> tensor<?x4xf32>
  return
}

// -----

// gather_c3: the offset of positions.
func.func @gather_c3(%ids: tensor<?xi32>, %x: tensor<?x4xf32>, %w: tensor<10x4xf32>, %r: tensor<4xf32>, %s: tensor<3xf32>) {
  // expected-error@+1 {{position_offset is 10, but the positions have 10 rows}}
  %0 = kernel.gather offsets(%ids : tensor<?xi32>) input(%x : tensor<?x4xf32>) positions(%w : tensor<10x4xf32>) position_offset 10 -> tensor<?x4xf32>
  return
}

// -----

func.func @gather_c3(%ids: tensor<?xi32>, %x: tensor<?x4xf32>, %w: tensor<10x4xf32>, %r: tensor<4xf32>, %s: tensor<3xf32>) {
  // expected-error@+1 {{position_offset is -1, but the positions have 10 rows}}
  %0 = kernel.gather offsets(%ids : tensor<?xi32>) input(%x : tensor<?x4xf32>) positions(%w : tensor<10x4xf32>) position_offset -1 -> tensor<?x4xf32>
  return
}

// -----

func.func @gather_c3(%ids: tensor<?xi32>, %x: tensor<?x4xf32>, %w: tensor<10x4xf32>, %r: tensor<4xf32>, %s: tensor<3xf32>) {
  // expected-error@+1 {{position_offset needs positions}}
  %0 = kernel.gather offsets(%ids : tensor<?xi32>) input(%x : tensor<?x4xf32>) position_offset 2 -> tensor<?x4xf32>
  return
}

// -----

// gather_c4: the norm.
func.func @gather_c4(%ids: tensor<?xi32>, %x: tensor<?x4xf32>, %w: tensor<10x4xf32>, %r: tensor<4xf32>, %s: tensor<3xf32>) {
  // expected-error@+1 {{norm and epsilon come together}}
  %0 = kernel.gather offsets(%ids : tensor<?xi32>) input(%x : tensor<?x4xf32>) norm l2 -> tensor<?x4xf32>
  return
}

// -----

func.func @gather_c4(%ids: tensor<?xi32>, %x: tensor<?x4xf32>, %w: tensor<10x4xf32>, %r: tensor<4xf32>, %s: tensor<3xf32>) {
  // expected-error@+1 {{epsilon must be finite and not negative, but is -1.000000e+00}}
  %0 = kernel.gather offsets(%ids : tensor<?xi32>) input(%x : tensor<?x4xf32>) norm l2 epsilon -1.0 -> tensor<?x4xf32>
  return
}

// -----

func.func @gather_c4(%ids: tensor<?xi32>, %x: tensor<?x4xf32>, %w: tensor<10x4xf32>, %r: tensor<4xf32>, %s: tensor<3xf32>) {
  // expected-error@+1 {{a layer norm has scale and shift, an rms norm scale alone, an l2 norm neither}}
  %0 = kernel.gather offsets(%ids : tensor<?xi32>) input(%x : tensor<?x4xf32>) norm layer epsilon 0.0 -> tensor<?x4xf32>
  return
}

// -----

func.func @gather_c4(%ids: tensor<?xi32>, %x: tensor<?x4xf32>, %w: tensor<10x4xf32>, %r: tensor<4xf32>, %s: tensor<3xf32>) {
  // expected-error@+1 {{scale and shift need a norm}}
  %0 = kernel.gather offsets(%ids : tensor<?xi32>) input(%x : tensor<?x4xf32>) shift(%r : tensor<4xf32>) -> tensor<?x4xf32>
  return
}

// -----

func.func @gather_c4(%ids: tensor<?xi32>, %x: tensor<?x4xf32>) {
  // expected-error@+1 {{has a norm, so it writes f32, not 'bf16'}}
  %0 = kernel.gather offsets(%ids : tensor<?xi32>) input(%x : tensor<?x4xf32>) norm l2 epsilon 0.0 -> tensor<?x4xbf16>
  return
}

// -----

// gather_c5: the two forms.
func.func @gather_c5(%ids: tensor<?xi32>, %x: tensor<?x4xf32>, %w: tensor<10x4xf32>, %r: tensor<4xf32>, %s: tensor<3xf32>) {
  // expected-error@+1 {{takes values, so it needs a result}}
  kernel.gather offsets(%ids : tensor<?xi32>) input(%x : tensor<?x4xf32>)
  return
}

// -----

func.func @gather_c5(%ids: tensor<?xi32>, %x: tensor<?x4xf32>, %w: tensor<10x4xf32>, %r: tensor<4xf32>, %s: tensor<3xf32>) {
  // expected-error@+1 {{takes values, so it has no 'sequences'}}
  %0 = kernel.gather offsets(%ids : tensor<?xi32>) sequences(%ids : tensor<?xi32>) input(%x : tensor<?x4xf32>) -> tensor<?x4xf32>
  return
}

// -----

func.func @gather_c5(%ids: memref<?xi32>, %x: memref<?x16xf32>, %t: index) {
  // expected-error@+1 {{takes buffers, so it needs 'sequences'}}
  kernel.gather offsets(%ids : memref<?xi32>) input(%x : memref<?x16xf32>)
      into(%x : memref<?x16xf32>) tile(%t, %t, %t, %t)
  return
}

// -----

func.func @gather_c5(%ids: memref<?xi32>, %x: memref<?x16xf32>, %t: index) {
  // expected-error@+1 {{takes buffers, so its norm must be a kernel.row_norm over finished rows}}
  kernel.gather offsets(%ids : memref<?xi32>) sequences(%ids : memref<?xi32>)
      input(%x : memref<?x16xf32>) norm l2 epsilon 0.0 into(%x : memref<?x16xf32>) tile(%t, %t, %t, %t)
  return
}

// -----

// gather_c6: the types and the second result.
func.func @gather_c6(%ids: tensor<?xi32>, %x: tensor<?x4xi8>) {
  // expected-error@+1 {{works on f32, bf16 or f16, not 'i8'}}
  %0 = kernel.gather offsets(%ids : tensor<?xi32>) input(%x : tensor<?x4xi8>) -> tensor<?x4xf32>
  return
}

// -----

func.func @gather_c6(%ids: tensor<?xi32>, %x: tensor<?x4xf32>) {
  // expected-error@+1 {{writes f32 or bf16; what is quantized is its second result}}
  %0 = kernel.gather offsets(%ids : tensor<?xi32>) input(%x : tensor<?x4xf32>) -> tensor<?x4xi8>
  return
}

// -----

func.func @gather_c6(%ids: tensor<?xi32>, %x: tensor<?x4xf32>) {
  // expected-error@+1 {{the second result is 5 wide, but the rows 4}}
  %0:2 = kernel.gather offsets(%ids : tensor<?xi32>) input(%x : tensor<?x4xf32>) -> tensor<?x4xf32>, tensor<?x5xi8>
  return
}

// -----

func.func @gather_c6(%ids: tensor<?xi32>, %x: tensor<?x4xf32>, %s: tensor<4xf32>) {
  // expected-error@+1 {{smoothing is for rows that become i8 or i16}}
  %0 = kernel.gather offsets(%ids : tensor<?xi32>) input(%x : tensor<?x4xf32>)
      smoothing(%s : tensor<4xf32>) -> tensor<?x4xf32>
  return
}

// -----

func.func @gather_c6(%ids: tensor<?xi32>, %x: tensor<?x4xf32>, %s: tensor<3xf32>) {
  // expected-error@+1 {{the smoothing is 3 wide, but the result 4}}
  %0:2 = kernel.gather offsets(%ids : tensor<?xi32>) input(%x : tensor<?x4xf32>)
      smoothing(%s : tensor<3xf32>) -> tensor<?x4xf32>, tensor<?x4xi8>
  return
}

// -----

func.func @gather_c6(%types: tensor<?xi32>, %x: tensor<?x4xf32>, %segments: tensor<2x4xf32>) {
  // expected-error@+1 {{segments and types come together}}
  %0 = "kernel.gather"(%types, %x, %segments) <{operandSegmentSizes = array<i32: 1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0>}>
      : (tensor<?xi32>, tensor<?x4xf32>, tensor<2x4xf32>) -> tensor<?x4xf32>
  return
}

// -----

func.func @gather_c6(%types: tensor<?xi32>, %x: tensor<?x4xf32>, %segments: tensor<2x4xf32>, %r: tensor<4xf32>) {
  // expected-error@+1 {{takes segments or a row, not both}}
  %0 = kernel.gather offsets(%types : tensor<?xi32>) input(%x : tensor<?x4xf32>) row(%r : tensor<4xf32>)
      segments(%types, %segments : tensor<?xi32>, tensor<2x4xf32>) -> tensor<?x4xf32>
  return
}

// -----

func.func @gather_c6(%types: tensor<?xi32>, %x: tensor<?x4xf32>, %segments: tensor<2x3xf32>) {
  // expected-error@+1 {{the table of segments is 3 wide, but the result 4}}
  %0 = kernel.gather offsets(%types : tensor<?xi32>) input(%x : tensor<?x4xf32>)
      segments(%types, %segments : tensor<?xi32>, tensor<2x3xf32>) -> tensor<?x4xf32>
  return
}
