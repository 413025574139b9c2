// RUN: emblem-opt %s | emblem-opt | FileCheck %s
// RUN: emblem-opt %s -emit-bytecode | emblem-opt | FileCheck %s

// CHECK-LABEL: kernel.program @staged
kernel.program @staged(%ids: tensor<?xi32>, %offsets: tensor<?xi32>) {
  // CHECK: %[[W:.*]] = kernel.weight table
  %w = kernel.weight table ["up"] at 0 : tensor<1536x384xbf16>
  // CHECK: device.stage "up" over tokens
  // CHECK-SAME: kernels [<@up::@small, most_rows = 32, block_rows = 16, grid = 24, threads = 128, shared_bytes = 40960>,
  // CHECK-SAME: <@up::@large, block_rows = 128, grid = 12, threads = 128>]
  // CHECK-SAME: arguments [<shape>, <arena, per_token = 1536>, <weights, place = 256>, <arena>]
  // CHECK-SAME: weights(%[[W]] : tensor<1536x384xbf16>)
  // CHECK-SAME: {bytes_per_row = 4.000000e+00 : f64, flops_per_row = 2.000000e+00 : f64}
  device.stage "up" over tokens
      kernels [<@up::@small, most_rows = 32, block_rows = 16, grid = 24, threads = 128, shared_bytes = 40960>,
               <@up::@large, block_rows = 128, grid = 12, threads = 128>]
      arguments [<shape>, <arena, per_token = 1536>, <weights, place = 256>, <arena>]
      weights(%w : tensor<1536x384xbf16>)
      {flops_per_row = 2.0 : f64, bytes_per_row = 4.0 : f64}
  // All that an argument may be.
  // CHECK: device.stage "attention" over query_tiles
  // CHECK-SAME: arguments [<ids>, <sequences>, <offsets>, <types>, <pixels>, <query_tiles>]
  device.stage "attention" over query_tiles
      kernels [<@up::@large, block_rows = 1, grid = 12, threads = 128>]
      arguments [<ids>, <sequences>, <offsets>, <types>, <pixels>, <query_tiles>]
  // Code that is compiled has no functions to look at.
  // CHECK: device.stage "output" over texts
  // CHECK-SAME: arguments [<output, place = 1>] output 1
  device.stage "output" over texts
      kernels [<@compiled::@output, block_rows = 4, grid = 1, threads = 128>]
      arguments [<output, place = 1>] output 1
}
gpu.module @up {
  gpu.func @small() kernel { gpu.return }
  gpu.func @large() kernel { gpu.return }
}
gpu.binary @compiled [#gpu.object<#nvvm.target<chip = "sm_80">, assembly = "">]
