// RUN: emblem-opt %s -lower-kernels=target=x86-64-v4-bf16 | FileCheck %s
// RUN: not emblem-opt %s -lower-kernels=target=x86-64-v3 2>&1 | FileCheck %s --check-prefix=NODOT
// NODOT: 'kernel.conv2d' op has an input in 'bf16', for which x86-64-v3 has no dot product

// Pairs of channels: a line of a window of three pixels has three.
// CHECK-LABEL: func.func @conv2d
// CHECK: scf.for {{.*}} iter_args
// CHECK: scf.for %[[PAIR:.*]] = %c0{{.*}} to %c3
// CHECK: vector.load %arg1[{{.*}}] : memref<1x9x48x2xbf16>
// CHECK: vector.load %arg0[{{.*}}] : memref<?x96xbf16>, vector<2xbf16>
func.func @conv2d(%x: memref<?x96xbf16>, %w: memref<1x9x48x2xbf16>, %y: memref<?x128xf32>, %r0: index, %r1: index, %c0: index, %c1: index) {
  kernel.conv2d %x, %w image [6, 6, 2] window [3, 3] stride [1, 1] outputs 8
      into(%y : memref<?x128xf32>) tile(%r0, %r1, %c0, %c1) : memref<?x96xbf16>, memref<1x9x48x2xbf16>
  return
}

// CHECK-LABEL: func.func @pad2d
// CHECK: arith.truncf {{.*}} to vector<16xbf16>
// CHECK: vector.{{(masked)?}}store {{.*}} : memref<?x96xbf16>
func.func @pad2d(%x: memref<?x32xf32>, %y: memref<?x96xbf16>, %r0: index, %r1: index, %c0: index, %c1: index) {
  kernel.pad2d %x image [4, 4, 2] padding [1, 1] into(%y : memref<?x96xbf16>)
      tile(%r0, %r1, %c0, %c1) : memref<?x32xf32>
  return
}
