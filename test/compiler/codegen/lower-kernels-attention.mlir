// RUN: emblem-opt %s -lower-kernels=target=x86-64-v2 -canonicalize -cse \
// RUN:   | FileCheck %s --implicit-check-not=math.fma -DLANES=4
// RUN: emblem-opt %s -lower-kernels=target=x86-64-v3 -canonicalize -cse | FileCheck %s -DLANES=8
// RUN: emblem-opt %s -lower-kernels=target=x86-64-v4 -canonicalize -cse | FileCheck %s -DLANES=16

// Heads; the texts that the rows touch; a vector of queries; blocks of keys. What
// it carries from block to block is the running maximum and sum.
// CHECK-LABEL: @attention
// CHECK: scf.for %{{.*}} = %arg6 to %arg7
// CHECK: scf.while (%[[ROW:.*]] = %arg4)
// CHECK: memref.load %arg2
// CHECK: memref.load %arg1
// CHECK: memref.load %arg1
// CHECK: scf.for %{{.*}} step %c[[LANES]]
// CHECK: %{{.*}}:2 = scf.for %{{.*}} iter_args({{.*}}) -> (vector<[[LANES]]xf32>, vector<[[LANES]]xf32>)
// The scores of a block stay in registers: nothing is stored before the softmax.
// CHECK: %{{.*}} = scf.for
// CHECK-NOT: {{vector|memref}}.store
// CHECK: math.exp2 %{{.*}} : vector<[[LANES]]xf32>
// Then the values, weighted.
// CHECK: scf.for
// CHECK: vector.store
// CHECK: scf.yield %{{.*}}, %{{.*}} : vector<[[LANES]]xf32>, vector<[[LANES]]xf32>
// Divided by the sum, at the end.
// CHECK: arith.divf
// CHECK: store {{.*}}%arg3
func.func @attention(%x: memref<?x48xf32>, %offsets: memref<?xi32>, %sequences: memref<?xi32>,
                     %y: memref<?x48xf32>, %r0: index, %r1: index, %c0: index, %c1: index) {
  kernel.attention %x, %offsets sequences(%sequences : memref<?xi32>) heads 2 head_size 5
      scale 0.5 into(%y : memref<?x48xf32>) tile(%r0, %r1, %c0, %c1)
      : memref<?x48xf32>, memref<?xi32>
  return
}
