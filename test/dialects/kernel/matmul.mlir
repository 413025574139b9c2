// RUN: emblem-opt %s | emblem-opt | FileCheck %s
// RUN: emblem-opt %s -emit-bytecode | emblem-opt | FileCheck %s

// CHECK-LABEL: @values
func.func @values(%x: tensor<?x4xf32>, %w: tensor<6x4xf32>, %b: tensor<6xf32>,
                  %r: tensor<?x6xf32>, %p: tensor<1x4x16xf32>, %c: tensor<16xf32>) {
  // CHECK: kernel.matmul %arg0, %arg1 : tensor<?x4xf32>, tensor<6x4xf32> -> tensor<?x6xf32>
  %0 = kernel.matmul %x, %w : tensor<?x4xf32>, tensor<6x4xf32> -> tensor<?x6xf32>
  // CHECK: kernel.matmul %arg0, %arg1 bias(%arg2 : tensor<6xf32>) activation gelu
  // CHECK-SAME: : tensor<?x4xf32>, tensor<6x4xf32> -> tensor<?x6xf32> {stage = "up"}
  %1 = kernel.matmul %x, %w bias(%b : tensor<6xf32>) activation gelu
      : tensor<?x4xf32>, tensor<6x4xf32> -> tensor<?x6xf32> {stage = "up"}
  // CHECK: kernel.matmul %arg0, %arg1 residual(%arg3 : tensor<?x6xf32>) norm layer
  // CHECK-SAME: scale(%arg2 : tensor<6xf32>) shift(%arg2 : tensor<6xf32>) epsilon 1.000000e-03
  %2 = kernel.matmul %x, %w residual(%r : tensor<?x6xf32>) norm layer
      scale(%b : tensor<6xf32>) shift(%b : tensor<6xf32>) epsilon 1.0e-3
      : tensor<?x4xf32>, tensor<6x4xf32> -> tensor<?x6xf32>
  // CHECK: kernel.matmul %arg0, %arg1 norm l2 epsilon 1.000000e-03 :
  %3 = kernel.matmul %x, %w norm l2 epsilon 1.0e-3
      : tensor<?x4xf32>, tensor<6x4xf32> -> tensor<?x6xf32>
  // Packed: what is read of weights is padded, the result is not.
  // CHECK: kernel.matmul %arg0, %arg4 bias(%arg5 : tensor<16xf32>)
  // CHECK-SAME: : tensor<?x4xf32>, tensor<1x4x16xf32> -> tensor<?x6xf32>
  %4 = kernel.matmul %x, %p bias(%c : tensor<16xf32>)
      : tensor<?x4xf32>, tensor<1x4x16xf32> -> tensor<?x6xf32>
  return
}

// CHECK-LABEL: @buffers
func.func @buffers(%x: memref<?x16xf32>, %w: memref<2x4x16xf32>, %b: memref<32xf32>,
                   %r: memref<?x48xf32>, %t: index) {
  // CHECK: kernel.matmul %arg0, %arg1 bias(%arg2 : memref<32xf32>) activation relu
  // CHECK-SAME: residual(%arg3 : memref<?x48xf32>) into(%arg3 : memref<?x48xf32>)
  // CHECK-SAME: tile(%arg4, %arg4, %arg4, %arg4) : memref<?x16xf32>, memref<2x4x16xf32>{{$}}
  kernel.matmul %x, %w bias(%b : memref<32xf32>) activation relu
      residual(%r : memref<?x48xf32>) into(%r : memref<?x48xf32>)
      tile(%t, %t, %t, %t) : memref<?x16xf32>, memref<2x4x16xf32>
  return
}
