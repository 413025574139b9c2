// RUN: emblem-opt %s -lower-kernels=target=x86-64-v2 -canonicalize -cse | FileCheck %s

// For each panel, for each text: tiles of its tokens, each taken into the maxima
// that the loop carries; then the activation, once a text, and the only store.

// CHECK-LABEL: @max
// CHECK: scf.for %[[PANEL:.*]] = %arg6 to %arg7
// CHECK: scf.for %[[TEXT:.*]] = %arg4 to %arg5
// CHECK: %[[MAX:.*]]:2 = scf.for {{.*}} iter_args({{.*}}) -> (vector<4xf32>, vector<4xf32>)
// CHECK: scf.index_switch {{.*}} -> vector<4xf32>, vector<4xf32>
// CHECK: arith.cmpf ogt
// CHECK: arith.select
// CHECK-NOT: vector.store
// CHECK: math.log1p
// CHECK: vector.store {{.*}}, %arg3[%[[TEXT]],
// CHECK: math.log1p
// CHECK: vector.store {{.*}}, %arg3[%[[TEXT]],
// CHECK-NOT: vector.store
// CHECK: return
func.func @max(%x: memref<?x8xf32>, %w: memref<1x5x8xf32>, %offsets: memref<?xi32>, %y: memref<?x8xf32>,
               %r0: index, %r1: index, %c0: index, %c1: index) {
  kernel.matmul %x, %w activation log1p_relu pool max offsets(%offsets : memref<?xi32>)
      into(%y : memref<?x8xf32>) tile(%r0, %r1, %c0, %c1) : memref<?x8xf32>, memref<1x5x8xf32>
  return
}
