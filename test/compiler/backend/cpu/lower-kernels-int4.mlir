// RUN: emblem-opt %s -lower-kernels=target=x86-64-v2 -canonicalize -cse | FileCheck %s
// RUN: emblem-opt %s -lower-kernels=target=x86-64-v2 -canonicalize -cse -expand-math=target=x86-64-v2 \
// RUN:   -convert-scf-to-cf -convert-vector-to-llvm -convert-math-to-llvm -convert-arith-to-llvm \
// RUN:   -finalize-memref-to-llvm -convert-func-to-llvm -convert-cf-to-llvm -reconcile-unrealized-casts \
// RUN:   | FileCheck %s --check-prefix=LLVM

// Nothing of the kernel dialect or of i4 is left for LLVM.
// LLVM-NOT: {{kernel\.|i4[^0-9]}}

// Down K: two whole groups of 16 pairs, then 2 pairs and one input. A byte's halves become
// f32 times the scale of their group, once for all rows of the tile.
// CHECK-LABEL: @grouped
// CHECK: case 2 {
// CHECK: %[[WHOLE:.*]]:4 = scf.for %[[G:.*]] = %c0 to %c2 step %c1
// CHECK: %[[S:.*]] = vector.load %arg2[%[[P:.*]], %[[G]], %c0] : memref<2x3x8xbf16>, vector<4xbf16>
// CHECK-NEXT: %[[SCALE:.*]] = arith.extf %[[S]]
// CHECK: %[[FROM:.*]] = arith.muli %[[G]], %c16
// CHECK: %[[TO:.*]] = arith.addi %[[FROM]], %c16
// CHECK: scf.for %[[PAIR:.*]] = %[[FROM]] to %[[TO]] step %c1
// CHECK-NEXT: %[[B:.*]] = vector.load %arg1[%[[P]], %[[PAIR]], %c0] : memref<2x35x8xi8>, vector<4xi8>
// CHECK-NEXT: %[[BYTES:.*]] = arith.extsi %[[B]] : vector<4xi8> to vector<4xi32>
// CHECK-NEXT: %[[UP:.*]] = arith.shli %[[BYTES]], %{{.*}}
// CHECK-NEXT: %[[LOW:.*]] = arith.shrsi %[[UP]], %{{.*}}
// CHECK-NEXT: %[[LOWF:.*]] = arith.sitofp %[[LOW]]
// CHECK-NEXT: %[[FIRST:.*]] = arith.mulf %[[LOWF]], %[[SCALE]]
// CHECK-NEXT: %[[HIGH:.*]] = arith.shrsi %[[BYTES]], %{{.*}}
// CHECK-NEXT: %[[HIGHF:.*]] = arith.sitofp %[[HIGH]]
// CHECK-NEXT: %[[SECOND:.*]] = arith.mulf %[[HIGHF]], %[[SCALE]]
// CHECK: %[[K:.*]] = arith.muli %[[PAIR]], %c2
// CHECK: memref.load %arg0[%{{.*}}, %[[K]]]
// CHECK: %[[NEXT:.*]] = arith.addi %[[K]], %c1
// CHECK: memref.load %arg0[%{{.*}}, %[[NEXT]]]
// CHECK: vector.load %arg2[%[[P]], %c2, %c0]
// CHECK: scf.for %{{.*}} = %c32 to %c34 step %c1
// The last input of each of the two rows; what follows it is not read.
// CHECK: vector.load %arg1[%[[P]], %c34, %c0]
// CHECK: memref.load %arg0[%{{.*}}, %c68]
// CHECK: memref.load %arg0[%{{.*}}, %c68]
// CHECK-NOT: memref.load
// CHECK: vector.store
// CHECK: case 3 {
func.func @grouped(%x: memref<?x80xf32>, %w: memref<2x35x8xi8>, %s: memref<2x3x8xbf16>,
                   %y: memref<?x16xf32>, %r0: index, %r1: index, %c0: index, %c1: index) {
  kernel.matmul %x, %w weight_scale(%s : memref<2x3x8xbf16>) input_size 69
      into(%y : memref<?x16xf32>) tile(%r0, %r1, %c0, %c1)
      : memref<?x80xf32>, memref<2x35x8xi8>
  return
}

// A row of the table in i8, times its scale.
// CHECK-LABEL: @table
// CHECK: %[[T:.*]] = memref.load %arg3[%{{.*}}] : memref<16xf32>
// CHECK: %[[SPLAT:.*]] = vector.broadcast %[[T]]
// CHECK: vector.load %arg2[%{{.*}}] : memref<10x8xi8>, vector<4xi8>
// CHECK-NEXT: arith.extsi
// CHECK-NEXT: %[[WHOLE:.*]] = arith.sitofp
// CHECK-NEXT: arith.mulf %[[WHOLE]], %[[SPLAT]]
func.func @table(%ids: memref<?xi32>, %offsets: memref<?xi32>, %words: memref<10x8xi8>,
                 %s: memref<16xf32>, %y: memref<?x8xf32>, %r0: index, %r1: index,
                 %c0: index, %c1: index) {
  kernel.gather offsets(%offsets : memref<?xi32>) sequences(%offsets : memref<?xi32>)
      table(%ids, %words : memref<?xi32>, memref<10x8xi8>) table_scale(%s : memref<16xf32>)
      into(%y : memref<?x8xf32>) tile(%r0, %r1, %c0, %c1)
  return
}
