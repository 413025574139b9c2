// Weights packed for another target are refused, not read beyond their end.
// RUN: not emblem-opt %s -lower-kernels=target=x86-64-v3 2>&1 | FileCheck %s
// CHECK: error: 'kernel.matmul' op has panels of 48 columns, but the tile of
// CHECK-SAME: x86-64-v3 takes 16; pack the weights for this target

func.func @packed_for_v4(%x: memref<?x48xf32>, %w: memref<1x8x48xf32>,
                         %out: memref<?x48xf32>, %r0: index, %r1: index,
                         %c0: index, %c1: index) {
  kernel.matmul %x, %w into(%out : memref<?x48xf32>) tile(%r0, %r1, %c0, %c1)
      : memref<?x48xf32>, memref<1x8x48xf32>
  return
}
