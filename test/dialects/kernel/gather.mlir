// RUN: emblem-opt %s | emblem-opt | FileCheck %s
// RUN: emblem-opt %s -emit-bytecode | emblem-opt | FileCheck %s

// CHECK-LABEL: @values
func.func @values(%ids: tensor<?xi32>, %offsets: tensor<?xi32>, %x: tensor<?x4xf32>,
                  %words: tensor<10x4xf32>, %row: tensor<4xf32>, %positions: tensor<8x4xf32>) {
  // CHECK: kernel.gather offsets(%arg1 : tensor<?xi32>) table(%arg0, %arg3 : tensor<?xi32>, tensor<10x4xf32>)
  // CHECK-SAME: -> tensor<?x4xf32>
  %0 = kernel.gather offsets(%offsets : tensor<?xi32>)
      table(%ids, %words : tensor<?xi32>, tensor<10x4xf32>) -> tensor<?x4xf32>
  // CHECK: kernel.gather offsets(%arg1 : tensor<?xi32>) input(%arg2 : tensor<?x4xf32>)
  // CHECK-SAME: row(%arg4 : tensor<4xf32>) -> tensor<?x4xf32>
  %1 = kernel.gather offsets(%offsets : tensor<?xi32>) input(%x : tensor<?x4xf32>)
      row(%row : tensor<4xf32>) -> tensor<?x4xf32>
  // CHECK: positions(%arg5 : tensor<8x4xf32>) position_offset 2 norm layer scale(%arg4 : tensor<4xf32>)
  // CHECK-SAME: shift(%arg4 : tensor<4xf32>) epsilon 1.000000e-03 -> tensor<?x4xf32>
  %2 = kernel.gather offsets(%offsets : tensor<?xi32>)
      table(%ids, %words : tensor<?xi32>, tensor<10x4xf32>) row(%row : tensor<4xf32>)
      positions(%positions : tensor<8x4xf32>) position_offset 2
      norm layer scale(%row : tensor<4xf32>) shift(%row : tensor<4xf32>) epsilon 1.0e-3
      -> tensor<?x4xf32>
  return
}

// CHECK-LABEL: @segments
func.func @segments(%types: tensor<?xi32>, %offsets: tensor<?xi32>, %x: tensor<?x4xf32>,
                    %segments: tensor<2x4xf32>) {
  // CHECK: kernel.gather offsets(%arg1 : tensor<?xi32>) input(%arg2 : tensor<?x4xf32>)
  // CHECK-SAME: segments(%arg0, %arg3 : tensor<?xi32>, tensor<2x4xf32>) -> tensor<?x4xf32>
  %0 = kernel.gather offsets(%offsets : tensor<?xi32>) input(%x : tensor<?x4xf32>)
      segments(%types, %segments : tensor<?xi32>, tensor<2x4xf32>) -> tensor<?x4xf32>
  return
}

// CHECK-LABEL: @buffers
func.func @buffers(%ids: memref<?xi32>, %offsets: memref<?xi32>, %out: memref<?x16xf32>,
                   %words: memref<10x8xf32>, %t: index) {
  // CHECK: kernel.gather offsets(%arg1 : memref<?xi32>) sequences(%arg1 : memref<?xi32>)
  // CHECK-SAME: table(%arg0, %arg3 : memref<?xi32>, memref<10x8xf32>) into(%arg2 : memref<?x16xf32>)
  // CHECK-SAME: tile(%arg4, %arg4, %arg4, %arg4){{$}}
  kernel.gather offsets(%offsets : memref<?xi32>) sequences(%offsets : memref<?xi32>)
      table(%ids, %words : memref<?xi32>, memref<10x8xf32>) into(%out : memref<?x16xf32>)
      tile(%t, %t, %t, %t)
  return
}

// CHECK-LABEL: @second_result
func.func @second_result(%ids: tensor<?xi32>, %offsets: tensor<?xi32>,
                         %words: tensor<10x4xbf16>, %s: tensor<4xf32>) {
  // CHECK: %{{.*}}:2 = kernel.gather offsets(%arg1 : tensor<?xi32>)
  // CHECK-SAME: table(%arg0, %arg2 : tensor<?xi32>, tensor<10x4xbf16>) norm l2 epsilon 1.000000e-03
  // CHECK-SAME: smoothing(%arg3 : tensor<4xf32>) -> tensor<?x4xf32>, tensor<?x4xi8>
  %0:2 = kernel.gather offsets(%offsets : tensor<?xi32>)
      table(%ids, %words : tensor<?xi32>, tensor<10x4xbf16>) norm l2 epsilon 1.0e-3
      smoothing(%s : tensor<4xf32>) -> tensor<?x4xf32>, tensor<?x4xi8>
  return
}
