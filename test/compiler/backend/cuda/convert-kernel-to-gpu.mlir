// RUN: emblem-opt --plan-device-memory --convert-kernel-to-gpu -split-input-file %s | FileCheck %s

// Kernels that are alike but for their places share a function; another width is
// another function. Weights have their shape on the device.
// CHECK-LABEL: kernel.program @sharing
kernel.program @sharing(%ids: tensor<?xi32>, %offsets: tensor<?xi32>,
                        %types: tensor<?xi32>) {
  // CHECK: %[[WORDS:.*]] = kernel.weight table ["words"] at 0 : tensor<37x96xf32>
  %t = kernel.weight table ["words"] : tensor<37x70xf32>
  // CHECK: %[[SCALE:.*]] = kernel.weight row ["scale"] at 14336 : tensor<96xf32>
  %g = kernel.weight row ["scale"] : tensor<70xf32>
  %s = kernel.weight table ["segments"] : tensor<2x70xf32>
  // CHECK: device.stage "words" over tokens kernels [<@[[GATHER:.*]]::@[[GATHER]], block_rows = 4, grid = 1, threads = 128>]
  // CHECK-SAME: arguments [<shape>, <offsets>, <ids>, <weights>, <types>, <weights, place = 14848>, <arena>, <sequences>, <query_tiles>]
  // CHECK-SAME: weights(%[[WORDS]], %{{.*}} : tensor<37x96xf32>, tensor<2x96xf32>)
  // CHECK-SAME: {bytes_per_row = {{.*}}, flops_per_row = {{.*}}}
  %0 = kernel.gather offsets(%offsets : tensor<?xi32>)
      table(%ids, %t : tensor<?xi32>, tensor<37x70xf32>)
      segments(%types, %s : tensor<?xi32>, tensor<2x70xf32>)
      -> tensor<?x70xf32> {stage = "words"}
  // CHECK: device.stage "first" over tokens kernels [<@[[NORM:.*]]::@[[NORM]], block_rows
  // CHECK-SAME: arguments [<shape>, <arena>, <weights, place = 14336>, <arena, per_token = 384>, <sequences>, <query_tiles>]
  %1 = kernel.row_norm rms %0 scale(%g : tensor<70xf32>) epsilon 1.0e-6 width 70
      : tensor<?x70xf32> -> tensor<?x70xf32> {stage = "first"}
  // CHECK: device.stage "second" over tokens kernels [<@[[NORM]]::@[[NORM]], block_rows
  // CHECK-SAME: arguments [<shape>, <arena, per_token = 384>, <weights, place = 14336>, <arena>, <sequences>, <query_tiles>]
  %2 = kernel.row_norm rms %1 scale(%g : tensor<70xf32>) epsilon 1.0e-6 width 70
      : tensor<?x70xf32> -> tensor<?x70xf32> {stage = "second"}
  // Another number is another function.
  // CHECK: device.stage "third" over tokens kernels [<@[[OTHER:row_norm_.*]]::@[[OTHER]], block_rows
  %3 = kernel.row_norm rms %2 scale(%g : tensor<70xf32>) epsilon 1.0e-5 width 70
      : tensor<?x70xf32> -> tensor<?x70xf32> {stage = "third"}
  // CHECK: device.stage "pool" over texts kernels [<@pool::@pool, block_rows = 1, grid = 2, threads = 256, shared_bytes = 2048>]
  // CHECK-SAME: arguments [<shape>, <arena, per_token = 384>, <offsets>, <arena>, <sequences>, <query_tiles>]
  %4 = kernel.pool mean %3, %offsets
      : tensor<?x70xf32>, tensor<?xi32> -> tensor<?x70xf32> {stage = "pool"}
  // Rows of tokens and rows of texts are counted each in its way.
  // CHECK: device.stage "tokens" over tokens kernels [<@[[A:.*]]::@[[A]], block_rows
  // CHECK-SAME: <output>{{.*}} output 0
  kernel.output %3 width 70 : tensor<?x70xf32> {stage = "tokens"}
  // CHECK: device.stage "texts" over texts kernels [<@[[B:.*]]::@[[B]], block_rows
  // CHECK-SAME: <output, place = 1>{{.*}} output 1
  kernel.output %4 width 70 output 1 : tensor<?x70xf32> {stage = "texts"}
}
// Parameters are pointers to the device's memory, and know no places.
// CHECK: gpu.module @[[GATHER]]
// CHECK: gpu.func @[[GATHER]](%{{.*}}: !llvm.ptr<1>, {{.*}}) kernel attributes {known_block_size = array<i32: 128, 1, 1>}
// CHECK: gpu.module @[[NORM]]
// CHECK: gpu.module @[[OTHER]]
// CHECK: gpu.module @pool

// -----

// A wide row has a block, whose warps sum in shared memory.
// CHECK-LABEL: kernel.program @wide
kernel.program @wide(%ids: tensor<?xi32>, %offsets: tensor<?xi32>) {
  %t = kernel.weight table ["words"] : tensor<37x4096xf32>
  %0 = kernel.gather offsets(%offsets : tensor<?xi32>)
      table(%ids, %t : tensor<?xi32>, tensor<37x4096xf32>)
      -> tensor<?x4096xf32> {stage = "words"}
  // CHECK: device.stage "norm" over tokens kernels [<@row_norm::@row_norm, block_rows = 1, grid = 1, threads = 128, shared_bytes = 64>]
  %1 = kernel.row_norm l2 %0 epsilon 1.0e-12 width 4096
      : tensor<?x4096xf32> -> tensor<?x4096xf32> {stage = "norm"}
  kernel.output %1 width 4096 : tensor<?x4096xf32> {stage = "output"}
}
