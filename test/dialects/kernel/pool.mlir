// RUN: emblem-opt %s | emblem-opt | FileCheck %s
// RUN: emblem-opt %s -emit-bytecode | emblem-opt | FileCheck %s

// CHECK-LABEL: @values
func.func @values(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  // CHECK: kernel.pool mean %arg0, %arg1 : tensor<?x4xf32>, tensor<?xi32> -> tensor<?x4xf32>
  %0 = kernel.pool mean %x, %offsets : tensor<?x4xf32>, tensor<?xi32> -> tensor<?x4xf32>
  // CHECK: kernel.pool weighted_mean %arg0, %arg1 norm l2 epsilon 1.000000e-03 :
  %1 = kernel.pool weighted_mean %x, %offsets norm l2 epsilon 1.0e-3
      : tensor<?x4xf32>, tensor<?xi32> -> tensor<?x4xf32>
  return
}

// CHECK-LABEL: @buffers
func.func @buffers(%x: memref<?x16xf32>, %offsets: memref<?xi32>, %t: index) {
  // CHECK: kernel.pool last %arg0, %arg1 into(%arg0 : memref<?x16xf32>)
  // CHECK-SAME: tile(%arg2, %arg2, %arg2, %arg2) : memref<?x16xf32>, memref<?xi32>{{$}}
  kernel.pool last %x, %offsets into(%x : memref<?x16xf32>) tile(%t, %t, %t, %t)
      : memref<?x16xf32>, memref<?xi32>
  return
}
