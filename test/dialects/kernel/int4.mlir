// RUN: emblem-opt %s | emblem-opt | FileCheck %s
// RUN: emblem-opt %s -emit-bytecode | emblem-opt | FileCheck %s

// Weights in i4, with a scale for every 32 inputs of a column; a table in i8 with a
// scale a row.

// CHECK-LABEL: @weights
func.func @weights() {
  // CHECK: kernel.weight matrix ["w"] : tensor<8x70xi4>
  %0 = kernel.weight matrix ["w"] : tensor<8x70xi4>
  // CHECK: kernel.weight group_scales ["w"] : tensor<8x3xbf16>
  %1 = kernel.weight group_scales ["w"] : tensor<8x3xbf16>
  // CHECK: kernel.weight panels ["w"] at 0 : tensor<2x35x4x2xi4>
  %2 = kernel.weight panels ["w"] at 0 : tensor<2x35x4x2xi4>
  // CHECK: kernel.weight group_scales ["w"] at 320 : tensor<2x3x4xbf16>
  %3 = kernel.weight group_scales ["w"] at 320 : tensor<2x3x4xbf16>
  // CHECK: kernel.weight table ["t"] : tensor<10x4xi8>
  %4 = kernel.weight table ["t"] : tensor<10x4xi8>
  // CHECK: kernel.weight scales ["t"] : tensor<10xf32>
  %5 = kernel.weight scales ["t"] : tensor<10xf32>
  return
}

// CHECK-LABEL: @values
func.func @values(%x: tensor<?x33xf32>, %h: tensor<?x33xbf16>, %w: tensor<6x33xi4>,
                  %s: tensor<6x2xbf16>, %p: tensor<1x17x8x2xi4>, %g: tensor<1x2x8xf32>) {
  // CHECK: kernel.matmul %arg0, %arg2 weight_scale(%arg3 : tensor<6x2xbf16>)
  // CHECK-SAME: : tensor<?x33xf32>, tensor<6x33xi4> -> tensor<?x6xf32>
  %0 = kernel.matmul %x, %w weight_scale(%s : tensor<6x2xbf16>)
      : tensor<?x33xf32>, tensor<6x33xi4> -> tensor<?x6xf32>
  // CHECK: kernel.matmul %arg1, %arg4 weight_scale(%arg5 : tensor<1x2x8xf32>) input_size 33
  // CHECK-SAME: : tensor<?x33xbf16>, tensor<1x17x8x2xi4> -> tensor<?x6xbf16>
  %1 = kernel.matmul %h, %p weight_scale(%g : tensor<1x2x8xf32>) input_size 33
      : tensor<?x33xbf16>, tensor<1x17x8x2xi4> -> tensor<?x6xbf16>
  return
}

// MLIR has no memory of half bytes.
// CHECK-LABEL: @buffers
func.func @buffers(%x: memref<?x48xf32>, %w: memref<1x17x8xi8>, %s: memref<1x2x8xbf16>,
                   %y: memref<?x16xf32>, %t: index) {
  // CHECK: kernel.matmul %arg0, %arg1 weight_scale(%arg2 : memref<1x2x8xbf16>) input_size 33
  // CHECK-SAME: into(%arg3 : memref<?x16xf32>) tile(%arg4, %arg4, %arg4, %arg4)
  // CHECK-SAME: : memref<?x48xf32>, memref<1x17x8xi8>{{$}}
  kernel.matmul %x, %w weight_scale(%s : memref<1x2x8xbf16>) input_size 33
      into(%y : memref<?x16xf32>) tile(%t, %t, %t, %t)
      : memref<?x48xf32>, memref<1x17x8xi8>
  return
}

// CHECK-LABEL: @table
func.func @table(%ids: tensor<?xi32>, %words: tensor<10x4xi8>, %s: tensor<16xf32>) {
  // A packed scale is padded.
  // CHECK: kernel.gather offsets(%arg0 : tensor<?xi32>) table(%arg0, %arg1 : tensor<?xi32>, tensor<10x4xi8>)
  // CHECK-SAME: table_scale(%arg2 : tensor<16xf32>) -> tensor<?x4xf32>
  %0 = kernel.gather offsets(%ids : tensor<?xi32>)
      table(%ids, %words : tensor<?xi32>, tensor<10x4xi8>)
      table_scale(%s : tensor<16xf32>) -> tensor<?x4xf32>
  return
}
