// With plain-f32 products of f32 are multiply-adds, each rounded once: four at a
// time of what a row and a column have in shared memory. No tensor cores.
// RUN: emblem-opt %s -pass-pipeline='builtin.module(plan-device-memory,convert-kernel-to-gpu{plain-f32=true},nvvm-attach-target{chip=sm_80 features=+ptx70 O=3},gpu.module(canonicalize,cse,convert-scf-to-cf,convert-gpu-to-nvvm{use-bare-ptr-memref-call-conv=1},convert-vector-to-llvm,convert-nvvm-to-llvm,canonicalize,cse,reconcile-unrealized-casts),gpu-module-to-binary{format=isa})' \
// RUN:   | sed 's/\\0A/\n/g; s/\\09/ /g' \
// RUN:   | FileCheck %s --implicit-check-not='{{(add|sub|mul|fma|div)\.f32}}' --implicit-check-not=mma. --implicit-check-not=ldmatrix

// CHECK: .entry matmul(
// CHECK: cp.async.cg.shared.global
// CHECK: ld.shared.v4.b32
// CHECK: fma.rn.f32
// CHECK: .entry attention(
// CHECK: ld.shared.v4.b32
// CHECK: fma.rn.f32
// CHECK: shfl.sync.bfly.b32
kernel.program @f32(%ids: tensor<?xi32>, %offsets: tensor<?xi32>) {
  %x = kernel.weight table ["x"] : tensor<64x64xf32>
  %w = kernel.weight matrix ["w"] : tensor<96x64xf32>
  %0 = kernel.matmul %x, %w
      : tensor<64x64xf32>, tensor<96x64xf32> -> tensor<?x96xf32> {stage = "qkv"}
  %1 = kernel.attention %0, %offsets heads 1 head_size 32 scale 0.25
      : tensor<?x96xf32>, tensor<?xi32> -> tensor<?x32xf32> {stage = "attention"}
  kernel.output %1 width 32 : tensor<?x32xf32> {stage = "output"}
}
