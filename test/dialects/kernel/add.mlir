// RUN: emblem-opt %s | emblem-opt | FileCheck %s
// RUN: emblem-opt %s -emit-bytecode | emblem-opt | FileCheck %s

// CHECK-LABEL: @values
func.func @values(%x: tensor<?x4xf32>) {
  // CHECK: kernel.add %arg0, %arg0 : tensor<?x4xf32>, tensor<?x4xf32> -> tensor<?x4xf32>
  %0 = kernel.add %x, %x : tensor<?x4xf32>, tensor<?x4xf32> -> tensor<?x4xf32>
  return
}

// CHECK-LABEL: @buffers
func.func @buffers(%x: memref<?x16xf32>, %t: index) {
  // CHECK: kernel.add %arg0, %arg0 into(%arg0 : memref<?x16xf32>) tile(%arg1, %arg1, %arg1, %arg1)
  // CHECK-SAME: : memref<?x16xf32>, memref<?x16xf32>{{$}}
  kernel.add %x, %x into(%x : memref<?x16xf32>) tile(%t, %t, %t, %t)
      : memref<?x16xf32>, memref<?x16xf32>
  return
}
