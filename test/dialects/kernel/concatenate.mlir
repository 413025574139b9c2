// RUN: emblem-opt %s | emblem-opt | FileCheck %s

// CHECK-LABEL: @values
func.func @values(%x: tensor<?x4xf32>, %y: tensor<?x3xf32>) -> tensor<?x7xf32> {
  // CHECK: kernel.concatenate %{{.*}}, %{{.*}} widths [4, 3] : tensor<?x4xf32>, tensor<?x3xf32> -> tensor<?x7xf32>
  %0 = kernel.concatenate %x, %y widths [4, 3]
      : tensor<?x4xf32>, tensor<?x3xf32> -> tensor<?x7xf32>
  return %0 : tensor<?x7xf32>
}

// CHECK-LABEL: @buffers
func.func @buffers(%x: memref<?x16xf32>, %t: index) {
  // CHECK: kernel.concatenate %{{.*}}, %{{.*}} widths [4, 3] into(%{{.*}} : memref<?x16xf32>) tile(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}) : memref<?x16xf32>, memref<?x16xf32>
  kernel.concatenate %x, %x widths [4, 3] into(%x : memref<?x16xf32>)
      tile(%t, %t, %t, %t) : memref<?x16xf32>, memref<?x16xf32>
  return
}
