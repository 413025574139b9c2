// From kernels to PTX: each sum and product is rounded to the nearest on its own,
// none is contracted or approximated, and subnormal numbers stay.
// RUN: emblem-opt --pass-pipeline='builtin.module(separate-epilogues,plan-device-memory,convert-kernel-to-gpu,nvvm-attach-target{chip=sm_80 features=+ptx70 O=3},gpu.module(canonicalize,cse,convert-scf-to-cf,convert-gpu-to-nvvm{use-bare-ptr-memref-call-conv=1},convert-vector-to-llvm,convert-nvvm-to-llvm,canonicalize,cse,reconcile-unrealized-casts),gpu-module-to-binary{format=isa})' %s > %t
// RUN: FileCheck %s < %t
// RUN: FileCheck --check-prefix=ROUNDED --implicit-check-not='{{(add|sub|mul|fma|div|sqrt|rcp)[.]f32}}' --implicit-check-not=approx --implicit-check-not=ftz %s < %t

// ROUNDED: gpu.binary @gather
// ROUNDED: gpu.binary @pool

// CHECK-DAG: device.stage "norm" {{.*}} kernels [<@row_norm::@row_norm, block_rows
kernel.program @p(%ids: tensor<?xi32>, %offsets: tensor<?xi32>) {
  %t = kernel.weight table ["words"] : tensor<37x384xbf16>
  %p = kernel.weight table ["positions"] : tensor<64x384xf32>
  %g = kernel.weight row ["scale"] : tensor<384xf32>
  %s = kernel.weight row ["shift"] : tensor<384xf32>
  %0 = kernel.gather offsets(%offsets : tensor<?xi32>)
      table(%ids, %t : tensor<?xi32>, tensor<37x384xbf16>)
      positions(%p : tensor<64x384xf32>) -> tensor<?x384xf32> {stage = "words"}
  %1:2 = kernel.row_norm layer %0 scale(%g : tensor<384xf32>)
      shift(%s : tensor<384xf32>) epsilon 1.0e-12 width 384
      : tensor<?x384xf32> -> tensor<?x384xf32>, tensor<?x384xi8> {stage = "norm"}
  %2 = kernel.pool weighted_mean %1#0, %offsets
      : tensor<?x384xf32>, tensor<?xi32> -> tensor<?x384xf32> {stage = "pool"}
  kernel.output %2 width 384 : tensor<?x384xf32> {stage = "output"}
}

// Four columns are one load, and a table's four bf16 are one.
// CHECK: gpu.binary @gather
// CHECK: .version 7.0
// CHECK: .target sm_80
// CHECK: .visible .entry gather(
// CHECK: .maxntid 128, 1, 1
// CHECK: ld.global{{[.a-z]*}}.v2.b32
// CHECK: ld.global{{[.a-z]*}}.v4.b32
// CHECK: add.rn.f32
// CHECK: st.global.v4.b32

// A row's sums are a warp's: no shared memory, no barrier.
// CHECK: gpu.binary @row_norm
// CHECK-NOT: bar.sync
// CHECK: shfl.sync.bfly.b32
// CHECK: div.rn.f32
// CHECK: sqrt.rn.f32
// CHECK: fma.rn.f32
// CHECK-NOT: ld.shared

// CHECK: gpu.binary @pool
// CHECK: fma.rn.f32
// CHECK: st.shared.v4.b32
// CHECK: bar.sync
// CHECK: ld.shared.v4.b32
