// RUN: emblem-opt %s -outline-stages=target=x86-64-v2 | FileCheck %s
// RUN: emblem-opt %s -outline-stages=target=x86-64-v2 | emblem-opt | FileCheck %s

// A model as pack-weights and plan-memory leave it: two matmuls that differ in
// their buffers alone, one with a norm, and a pool.

// CHECK: module attributes {kernel.arena = array<i64: 128, 64>, kernel.model = {name = "m"},
// The grid and the work of each stage, in order, and which weights it reads.
// CHECK-SAME: kernel.stages = [
// CHECK-SAME: {bytes_fixed = 0.0{{[^}]*}} columns = 1 : i64, {{[^}]*}} name = "embedding", {{[^}]*}} row_local = true, rows = "tokens", run = "stage_0", token_table = 0 : i64, weights = array<i64: 0>}
// CHECK-SAME: columns = 3 : i64, {{[^}]*}} name = "first", {{[^}]*}} row_local = true, rows = "tokens", run = "stage_1", weights = array<i64: 1>}
// CHECK-SAME: finish = "finish_2", {{[^}]*}} name = "second", {{[^}]*}} run = "stage_2", weights = array<i64: 2{{[^>]*}}>}
// CHECK-SAME: name = "pool", {{[^}]*}} row_local = false, rows = "texts", run = "stage_3", weights = array<i64>}
// CHECK-SAME: name = "output", {{[^}]*}} row_local = true, rows = "texts", run = "stage_4", weights = array<i64>}
// CHECK-SAME: kernel.weight_bytes = 6400 : i64
// What fills the weight section.
// CHECK-SAME: kernel.weights = [
// CHECK-SAME: offset = 0 : i64, sources = ["words"], type = tensor<10x24xf32>}
// CHECK-SAME: offset = 960 : i64, sources = ["a"], type = tensor<3x20x8xf32>}
// CHECK-SAME: offset = 2880 : i64, sources = ["b"], type = tensor<3x20x8xf32>}

// Does not apply: a function that is no model.
// CHECK-LABEL: func.func @other
// CHECK-NEXT: kernel.add
func.func @other(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = kernel.add %x, %x : tensor<?x4xf32>, tensor<?x4xf32> -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// The model itself is gone.
// CHECK-NOT: func.func @m

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
func.func @m(%ids: tensor<?xi32>, %offsets: tensor<?xi32>)
    attributes {kernel.arena = array<i64: 128, 64>, kernel.model = {name = "m"},
                kernel.weight_bytes = 6400 : i64} {
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
  return
}
