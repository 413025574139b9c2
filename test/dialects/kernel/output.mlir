// RUN: emblem-opt %s | emblem-opt | FileCheck %s
// RUN: emblem-opt %s -emit-bytecode | emblem-opt | FileCheck %s

// CHECK-LABEL: @values
func.func @values(%x: tensor<?x4xf32>) {
  // CHECK: kernel.output %arg0 width 4 : tensor<?x4xf32>
  kernel.output %x width 4 : tensor<?x4xf32>
  return
}

// CHECK-LABEL: @buffers
func.func @buffers(%x: memref<?x16xf32>, %vectors: memref<?xf32>, %t: index) {
  // CHECK: kernel.output %arg0 width 4 into(%arg1 : memref<?xf32>)
  // CHECK-SAME: tile(%arg2, %arg2, %arg2, %arg2) : memref<?x16xf32>
  kernel.output %x width 4 into(%vectors : memref<?xf32>) tile(%t, %t, %t, %t)
      : memref<?x16xf32>
  return
}
