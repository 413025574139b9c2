// RUN: emblem-opt %s -lower-kernels=target=x86-64-v3 -canonicalize -cse | FileCheck %s

// With a fused multiply-add, one for each vector of a tile's row; heights up to 6.
// CHECK-LABEL: @fused_tile
// CHECK: case 2 {
// CHECK: scf.for {{.*}} iter_args
// CHECK-COUNT-2: vector.load %arg1
// CHECK-NOT: {{mulf|addf|vector.load}}
// CHECK-COUNT-4: math.fma
// CHECK-NOT: {{math.fma|mulf|addf|vector.load}}
// CHECK: scf.yield
// CHECK: case 5 {
// CHECK-NOT: case 6
// CHECK: default {
// CHECK: scf.for {{.*}} iter_args
// CHECK-COUNT-2: vector.load %arg1
// CHECK-NOT: {{mulf|addf|vector.load}}
// CHECK-COUNT-12: math.fma
// CHECK-NOT: {{math.fma|mulf|addf|vector.load}}
// CHECK: scf.yield
func.func @fused_tile(%x: memref<?x16xf32>, %w: memref<1x5x16xf32>, %y: memref<?x16xf32>,
                      %r0: index, %r1: index, %c0: index, %c1: index) {
  kernel.matmul %x, %w into(%y : memref<?x16xf32>) tile(%r0, %r1, %c0, %c1)
      : memref<?x16xf32>, memref<1x5x16xf32>
  return
}

// The epilogue runs on the accumulators: bias, activation, residual, one store.
// CHECK-LABEL: @epilogue
// CHECK: case 1 {
// CHECK: %[[SUM:.*]]:2 = scf.for
// CHECK: scf.yield
// CHECK: %[[BIAS:.*]] = vector.load %arg2
// CHECK: %[[BIASED:.*]] = arith.addf %[[SUM]]#0, %[[BIAS]]
// CHECK: %[[TANH:.*]] = math.tanh %[[BIASED]]
// CHECK: %[[RESIDUAL:.*]] = vector.load %arg3
// CHECK: %[[Y:.*]] = arith.addf %[[TANH]], %[[RESIDUAL]]
// CHECK: vector.store %[[Y]], %arg4
// CHECK: math.tanh
// CHECK: vector.store
// CHECK-NOT: vector.store
// CHECK: case 2 {
func.func @epilogue(%x: memref<?x16xf32>, %w: memref<1x5x16xf32>, %b: memref<16xf32>,
                    %r: memref<?x16xf32>, %y: memref<?x16xf32>,
                    %r0: index, %r1: index, %c0: index, %c1: index) {
  kernel.matmul %x, %w bias(%b : memref<16xf32>) activation tanh
      residual(%r : memref<?x16xf32>) into(%y : memref<?x16xf32>)
      tile(%r0, %r1, %c0, %c1) : memref<?x16xf32>, memref<1x5x16xf32>
  return
}
