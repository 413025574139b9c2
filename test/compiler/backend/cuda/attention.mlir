// RUN: emblem-opt %s -split-input-file -plan-device-memory -convert-kernel-to-gpu \
// RUN:   -canonicalize -cse | FileCheck %s
// RUN: emblem-opt %s -split-input-file -pass-pipeline='builtin.module(plan-device-memory,convert-kernel-to-gpu,nvvm-attach-target{chip=sm_80 features=+ptx70 O=3},gpu.module(canonicalize,cse,convert-scf-to-cf,convert-gpu-to-nvvm{use-bare-ptr-memref-call-conv=1},convert-vector-to-llvm,convert-nvvm-to-llvm,canonicalize,cse,reconcile-unrealized-casts),gpu-module-to-binary{format=isa})' \
// RUN:   | sed 's/\\0A/\n/g; s/\\09/ /g' \
// RUN:   | FileCheck %s --check-prefix=PTX --implicit-check-not='{{(add|sub|mul|fma|div)\.f32}}' \
// RUN:       --implicit-check-not='{{sqrt|lg2|sin|cos|tanh}}'

// A block takes 64 queries of one text and one head; keys come 64 at a time,
// from the text's first row on.

// CHECK: device.stage "attention" over query_tiles kernels [
// CHECK-SAME: block_rows = 1, grid = 4, threads = 128, shared_bytes = 40960>]
// CHECK: gpu.func @attention(
// CHECK: nvvm.read.ptx.sreg.ctaid.y
// CHECK: scf.if
// CHECK: scf.for %[[KEY:.*]] = %c0_i32 to %{{.*}} step %c64_i32
// CHECK: nvvm.cp.async.wait.group 0
// CHECK-NEXT: nvvm.barrier
// CHECK-NOT: nvvm.barrier

// The next keys and values are on their way meanwhile.
// CHECK: scf.if
// CHECK: nvvm.cp.async.shared.global
// CHECK: nvvm.cp.async.commit.group
// CHECK: nvvm.ldmatrix {{.*}}layout = #nvvm.mma_layout<row>
// CHECK: nvvm.mma.sync

// Only a block of keys that not all queries see is masked.
// CHECK: scf.if %{{.*}} -> (f32
// CHECK: arith.select %{{.*}}, %{{.*}}, %cst{{.*}} : f32
// CHECK: nvvm.shfl.sync bfly
// CHECK: llvm.call_intrinsic "llvm.nvvm.ex2.approx.ftz"
// CHECK: nvvm.ldmatrix {{.*}}layout = #nvvm.mma_layout<col>
// The sums of the weights: a column of ones.
// CHECK: nvvm.mma.sync A[{{.*}}] B[%c1065369472_i32, %c1065369472_i32]
// CHECK: nvvm.rcp.approx.ftz.f

// PTX: .entry attention(
// PTX: .maxnreg 255
// PTX-DAG: ldmatrix.sync.aligned.m8n8.x4.shared.b16
// PTX-DAG: mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32
// PTX-DAG: ex2.approx.ftz.f32
// PTX-DAG: ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16
kernel.program @plain(%ids: tensor<?xi32>, %offsets: tensor<?xi32>) {
  %x = kernel.weight table ["x"] : tensor<64x768xbf16>
  %0 = kernel.attention %x, %offsets heads 4 head_size 64 scale 0.125
      : tensor<64x768xbf16>, tensor<?xi32> -> tensor<?x256xbf16> {stage = "attention"}
  kernel.output %0 width 256 : tensor<?x256xbf16> {stage = "output"}
}

// -----

// Keys that no query of the block sees are passed over: from 64 before the
// first query, down to a whole block of keys, to 64 behind the last.
// CHECK: gpu.func @attention(
// CHECK: %[[NEAR:.*]] = arith.maxui %[[QUERY:.*]], %c64_i32
// CHECK: %[[FIRST:.*]] = arith.subi %[[NEAR]], %c64_i32
// CHECK: %[[REST:.*]] = arith.remui %[[FIRST]], %c64_i32
// CHECK: %[[BEGIN:.*]] = arith.subi %[[FIRST]], %[[REST]]
// CHECK: %[[BEHIND:.*]] = arith.addi %[[QUERY]], %c128_i32
// CHECK: %[[END:.*]] = arith.minui %{{.*}}, %[[BEHIND]]
// CHECK: scf.for %{{.*}} = %[[BEGIN]] to %[[END]] step %c64_i32

// PTX: .entry attention(
kernel.program @window(%ids: tensor<?xi32>, %offsets: tensor<?xi32>) {
  %x = kernel.weight table ["x"] : tensor<64x384xbf16>
  %0 = kernel.attention %x, %offsets heads 4 key_value_heads 1 head_size 64
      scale 0.125 before 64 after 64
      : tensor<64x384xbf16>, tensor<?xi32> -> tensor<?x256xf32> {stage = "attention"}
  kernel.output %0 width 256 : tensor<?x256xf32> {stage = "output"}
}

// -----

// Heads of 256 in f32: 16 keys at a time, and no room to copy ahead.
// CHECK: grid = 1, threads = 128, shared_bytes = 99840>
// CHECK: gpu.func @attention(
// CHECK: scf.for {{.*}} step %c16_i32
// CHECK: nvvm.barrier
// CHECK: nvvm.mma.sync
// CHECK: nvvm.barrier
// CHECK: nvvm.cp.async.shared.global

// PTX: .entry attention(
// PTX: mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32
kernel.program @f32(%ids: tensor<?xi32>, %offsets: tensor<?xi32>) {
  %x = kernel.weight table ["x"] : tensor<64x768xf32>
  %0 = kernel.attention %x, %offsets heads 1 head_size 256 scale 0.0625
      : tensor<64x768xf32>, tensor<?xi32> -> tensor<?x256xf32> {stage = "attention"}
  kernel.output %0 width 256 : tensor<?x256xf32> {stage = "output"}
}

// -----

// Heads of 20 begin at multiples of 8 bytes, and so do the pieces in which they
// are copied; behind the last is nothing to read, and zeros.
// CHECK: gpu.func @attention(
// CHECK: nvvm.cp.async.shared.global {{.*}}, 8, cache = ca
// CHECK-NOT: nvvm.cp.async.shared.global {{.*}}, 16, cache

// PTX: .entry attention(
// PTX: cp.async.ca.shared.global [{{.*}}], [{{.*}}], 8, %r
kernel.program @heads_of_20(%ids: tensor<?xi32>, %offsets: tensor<?xi32>) {
  %x = kernel.weight table ["x"] : tensor<64x120xbf16>
  %0 = kernel.attention %x, %offsets heads 2 head_size 20 scale 0.25
      : tensor<64x120xbf16>, tensor<?xi32> -> tensor<?x40xbf16> {stage = "attention"}
  kernel.output %0 width 40 : tensor<?x40xbf16> {stage = "output"}
}

// -----

// With position tables: 32 keys at a time, and beside them in shared memory the
// products of 64 queries with 128 columns, and of the keys with 104. Those of the
// queries are kept for the next keys, which need but 32 columns more.
// CHECK: device.stage "attention" over query_tiles
// CHECK-SAME: grid = 12, threads = 128, shared_bytes = 72704>
// CHECK: gpu.func @attention(
// CHECK: scf.for {{.*}} step %c32_i32
// CHECK: nvvm.barrier
// Which columns, by the nearest and the furthest of the distances.
// CHECK: arith.fptoui
// CHECK: arith.fptoui
// CHECK: scf.for {{.*}} step %c4_i32
// CHECK: nvvm.mma.sync
// CHECK: scf.for {{.*}} step %c4_i32
// CHECK: nvvm.mma.sync
// CHECK: nvvm.barrier
// CHECK: arith.fptoui
// CHECK: arith.addf
// CHECK: nvvm.shfl.sync bfly

// PTX: .entry attention(
// PTX-DAG: ld.global.nc.b16
// PTX-DAG: cvt.rzi.u32.f32
kernel.program @positions(%ids: tensor<?xi32>, %offsets: tensor<?xi32>) {
  %x = kernel.weight table ["x"] : tensor<64x2304xbf16>
  %k = kernel.weight projection<table = "t"> : tensor<768x512xbf16>
  %r = kernel.weight position_rows<height = 512, positions = 512> : tensor<1x1023xf32>
  %0 = kernel.attention %x, %offsets heads 12 head_size 64 scale 0.125
      position_keys(%k : tensor<768x512xbf16>) position_queries(%k : tensor<768x512xbf16>)
      position_rows(%r : tensor<1x1023xf32>) positions 512
      : tensor<64x2304xbf16>, tensor<?xi32> -> tensor<?x768xbf16> {stage = "attention"}
  kernel.output %0 width 768 : tensor<?x768xbf16> {stage = "output"}
}
