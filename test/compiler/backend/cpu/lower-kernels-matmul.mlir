// RUN: emblem-opt %s -lower-kernels=target=x86-64-v2 -canonicalize -cse \
// RUN:   | FileCheck %s --implicit-check-not=math.fma

// Panels, then blocks of rows, then code for each height of a tile. Down K: one
// load for each vector of the panel's row, one broadcast and one multiply-add a
// vector for each row of the tile. x86-64-v2 multiplies, then adds. Weights are
// asked for ahead: those of steps to come, and a line of the next panel.

// CHECK-LABEL: @tile
// CHECK: scf.for %[[PANEL:.*]] = %arg5 to %arg6
// CHECK: scf.for %[[ROW:.*]] = %arg3 to %arg4
// CHECK: scf.index_switch
// CHECK: case 1 {
// CHECK: case 2 {
// CHECK-NEXT: %[[SECOND:.*]] = arith.addi %[[ROW]], %c1
// CHECK-NEXT: %[[SUM:.*]]:4 = scf.for %[[K:.*]] = %c0 to %c5 step %c1 iter_args
// CHECK-NEXT: vector.load %arg1[%[[PANEL]], %[[K]], %c0] : memref<1x5x8xf32>, vector<4xf32>
// CHECK-NEXT: vector.load %arg1[%[[PANEL]], %[[K]], %c4] : memref<1x5x8xf32>, vector<4xf32>
// CHECK-NEXT: %[[AHEAD:.*]] = arith.addi %[[K]], %c48
// CHECK-NEXT: memref.prefetch %arg1[%[[PANEL]], %[[AHEAD]], %c0], read, locality<3>, data
// CHECK: %[[NEXT:.*]] = arith.minsi
// CHECK: memref.prefetch %arg1[%[[NEXT]], %[[K]], %{{.*}}], read, locality<2>, data
// CHECK-NEXT: memref.load %arg0[%[[ROW]], %[[K]]]
// CHECK-NEXT: vector.broadcast
// CHECK-NEXT: arith.mulf
// CHECK-NEXT: arith.addf
// CHECK-NEXT: arith.mulf
// CHECK-NEXT: arith.addf
// CHECK-NEXT: memref.load %arg0[%[[SECOND]], %[[K]]]
// CHECK-NEXT: vector.broadcast
// CHECK-NEXT: arith.mulf
// CHECK-NEXT: arith.addf
// CHECK-NEXT: arith.mulf
// CHECK-NEXT: arith.addf
// CHECK-NEXT: scf.yield
// CHECK: }
// CHECK-NEXT: vector.store %[[SUM]]#0, %arg2[%[[ROW]],
// CHECK: case 3 {
// CHECK: default {
func.func @tile(%x: memref<?x16xf32>, %w: memref<1x5x8xf32>, %y: memref<?x16xf32>,
                %r0: index, %r1: index, %c0: index, %c1: index) {
  kernel.matmul %x, %w into(%y : memref<?x16xf32>) tile(%r0, %r1, %c0, %c1)
      : memref<?x16xf32>, memref<1x5x8xf32>
  return
}

// Does not apply: values have no tile yet.
// CHECK-LABEL: @values
// CHECK: kernel.matmul
func.func @values(%x: tensor<?x5xf32>, %w: tensor<1x5x16xf32>) -> tensor<?x16xf32> {
  %0 = kernel.matmul %x, %w : tensor<?x5xf32>, tensor<1x5x16xf32> -> tensor<?x16xf32>
  return %0 : tensor<?x16xf32>
}
