// RUN: emblem-opt %s -lower-kernels=target=x86-64-v3 -canonicalize -cse | FileCheck %s

// Heads of 10 features, 6 of them turned: three pairs by the table's cosines and
// sines of the position in the text, then what is left, and the values as they are.
// CHECK-LABEL: @halves
// CHECK: scf.for %[[ROW:.*]] = %arg5 to %arg6
// CHECK: memref.load %arg2[%[[ROW]]]
// CHECK: %[[BEGIN:.*]] = memref.load %arg1
// CHECK: %[[POSITION:.*]] = arith.subi %[[ROW]]
// CHECK: scf.for %{{.*}} = %c0 to %c2
// CHECK: vector.maskedload %arg0[%[[ROW]]
// CHECK: vector.maskedload %arg0[%[[ROW]]
// CHECK: vector.maskedload %arg3[%[[POSITION]], %c0]
// CHECK: vector.maskedload %arg3[%[[POSITION]], %c3]
// CHECK-COUNT-4: arith.mulf
// CHECK: vector.maskedstore %arg4[%[[ROW]]
// CHECK: vector.maskedstore %arg4[%[[ROW]]
// CHECK: vector.maskedstore %arg4[%[[ROW]]
// CHECK: vector.load %arg0[%[[ROW]], %c30]
// CHECK: vector.store %{{.*}}, %arg4[%[[ROW]], %c30]
// CHECK: vector.maskedstore %arg4[%[[ROW]], %c38]
func.func @halves(%x: memref<?x48xf32>, %offsets: memref<?xi32>, %sequences: memref<?xi32>,
                  %table: memref<8x16xf32>, %y: memref<?x48xf32>,
                  %r0: index, %r1: index, %c0: index, %c1: index) {
  kernel.prepare_heads %x, %offsets sequences(%sequences : memref<?xi32>)
      heads 2 key_value_heads 1 head_size 10 rotary 6 table(%table : memref<8x16xf32>)
      into(%y : memref<?x48xf32>) tile(%r0, %r1, %c0, %c1) : memref<?x48xf32>, memref<?xi32>
  return
}

// Neighbouring features are told apart and put together again; a norm first.
// CHECK-LABEL: @neighbours
// CHECK: math.sqrt
// CHECK: vector.shuffle
// CHECK-SAME: [0, 2, 4, 6, 8, 10, 12, 14]
// CHECK: vector.shuffle
// CHECK-SAME: [1, 3, 5, 7, 9, 11, 13, 15]
// CHECK: vector.shuffle
// CHECK-SAME: [0, 8, 1, 9, 2, 10, 3, 11]
func.func @neighbours(%x: memref<?x48xf32>, %offsets: memref<?xi32>, %sequences: memref<?xi32>,
                      %table: memref<8x16xf32>, %norm: memref<16xf32>, %y: memref<?x48xf32>,
                      %r0: index, %r1: index, %c0: index, %c1: index) {
  kernel.prepare_heads %x, %offsets sequences(%sequences : memref<?xi32>)
      heads 2 key_value_heads 1 head_size 8 query_norm(%norm : memref<16xf32>)
      key_norm(%norm : memref<16xf32>) epsilon 1.0e-6 rotary 8 interleaved
      table(%table : memref<8x16xf32>)
      into(%y : memref<?x48xf32>) tile(%r0, %r1, %c0, %c1) : memref<?x48xf32>, memref<?xi32>
  return
}
