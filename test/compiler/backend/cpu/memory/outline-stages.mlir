// RUN: emblem-opt %s -outline-stages=target=x86-64-v2 | FileCheck %s
// RUN: emblem-opt %s -outline-stages=target=x86-64-v2 | emblem-opt | FileCheck %s

// A model as pack-weights and plan-memory leave it: two matmuls that differ in
// their buffers alone, one with a norm, and a pool.

// Does not apply: a function that is no model.
// CHECK-LABEL: func.func @other
// CHECK-NEXT: kernel.add
func.func @other(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = kernel.add %x, %x : tensor<?x4xf32>, tensor<?x4xf32> -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// The program keeps its weights; a stage stands for each kernel, with its grid and its work.
// CHECK-LABEL: kernel.program @m(%arg0: tensor<?xi32>, %arg1: tensor<?xi32>)
// CHECK-SAME: arena = #kernel.arena<bytes_per_token = 128, bytes_per_text = 64>, weight_bytes = 6400 : i64
// CHECK-NEXT: %[[WORDS:.*]] = kernel.weight table ["words"] at 0 : tensor<10x24xf32>
// CHECK-NEXT: kernel.stage "embedding" run @stage_0 over tokens columns 1 weights(%[[WORDS]] : tensor<10x24xf32>)
// CHECK-SAME: token_table(%[[WORDS]] : tensor<10x24xf32>) row_local {bytes_per_row = 1.600000e+02 : f64}
// CHECK-NEXT: %[[A:.*]] = kernel.weight panels ["a"] at 960 : tensor<3x20x8xf32>
// CHECK-NEXT: kernel.stage "first" run @stage_1 over tokens columns 3 weights(%[[A]] : tensor<3x20x8xf32>) row_local
// CHECK-SAME: {bytes_fixed = 1.920000e+03 : f64, bytes_per_row = 1.600000e+02 : f64, flops_per_row = 8.000000e+02 : f64}
// CHECK-NEXT: %[[B:.*]] = kernel.weight panels ["b"] at 2880 : tensor<3x20x8xf32>
// CHECK-NEXT: kernel.stage "second" run @stage_2 finish @finish_2 over tokens columns 3 weights(%[[B]] : tensor<3x20x8xf32>) row_local
// CHECK-NEXT: kernel.stage "pool" run @stage_3 over texts columns 1 {bytes
// CHECK-NEXT: kernel.stage "output" run @stage_4 over texts columns 1 row_local output 0
// CHECK-NEXT: {{^ *}}}

// Stages take the signature of EmblemStageFunction, and find their buffers.
// CHECK-LABEL: func.func @stage_0
// CHECK-SAME: (%[[ARENA:.*]]: memref<?xi8>, %[[WEIGHTS:.*]]: memref<?xi8>, %[[IDS:.*]]: memref<?xi32>, %[[SEQUENCES:.*]]: memref<?xi32>, %[[OFFSETS:.*]]: memref<?xi32>, %[[TYPES:.*]]: memref<?xi32>, %[[PIXELS:.*]]: memref<?xf32>, %[[VECTORS:.*]]: memref<?xf32>, %[[R0:.*]]: index, %[[R1:.*]]: index, %[[C0:.*]]: index, %[[C1:.*]]: index) -> i32
// CHECK-SAME: attributes {llvm.emit_c_interface}
// CHECK-DAG: memref.view %[[ARENA]]{{.*}} to memref<?x48xf32>
// CHECK-DAG: memref.view %[[WEIGHTS]]{{.*}} to memref<10x24xf32>
// CHECK: call @gather_0(%[[OFFSETS]], %[[SEQUENCES]], %[[IDS]], {{.*}}, %[[R0]], %[[R1]], %[[C0]], %[[C1]])
// CHECK-NEXT: %[[SUCCESS:.*]] = arith.constant 0 : i32
// CHECK-NEXT: return %[[SUCCESS]] : i32

// A kernel's function holds its buffer form; the tile is its last four arguments.
// CHECK-LABEL: func.func private @gather_0
// CHECK-NEXT: kernel.gather offsets(%arg0 : memref<?xi32>) sequences(%arg1 : memref<?xi32>)
// CHECK-SAME: table(%arg2, %arg3 : memref<?xi32>, memref<10x24xf32>) into(%arg4 : memref<?x48xf32>)
// CHECK-SAME: tile(%arg5, %arg6, %arg7, %arg8)
// CHECK-NEXT: return

// CHECK-LABEL: func.func @stage_1
// CHECK: call @matmul_0(
// CHECK-LABEL: func.func private @matmul_0
// CHECK-NEXT: kernel.matmul %arg0, %arg1 into(%arg2 : memref<?x48xf32>)
// CHECK-NOT: norm
// CHECK: return

// The second matmul is the first, over other buffers; its norm runs on finished
// rows.
// CHECK-LABEL: func.func @stage_2
// CHECK: call @matmul_0(
// CHECK-LABEL: func.func @finish_2
// CHECK: %[[ROWS:.*]] = memref.view {{.*}} to memref<?x48xf32>
// CHECK: call @row_norm_0(%[[ROWS]], %[[ROWS]],
// CHECK-LABEL: func.func private @row_norm_0
// CHECK-NEXT: kernel.row_norm l2 %arg0 epsilon 1.000000e-03 width 20 into(%arg1 : memref<?x48xf32>)

// Rows of texts: behind those of tokens, as many as there are texts.
// CHECK-LABEL: func.func @stage_3
// CHECK: memref.dim %arg4
// CHECK: call @pool_0(
// CHECK-LABEL: func.func @stage_4
// CHECK: call @output_0(%{{.*}}, %arg7, %arg8, %arg9, %arg10, %arg11)
kernel.program @m(%ids: tensor<?xi32>, %offsets: tensor<?xi32>)
    attributes {arena = #kernel.arena<bytes_per_token = 128, bytes_per_text = 64>,
                weight_bytes = 6400 : i64} {
  %words = kernel.weight table ["words"] at 0 : tensor<10x24xf32>
  %0 = kernel.gather offsets(%offsets : tensor<?xi32>)
      table(%ids, %words : tensor<?xi32>, tensor<10x24xf32>) -> tensor<?x20xf32>
      {arena = array<i64: 0>, stage = "embedding"}
  %a = kernel.weight panels ["a"] at 960 : tensor<3x20x8xf32>
  %1 = kernel.matmul %0, %a : tensor<?x20xf32>, tensor<3x20x8xf32> -> tensor<?x20xf32>
      {arena = array<i64: 192>, stage = "first"}
  %b = kernel.weight panels ["b"] at 2880 : tensor<3x20x8xf32>
  %2 = kernel.matmul %1, %b norm l2 epsilon 1.0e-3
      : tensor<?x20xf32>, tensor<3x20x8xf32> -> tensor<?x20xf32>
      {arena = array<i64: 0>, stage = "second"}
  %3 = kernel.pool mean %2, %offsets : tensor<?x20xf32>, tensor<?xi32> -> tensor<?x20xf32>
      {arena = array<i64: 0>, stage = "pool"}
  kernel.output %3 width 20 : tensor<?x20xf32> {stage = "output"}
}
