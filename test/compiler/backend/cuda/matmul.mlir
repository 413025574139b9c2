// RUN: emblem-opt %s -split-input-file -plan-device-memory -convert-kernel-to-gpu \
// RUN:   -canonicalize -cse | FileCheck %s
// RUN: emblem-opt %s -split-input-file -pass-pipeline='builtin.module(plan-device-memory,convert-kernel-to-gpu,nvvm-attach-target{chip=sm_80 features=+ptx70 O=3},gpu.module(canonicalize,cse,convert-scf-to-cf,convert-gpu-to-nvvm{use-bare-ptr-memref-call-conv=1},convert-vector-to-llvm,convert-nvvm-to-llvm,canonicalize,cse,reconcile-unrealized-casts),gpu-module-to-binary{format=isa})' \
// RUN:   | sed 's/\\0A/\n/g; s/\\09/ /g' \
// RUN:   | FileCheck %s --check-prefix=PTX --implicit-check-not='{{(add|sub|mul|fma|div)\.f32}}' \
// RUN:       --implicit-check-not='{{sqrt|lg2|sin|cos|tanh}}'

// A function a tile, for batches of so many rows; each copies parts of K ahead
// of the products. A part that the input does not fill is cut off at its end:
// 192 bf16 are three parts of 128 bytes.

// CHECK: device.stage "up" over tokens kernels [
// CHECK-SAME: most_rows = 32, block_rows = 16, grid = 2, threads = 128, shared_bytes = 40960>
// CHECK-SAME: most_rows = 256, block_rows = 64, grid = 2, threads = 128, shared_bytes = 65536>
// CHECK-SAME: most_rows = 4096, block_rows = 64, grid = 1, threads = 128, shared_bytes = 98304>
// CHECK-SAME: block_rows = 128, grid = 1, threads = 128, shared_bytes = 98304>]

// CHECK: gpu.func @matmul(
// CHECK-SAME: nvvm.maxnreg = 255
// CHECK: %[[ROWS:.*]] = llvm.load %arg0 invariant
// CHECK: %[[FIRST:.*]] = arith.muli %{{.*}}, %c16_i32
// CHECK: %[[ANY:.*]] = arith.cmpi ult, %[[FIRST]], %[[ROWS]]
// CHECK: scf.if %[[ANY]]

// Rows that are not there are not read.
// CHECK: %[[THERE:.*]] = arith.cmpi ult, %{{.*}}, %[[ROWS]]
// CHECK: %[[BYTES:.*]] = arith.select %[[THERE]], %c16_i32, %c0_i32
// CHECK: nvvm.cp.async.shared.global %{{.*}}, %{{.*}}, 16, cache = cg, %[[BYTES]]
// CHECK: nvvm.cp.async.commit.group

// CHECK: scf.for %{{.*}} = %c0_i32 to %c3_i32
// CHECK-NEXT: nvvm.cp.async.wait.group 2
// CHECK-NEXT: nvvm.barrier
// CHECK-NOT: nvvm.barrier
// CHECK: nvvm.ldmatrix
// CHECK: nvvm.mma.sync
// CHECK-SAME: shape = #nvvm.shape<m = 16, n = 8, k = 16>
// CHECK: scf.yield

// PTX: .version 7.0
// PTX: .target sm_80
// PTX: .entry matmul(
// PTX: .maxnreg 255
// PTX: cp.async.cg.shared.global
// PTX: mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32
// PTX: fma.rn.f32
// PTX: rcp.approx.ftz.f32
// PTX: cvt.rn.bf16x2.f32
kernel.program @bf16(%ids: tensor<?xi32>, %offsets: tensor<?xi32>) {
  %x = kernel.weight table ["x"] : tensor<64x192xbf16>
  %w = kernel.weight matrix ["w"] : tensor<128x192xbf16>
  %b = kernel.weight row ["b"] : tensor<128xf32>
  %0 = kernel.matmul %x, %w bias(%b : tensor<128xf32>) activation gelu
      : tensor<64x192xbf16>, tensor<128x192xbf16> -> tensor<?x128xbf16> {stage = "up"}
  kernel.output %0 width 128 : tensor<?x128xbf16> {stage = "output"}
}

// -----

// f32 is three products of tf32: the small parts first, each with the other's
// large one.
// CHECK: gpu.func @matmul(
// CHECK: scf.for
// CHECK: nvvm.mma.sync
// CHECK-SAME: shape = #nvvm.shape<m = 16, n = 8, k = 8>
// CHECK: nvvm.mma.sync
// CHECK: nvvm.mma.sync

// PTX: .entry matmul(
// PTX: sub.rn.f32
// PTX: mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32
kernel.program @f32(%ids: tensor<?xi32>, %offsets: tensor<?xi32>) {
  %x = kernel.weight table ["x"] : tensor<64x64xf32>
  %w = kernel.weight matrix ["w"] : tensor<33x64xf32>
  %0 = kernel.matmul %x, %w
      : tensor<64x64xf32>, tensor<33x64xf32> -> tensor<?x33xf32> {stage = "head"}
  kernel.output %0 width 33 : tensor<?x33xf32> {stage = "output"}
}

// -----

// Bytes: sums in i32; the row's scale and zero point are behind it.
// CHECK: gpu.func @matmul(
// CHECK: nvvm.mma.sync
// CHECK-SAME: shape = #nvvm.shape<m = 16, n = 8, k = 32>
// CHECK: llvm.getelementptr {{.*}}[120]
// CHECK: arith.sitofp

// PTX: .entry matmul(
// PTX: mma.sync.aligned.m16n8k32.row.col.s32.u8.s8.s32
// PTX: cvt.rn.f32.s32
kernel.program @int8(%ids: tensor<?xi32>, %offsets: tensor<?xi32>) {
  %x = kernel.weight table ["x"] : tensor<64x64xi8>
  %w = kernel.weight matrix ["w"] : tensor<64x64xi8>
  %s = kernel.weight scales ["w"] : tensor<64xf32>
  %c = kernel.weight corrections ["w"] : tensor<64xf32>
  %0 = kernel.matmul %x, %w weight_scale(%s : tensor<64xf32>) correction(%c : tensor<64xf32>)
      : tensor<64x64xi8>, tensor<64x64xi8> -> tensor<?x64xf32> {stage = "up"}
  kernel.output %0 width 64 : tensor<?x64xf32> {stage = "output"}
}

// -----

// A pool: a block a text, over its rows.
// CHECK: device.stage "vocabulary" over texts kernels [
// CHECK-SAME: block_rows = 1, grid = 1, threads = 128, shared_bytes = 98304>]
// CHECK: gpu.func @matmul(
// CHECK: scf.for %{{.*}} = %c0_i32 to %{{.*}} step %c64_i32
// CHECK: nvvm.cp.async.wait.group 2
// CHECK-NEXT: nvvm.barrier
// CHECK: nvvm.mma.sync
// The next tile's copies begin when all have read this one's.
// CHECK: nvvm.barrier
// CHECK: scf.yield
// CHECK: nvvm.shfl.sync bfly

// PTX: .entry matmul(
kernel.program @pool(%ids: tensor<?xi32>, %offsets: tensor<?xi32>) {
  %x = kernel.weight table ["x"] : tensor<64x64xbf16>
  %w = kernel.weight matrix ["w"] : tensor<100x64xbf16>
  %0 = kernel.matmul %x, %w activation log1p_relu pool max
      offsets(%offsets : tensor<?xi32>)
      : tensor<64x64xbf16>, tensor<100x64xbf16> -> tensor<?x100xf32> {stage = "vocabulary"}
  kernel.output %0 width 100 : tensor<?x100xf32> {stage = "output"}
}

// -----

// f16: as bf16, and what is beyond it becomes a NaN, by x * 0 + x.
// CHECK: gpu.func @matmul(
// CHECK: nvvm.mma.sync
// CHECK-SAME: shape = #nvvm.shape<m = 16, n = 8, k = 16>
// CHECK: llvm.intr.fma(%[[X:.*]], %{{.*}}, %[[X]]) : (vector<2xf16>, vector<2xf16>, vector<2xf16>)

// PTX: .entry matmul(
// PTX: mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32
// PTX: cvt.rn.f16x2.f32
// PTX: fma.rn.f16x2
kernel.program @f16(%ids: tensor<?xi32>, %offsets: tensor<?xi32>) {
  %x = kernel.weight table ["x"] : tensor<64x64xf16>
  %w = kernel.weight matrix ["w"] : tensor<64x64xf16>
  %0 = kernel.matmul %x, %w
      : tensor<64x64xf16>, tensor<64x64xf16> -> tensor<?x64xf16> {stage = "up"}
  kernel.output %0 width 64 : tensor<?x64xf16> {stage = "output"}
}
