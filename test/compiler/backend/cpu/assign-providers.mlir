// RUN: emblem-opt %s -assign-providers=kernels=halide | FileCheck %s
// RUN: emblem-opt %s -assign-providers=kernels=mlir | FileCheck %s --check-prefix=MLIR
// RUN: emblem-opt %s -assign-providers=target=x86-64-v4 | FileCheck %s --check-prefix=MLIR
// RUN: not emblem-opt %s -assign-providers=kernels=cuda 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// RUN: emblem-opt %s -assign-providers=target=znver4 | FileCheck %s --check-prefix=ZEN4
// REQUIRES: halide

// UNKNOWN: error: no provider of kernels is called 'cuda'; known are auto, mlir, halide
// MLIR-NOT: provider = "halide"

// Stages say who writes their kernels, and the norms after them.
// CHECK: kernel.stage "a" run @stage_0 finish @finish_0 {{.*}} {finish_provider = "halide", provider = "halide"}
// CHECK: kernel.stage "b" run @stage_1 over tokens columns 1
// CHECK-NOT: provider
// CHECK: }
kernel.program @m(%ids: tensor<?xi32>, %offsets: tensor<?xi32>) {
  kernel.stage "a" run @stage_0 finish @finish_0 over tokens columns 1 row_local
  kernel.stage "b" run @stage_1 over tokens columns 1
}

// CHECK-LABEL: @matmul
// CHECK: provider = "halide"
func.func private @matmul(%x: memref<?x16xf32>, %w: memref<1x5x16xf32>, %y: memref<?x16xf32>,
                          %r0: index, %r1: index, %c0: index, %c1: index) {
  kernel.matmul %x, %w into(%y : memref<?x16xf32>) tile(%r0, %r1, %c0, %c1)
      : memref<?x16xf32>, memref<1x5x16xf32>
  return
}

// CHECK-LABEL: @norm
// CHECK: provider = "halide"
func.func private @norm(%y: memref<?x16xf32>, %r0: index, %r1: index, %c0: index, %c1: index) {
  kernel.row_norm l2 %y epsilon 1.0e-12 width 16 into(%y : memref<?x16xf32>)
      tile(%r0, %r1, %c0, %c1) : memref<?x16xf32>
  return
}

// CHECK-LABEL: @pooled
// CHECK: pool max
// CHECK-SAME: provider = "halide"
func.func private @pooled(%x: memref<?x16xf32>, %w: memref<1x5x16xf32>, %o: memref<?xi32>, %y: memref<?x16xf32>,
                          %r0: index, %r1: index, %c0: index, %c1: index) {
  kernel.matmul %x, %w activation log1p_relu pool max offsets(%o : memref<?xi32>) into(%y : memref<?x16xf32>)
      tile(%r0, %r1, %c0, %c1) : memref<?x16xf32>, memref<1x5x16xf32>
  return
}

// Does not apply: Halide has no kernel for weights in bf16.
// CHECK-LABEL: @narrow
// CHECK-NOT: provider
func.func private @narrow(%x: memref<?x16xf32>, %w: memref<1x5x16xbf16>, %y: memref<?x16xf32>,
                          %r0: index, %r1: index, %c0: index, %c1: index) {
  kernel.matmul %x, %w into(%y : memref<?x16xf32>) tile(%r0, %r1, %c0, %c1)
      : memref<?x16xf32>, memref<1x5x16xbf16>
  return
}

// Does not apply: what a head so wide needs is too much for the stack.
// CHECK-LABEL: @wide
// CHECK: head_size 384
// CHECK-SAME: provider = "halide"
// CHECK: head_size 400
// CHECK-NOT: provider
func.func private @wide(%x: memref<?x1200xf32>, %o: memref<?xi32>, %s: memref<?xi32>, %y: memref<?x400xf32>,
                        %r0: index, %r1: index, %c0: index, %c1: index) {
  kernel.attention %x, %o sequences(%s : memref<?xi32>) heads 1 head_size 384 scale 0.5
      into(%y : memref<?x400xf32>) tile(%r0, %r1, %c0, %c1) : memref<?x1200xf32>, memref<?xi32>
  kernel.attention %x, %o sequences(%s : memref<?xi32>) heads 1 head_size 400 scale 0.5
      into(%y : memref<?x400xf32>) tile(%r0, %r1, %c0, %c1) : memref<?x1200xf32>, memref<?xi32>
  return
}

// Of convolutions, auto gives Halide those that end in half a vector, where it is
// known to be faster.
// CHECK-LABEL: @half
// ZEN4-LABEL: @half
// ZEN4: outputs 24
// ZEN4-SAME: provider = "halide"
// ZEN4: outputs 32
// ZEN4-NOT: provider
// ZEN4-LABEL: @stage_0
func.func private @half(%x: memref<?x80xf32>, %w: memref<1x18x48xf32>, %y: memref<?x528xf32>,
                        %r0: index, %r1: index, %c0: index, %c1: index) {
  kernel.conv2d %x, %w image [6, 6, 2] window [3, 3] stride [1, 1] outputs 24
      into(%y : memref<?x528xf32>) tile(%r0, %r1, %c0, %c1) : memref<?x80xf32>, memref<1x18x48xf32>
  kernel.conv2d %x, %w image [6, 6, 2] window [3, 3] stride [1, 1] outputs 32
      into(%y : memref<?x528xf32>) tile(%r0, %r1, %c0, %c1) : memref<?x80xf32>, memref<1x18x48xf32>
  return
}

// CHECK-LABEL: @stage_0
func.func @stage_0(%x: memref<?x16xf32>, %w: memref<1x5x16xf32>, %y: memref<?x16xf32>,
                   %r0: index, %r1: index, %c0: index, %c1: index) {
  call @matmul(%x, %w, %y, %r0, %r1, %c0, %c1)
      : (memref<?x16xf32>, memref<1x5x16xf32>, memref<?x16xf32>, index, index, index, index) -> ()
  return
}
func.func @finish_0(%y: memref<?x16xf32>, %r0: index, %r1: index, %c0: index, %c1: index) {
  call @norm(%y, %r0, %r1, %c0, %c1) : (memref<?x16xf32>, index, index, index, index) -> ()
  return
}
func.func @stage_1(%x: memref<?x16xf32>, %w: memref<1x5x16xbf16>, %y: memref<?x16xf32>,
                   %r0: index, %r1: index, %c0: index, %c1: index) {
  call @narrow(%x, %w, %y, %r0, %r1, %c0, %c1)
      : (memref<?x16xf32>, memref<1x5x16xbf16>, memref<?x16xf32>, index, index, index, index) -> ()
  return
}
