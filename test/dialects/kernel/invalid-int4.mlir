// RUN: emblem-opt %s -split-input-file -verify-diagnostics

// weight_c1: the rank.
// expected-error@+1 {{the layout 'group_scales' has rank 2 or 3, not 1}}
%0 = kernel.weight group_scales ["w"] : tensor<4xbf16>

// -----

// weight_c5: i4.
// expected-error@+1 {{panels in i4 hold pairs: [panels, pairs, panel width, 2]}}
%0 = kernel.weight panels ["w"] : tensor<1x2x8xi4>

// -----

// expected-error@+1 {{panels in i4 hold pairs: [panels, pairs, panel width, 2]}}
%0 = kernel.weight panels ["w"] : tensor<1x2x8x4xi4>

// -----

// expected-error@+1 {{the layout 'table' is not for 'i4'}}
%0 = kernel.weight table ["w"] : tensor<4x4xi4>

// -----

// expected-error@+1 {{the layout 'group_scales' is not for 'i8'}}
%0 = kernel.weight group_scales ["w"] : tensor<4x1xi8>

// -----

// matmul_c7: a weight in i4 and its scales.
func.func @matmul_c7(%x: tensor<?x4xi8>, %w: tensor<6x4xi4>, %s: tensor<6x1xbf16>) {
  // expected-error@+1 {{takes no input in 'i8' with a weight in i4}}
  %0 = kernel.matmul %x, %w weight_scale(%s : tensor<6x1xbf16>) : tensor<?x4xi8>, tensor<6x4xi4> -> tensor<?x6xf32>
  return
}

// -----

func.func @matmul_c7(%x: tensor<?x4xf32>, %w: tensor<6x4xi4>) {
  // expected-error@+1 {{a weight in i4 comes with a scale for every 32 inputs of a column}}
  %0 = kernel.matmul %x, %w : tensor<?x4xf32>, tensor<6x4xi4> -> tensor<?x6xf32>
  return
}

// -----

func.func @matmul_c7(%x: tensor<?x4xf32>, %w: tensor<6x4xi4>, %s: tensor<6xf32>) {
  // expected-error@+1 {{a weight in i4 comes with a scale for every 32 inputs of a column}}
  %0 = kernel.matmul %x, %w weight_scale(%s : tensor<6xf32>) : tensor<?x4xf32>, tensor<6x4xi4> -> tensor<?x6xf32>
  return
}

// -----

func.func @matmul_c7(%x: tensor<?x4xf32>, %w: tensor<6x4xf32>, %s: tensor<6x1xf32>) {
  // expected-error@+1 {{scales for groups come with a weight in i4}}
  %0 = kernel.matmul %x, %w weight_scale(%s : tensor<6x1xf32>) : tensor<?x4xf32>, tensor<6x4xf32> -> tensor<?x6xf32>
  return
}

// -----

func.func @matmul_c7(%x: memref<?x16xf32>, %w: memref<1x4x8xf32>, %s: memref<1x1x8xf32>, %y: memref<?x16xf32>, %t: index) {
  // expected-error@+1 {{a buffer of its panels is [panels, pairs, panel width] in i8}}
  kernel.matmul %x, %w weight_scale(%s : memref<1x1x8xf32>) into(%y : memref<?x16xf32>)
      tile(%t, %t, %t, %t) : memref<?x16xf32>, memref<1x4x8xf32>
  return
}

// -----

func.func @matmul_c7(%x: tensor<?x4xf32>, %w: tensor<6x4xi4>, %s: tensor<6x1xf32>, %c: tensor<6xf32>) {
  // expected-error@+1 {{a correction comes with an input in i8}}
  %0 = kernel.matmul %x, %w weight_scale(%s : tensor<6x1xf32>) correction(%c : tensor<6xf32>)
      : tensor<?x4xf32>, tensor<6x4xi4> -> tensor<?x6xf32>
  return
}

// -----

func.func @matmul_c7(%x: tensor<?x33xf32>, %w: tensor<6x33xi4>, %s: tensor<6x1xf32>) {
  // expected-error@+1 {{the weight scale must be [6, 2], one for every 32 inputs of a column, but is [6, 1]}}
  %0 = kernel.matmul %x, %w weight_scale(%s : tensor<6x1xf32>) : tensor<?x33xf32>, tensor<6x33xi4> -> tensor<?x6xf32>
  return
}

// -----

func.func @matmul_c7(%x: tensor<?x4xf32>, %w: tensor<1x2x8x2xi4>, %s: tensor<6x1xf32>) {
  // expected-error@+1 {{the weight scale must be [1, 1, 8], one for every 32 inputs of a column, but is [6, 1]}}
  %0 = kernel.matmul %x, %w weight_scale(%s : tensor<6x1xf32>) : tensor<?x4xf32>, tensor<1x2x8x2xi4> -> tensor<?x6xf32>
  return
}

// -----

// gather_c1: the scale of a table.
func.func @gather_c1(%ids: tensor<?xi32>, %t: tensor<8x4xi8>) {
  // expected-error@+1 {{a table scale comes with a table in i8}}
  %0 = kernel.gather offsets(%ids : tensor<?xi32>) table(%ids, %t : tensor<?xi32>, tensor<8x4xi8>) -> tensor<?x4xf32>
  return
}

// -----

func.func @gather_c1(%ids: tensor<?xi32>, %t: tensor<8x4xf32>, %s: tensor<8xf32>) {
  // expected-error@+1 {{a table scale comes with a table in i8}}
  %0 = kernel.gather offsets(%ids : tensor<?xi32>) table(%ids, %t : tensor<?xi32>, tensor<8x4xf32>)
      table_scale(%s : tensor<8xf32>) -> tensor<?x4xf32>
  return
}

// -----

func.func @gather_c1(%ids: tensor<?xi32>, %t: tensor<8x4xi8>, %s: tensor<7xf32>) {
  // expected-error@+1 {{the table scale is 7 wide, but the table has 8}}
  %0 = kernel.gather offsets(%ids : tensor<?xi32>) table(%ids, %t : tensor<?xi32>, tensor<8x4xi8>)
      table_scale(%s : tensor<7xf32>) -> tensor<?x4xf32>
  return
}

// -----

func.func @gather_c1(%ids: tensor<?xi32>, %x: tensor<?x4xf32>, %p: tensor<8x4xi8>) {
  // expected-error@+1 {{takes no positions in i8}}
  %0 = kernel.gather offsets(%ids : tensor<?xi32>) input(%x : tensor<?x4xf32>) positions(%p : tensor<8x4xi8>) -> tensor<?x4xf32>
  return
}
