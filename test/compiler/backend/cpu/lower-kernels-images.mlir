// RUN: emblem-opt %s -lower-kernels=target=x86-64-v3 | FileCheck %s

// A token is a patch of an image, or one of its first rows, which are zeros.
// CHECK-LABEL: func.func @patches
// CHECK: scf.for %[[TOKEN:.*]] = %arg2 to %arg3
// CHECK: %[[IMAGE:.*]] = arith.divui %[[TOKEN]], %
// CHECK: scf.if
// CHECK: vector.store {{.*}}, %arg1[%[[TOKEN]], %
// CHECK: } else {
// CHECK: scf.for %{{.*}} = %c0{{.*}} to %c4
// CHECK: vector.load %arg0[%[[IMAGE]], %
// CHECK: vector.store {{.*}}, %arg1[%[[TOKEN]], %
func.func @patches(%x: memref<?x192xf32>, %y: memref<?x96xf32>, %r0: index, %r1: index, %c0: index, %c1: index) {
  kernel.patches %x image [8, 8, 3] patch [4, 8] prefix 1 into(%y : memref<?x96xf32>)
      tile(%r0, %r1, %c0, %c1) : memref<?x192xf32>
  return
}

// A tile runs down its window: lines, then the floats of a line. Four pixels fill a
// line of the result.
// CHECK-LABEL: func.func @conv2d
// CHECK: scf.for %[[IMAGE:.*]] = %arg3 to %arg4
// CHECK: scf.for %[[Y:.*]] = %arg5 to %arg6
// CHECK: scf.for {{.*}} iter_args({{.*}}) -> (vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>)
// CHECK: scf.for {{.*}} iter_args({{.*}}) -> (vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>)
// CHECK: %[[W:.*]] = vector.load %arg1[
// CHECK: %[[P0:.*]] = memref.load %arg0[%[[IMAGE]], %
// CHECK: %[[S0:.*]] = vector.broadcast %[[P0]]
// CHECK: math.fma %[[S0]], %[[W]], %
// Eight outputs are one whole vector: nothing is masked.
// CHECK-NOT: maskedstore
// CHECK: vector.store {{.*}}, %arg2[%[[IMAGE]], %
func.func @conv2d(%x: memref<?x72xf32>, %w: memref<1x18x16xf32>, %y: memref<?x128xf32>, %r0: index, %r1: index, %c0: index, %c1: index) {
  kernel.conv2d %x, %w image [6, 6, 2] window [3, 3] stride [1, 1] outputs 8
      into(%y : memref<?x128xf32>) tile(%r0, %r1, %c0, %c1) : memref<?x72xf32>, memref<1x18x16xf32>
  return
}

// CHECK-LABEL: func.func @pool2d
// CHECK: arith.constant dense<0xFF800000>
// CHECK: arith.cmpf ogt
// CHECK: arith.select
// Three channels are part of a vector.
// CHECK: vector.maskedstore
func.func @pool2d(%x: memref<?x48xf32>, %y: memref<?x24xf32>, %r0: index, %r1: index, %c0: index, %c1: index) {
  kernel.pool2d max %x image [4, 4, 3] window [2, 2] stride [2, 2] padding [0, 0]
      into(%y : memref<?x24xf32>) tile(%r0, %r1, %c0, %c1) : memref<?x48xf32>
  return
}

// Two passes over a text's tokens: the largest score, then what it weighs.
// CHECK-LABEL: func.func @attention_pool
// CHECK: %[[MOST:.*]] = scf.for
// CHECK: scf.for
// CHECK: math.exp
// CHECK: arith.divf
func.func @attention_pool(%x: memref<?x32xf32>, %o: memref<?xi32>, %q: memref<24xf32>, %y: memref<?x24xf32>, %r0: index, %r1: index, %c0: index, %c1: index) {
  kernel.attention_pool %x, %o query(%q : memref<24xf32>) heads 2 head_size 8 scale 0.5
      into(%y : memref<?x24xf32>) tile(%r0, %r1, %c0, %c1) : memref<?x32xf32>, memref<?xi32>
  return
}
