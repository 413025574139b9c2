// RUN: emblem-opt %s -assign-providers | FileCheck %s
// RUN: emblem-opt %s -assign-providers=kernels=mlir | FileCheck %s --check-prefix=MLIR
// REQUIRES: halide

// Where nobody is asked for by name, each kind of stage gets who is faster.
// CHECK: kernel.stage "layer.0.up" run @stage_0 {{.*}} {provider = "halide"}
// CHECK: kernel.stage "layer.0.down" run @stage_1
// CHECK-NOT: provider
// CHECK: }
// MLIR-NOT: provider = "halide"
module attributes {
  kernel.providers = {"layer.*.up" = "halide", "layer.*.down" = "mlir"}} {

kernel.program @m(%ids: tensor<?xi32>, %offsets: tensor<?xi32>) {
  kernel.stage "layer.0.up" run @stage_0 over tokens columns 1 row_local
  kernel.stage "layer.0.down" run @stage_1 over tokens columns 1 row_local
}

// CHECK-LABEL: @up
// CHECK: provider = "halide"
func.func private @up(%x: memref<?x16xf32>, %w: memref<1x5x16xf32>, %y: memref<?x16xf32>,
                      %r0: index, %r1: index, %c0: index, %c1: index) {
  kernel.matmul %x, %w into(%y : memref<?x16xf32>) tile(%r0, %r1, %c0, %c1)
      : memref<?x16xf32>, memref<1x5x16xf32>
  return
}

// CHECK-LABEL: @down
// CHECK-NOT: provider
func.func private @down(%x: memref<?x16xf32>, %w: memref<1x5x16xf32>, %y: memref<?x16xf32>,
                        %r0: index, %r1: index, %c0: index, %c1: index) {
  kernel.matmul %x, %w into(%y : memref<?x16xf32>) tile(%r0, %r1, %c0, %c1)
      : memref<?x16xf32>, memref<1x5x16xf32>
  return
}

func.func @stage_0(%x: memref<?x16xf32>, %w: memref<1x5x16xf32>, %i: index) {
  call @up(%x, %w, %x, %i, %i, %i, %i)
      : (memref<?x16xf32>, memref<1x5x16xf32>, memref<?x16xf32>, index, index, index, index) -> ()
  return
}

func.func @stage_1(%x: memref<?x16xf32>, %w: memref<1x5x16xf32>, %i: index) {
  call @down(%x, %w, %x, %i, %i, %i, %i)
      : (memref<?x16xf32>, memref<1x5x16xf32>, memref<?x16xf32>, index, index, index, index) -> ()
  return
}
}
