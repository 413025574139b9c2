// RUN: emblem-opt %s -lower-kernels=target=znver4 -canonicalize -cse | FileCheck %s

// With inputs in bf16 the two weights of a column are rounded and lie in one word, as the
// dot product takes them; of the last pair, which has one input, the other is masked.
// CHECK-DAG: %[[ROUND:.*]] = arith.constant dense<32768> : vector<16xi32>
// CHECK-DAG: %[[UPPER:.*]] = arith.constant dense<-65536> : vector<16xi32>
// CHECK-DAG: %[[LOWER:.*]] = arith.constant dense<65535> : vector<16xi32>
// CHECK-DAG: %[[DOWN:.*]] = arith.constant dense<16> : vector<16xi32>
// CHECK: case 1 {
// CHECK: vector.load %arg1[%{{.*}}] : memref<1x17x48xi8>, vector<16xi8>
// CHECK: %[[A:.*]] = arith.addi %{{.*}}, %[[ROUND]]
// CHECK: %[[LOW:.*]] = arith.shrui %[[A]], %[[DOWN]]
// CHECK: %[[B:.*]] = arith.addi %{{.*}}, %[[ROUND]]
// CHECK: %[[HIGH:.*]] = arith.andi %[[B]], %[[UPPER]]
// CHECK: arith.ori %[[LOW]], %[[HIGH]]
// CHECK: llvm.call_intrinsic "llvm.x86.avx512bf16.dpbf16ps.512"
// CHECK: vector.load %arg0[%{{.*}}, %c32] : memref<?x96xbf16>, vector<2xbf16>
// CHECK: arith.andi %{{.*}}, %[[LOWER]]
// CHECK: llvm.call_intrinsic "llvm.x86.avx512bf16.dpbf16ps.512"
// CHECK: case 2 {
func.func @pairs(%x: memref<?x96xbf16>, %w: memref<1x17x48xi8>, %s: memref<1x2x48xbf16>,
                 %y: memref<?x48xf32>, %r0: index, %r1: index, %c0: index, %c1: index) {
  kernel.matmul %x, %w weight_scale(%s : memref<1x2x48xbf16>) input_size 33
      into(%y : memref<?x48xf32>) tile(%r0, %r1, %c0, %c1)
      : memref<?x96xbf16>, memref<1x17x48xi8>
  return
}
