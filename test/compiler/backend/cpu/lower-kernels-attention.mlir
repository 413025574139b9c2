// RUN: emblem-opt %s -lower-kernels=target=x86-64-v2 -canonicalize -cse \
// RUN:   | FileCheck %s --implicit-check-not=math.fma -DLANES=4
// RUN: emblem-opt %s -lower-kernels=target=x86-64-v3 -canonicalize -cse | FileCheck %s -DLANES=8
// RUN: emblem-opt %s -lower-kernels=target=x86-64-v4 -canonicalize -cse | FileCheck %s -DLANES=16

// Heads; the texts that the rows touch; blocks of queries; chunks of keys.
// CHECK-LABEL: @attention
// CHECK: scf.for %{{.*}} = %arg6 to %arg7
// CHECK: scf.while (%[[ROW:.*]] = %arg4)
// CHECK: memref.load %arg2
// CHECK: memref.load %arg1
// CHECK: memref.load %arg1
// CHECK: scf.for
// CHECK: scf.for %{{.*}} step %c256

// A vector of keys is transposed, 3 features of each and nothing beyond them.
// CHECK: vector.maskedload %arg0[{{.*}}], %{{.*}} : memref<?x48xf32>, vector<[[LANES]]xi1>
// CHECK: vector.shuffle
// CHECK: vector.store %{{.*}}, %[[KEYS:.*]][%c2, %{{.*}}] : memref<3x256xf32>, vector<[[LANES]]xf32>
// The next head's rows are fetched meanwhile.
// CHECK: memref.prefetch %arg0

// For each height of a tile of queries, here one:
// CHECK: scf.index_switch
// CHECK: case 1
// Two vectors of scores, then an odd one, in registers over the head; carried is
// their maximum.
// CHECK: scf.for {{.*}} -> (vector<[[LANES]]xf32>) {
// CHECK: arith.cmpi sgt
// CHECK: %[[SCORE:.*]]:2 = scf.for %{{.*}} = %c0 to %c3 step %c1 iter_args
// CHECK: vector.load %[[KEYS]]
// CHECK: vector.store %[[SCORE]]#0, %[[SCORES:.*]][%c0, %{{.*}}]
// CHECK: scf.for {{.*}} -> (vector<[[LANES]]xf32>) {
// The weights take the scores' place; carried is their sum.
// CHECK: scf.for {{.*}} -> (vector<[[LANES]]xf32>) {
// CHECK: vector.load %[[SCORES]]
// CHECK: %[[WEIGHT:.*]] = math.exp2 %{{.*}} : vector<[[LANES]]xf32>
// CHECK: vector.store %[[WEIGHT]], %[[SCORES]]
// Earlier chunks, if there are any, are brought to the new maximum.
// CHECK: scf.if
// CHECK: math.exp2
// CHECK: arith.divf
// Then the values, weighted, where the matmul left them.
// CHECK: scf.for {{.*}} step %c1 iter_args
// CHECK: vector.maskedload %arg0
// CHECK: memref.load %[[SCORES]]
// The last chunk's are results, and no column beside them is touched.
// CHECK: scf.if
// CHECK: vector.maskedstore %arg3[{{.*}}], %{{.*}} : memref<?x48xf32>, vector<[[LANES]]xi1>
// CHECK: case 2
func.func @attention(%x: memref<?x48xf32>, %offsets: memref<?xi32>, %sequences: memref<?xi32>,
                     %y: memref<?x48xf32>, %r0: index, %r1: index, %c0: index, %c1: index) {
  kernel.attention %x, %offsets sequences(%sequences : memref<?xi32>) heads 2 head_size 3
      scale 0.5 into(%y : memref<?x48xf32>) tile(%r0, %r1, %c0, %c1)
      : memref<?x48xf32>, memref<?xi32>
  return
}
