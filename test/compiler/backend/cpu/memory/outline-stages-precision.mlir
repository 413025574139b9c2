// RUN: emblem-opt %s -outline-stages=target=x86-64-v2 | FileCheck %s
// RUN: emblem-opt %s -outline-stages=target=x86-64-v2 | emblem-opt | FileCheck %s

// Second results are made by the finish function, of finished rows; a row_norm
// makes its own. Rows of 20 words or bytes with what follows them take one cache line,
// those of 20 f32 three.

// CHECK: kernel.stage "embedding" run @stage_0 finish @finish_0
// CHECK: kernel.weight panels ["up"] at 640 : tensor<3x10x8x2xi8>
// CHECK: kernel.weight scales ["up"] smoothing dense<2.000000e+00> : tensor<20xf32> at 1152 : tensor<24xf32>
// CHECK: kernel.stage "up" run @stage_1 finish @finish_1
// CHECK: kernel.stage "narrow" run @stage_2 over tokens columns 1
// CHECK: kernel.stage "norm" run @stage_3 over tokens columns 1

// The gather runs without what its finish function does.
// CHECK-LABEL: func.func @stage_0
// CHECK: call @gather_0(
// CHECK-LABEL: func.func private @gather_0
// CHECK-NEXT: kernel.gather offsets(%arg0 : memref<?xi32>) sequences(%arg1 : memref<?xi32>)
// CHECK-SAME: table(%arg2, %arg3 : memref<?xi32>, memref<10x24xbf16>) into(%arg4 : memref<?x48xf32>) tile(
// CHECK-NOT: {{norm|smoothing}}
// CHECK: return

// A norm, in place, then the narrow rows beside it.
// CHECK-LABEL: func.func @finish_0
// CHECK-DAG: %[[ROWS:.*]] = memref.view %arg0{{.*}} to memref<?x48xf32>
// CHECK-DAG: %[[FACTORS:.*]] = memref.view %arg1{{.*}} to memref<24xf32>
// CHECK-DAG: %[[NARROW:.*]] = memref.view %arg0{{.*}} to memref<?x32xi16>
// CHECK: call @row_norm_0(%[[ROWS]], %[[FACTORS]], %[[ROWS]], %[[NARROW]], %arg8, %arg9, %arg10, %arg11)
// CHECK-LABEL: func.func private @row_norm_0
// CHECK-NEXT: kernel.row_norm l2 %arg0 epsilon 1.000000e-03 width 20 smoothing(%arg1 : memref<24xf32>)
// CHECK-SAME: into(%arg2 : memref<?x48xf32>) quantized(%arg3 : memref<?x32xi16>)
// CHECK-SAME: tile(%arg4, %arg5, %arg6, %arg7) : memref<?x48xf32>

// The matmul reads the narrow rows.
// CHECK-LABEL: func.func @stage_1
// CHECK: memref.view {{.*}} to memref<?x32xi16>
// CHECK: call @matmul_0(
// CHECK-LABEL: func.func private @matmul_0
// CHECK-NEXT: kernel.matmul %arg0, %arg1 weight_scale(%arg2 : memref<24xf32>) into(%arg3 : memref<?x32xbf16>)
// CHECK-SAME: : memref<?x32xi16>, memref<3x10x8x2xi8>

// Without a norm, the finish function is a quantize alone.
// CHECK-LABEL: func.func @finish_1
// CHECK: call @quantize_0(
// CHECK-LABEL: func.func private @quantize_0
// CHECK-NEXT: kernel.quantize %arg0 width 20 into(%arg1 : memref<?x64xi8>)
// CHECK-SAME: : memref<?x32xbf16>

// A quantize that is a stage, and a norm that is one: no finish function.
// CHECK-LABEL: func.func @stage_2
// CHECK: call @quantize_1(
// CHECK-NOT: @finish_2
// CHECK-LABEL: func.func private @quantize_1
// CHECK-NEXT: kernel.quantize %arg0 smoothing(%arg1 : memref<24xf32>) width 20 into(%arg2 : memref<?x32xi16>)
// CHECK-LABEL: func.func @stage_3
// CHECK: call @row_norm_1(
// CHECK-NOT: @finish_3
// CHECK-LABEL: func.func private @row_norm_1
// CHECK-NEXT: kernel.row_norm l2 %arg0 epsilon 1.000000e-03 width 20 into(%arg1 : memref<?x48xf32>)
// CHECK-SAME: quantized(%arg2 : memref<?x64xi8>)
kernel.program @m(%ids: tensor<?xi32>, %offsets: tensor<?xi32>)
    attributes {arena = #kernel.arena<bytes_per_token = 1024, bytes_per_text = 0>,
                weight_bytes = 1280 : i64} {
  %words = kernel.weight table ["words"] at 0 : tensor<10x24xbf16>
  %f = kernel.weight row ["factors"] at 512 : tensor<24xf32>
  %0:2 = kernel.gather offsets(%offsets : tensor<?xi32>)
      table(%ids, %words : tensor<?xi32>, tensor<10x24xbf16>) norm l2 epsilon 1.0e-3
      smoothing(%f : tensor<24xf32>) -> tensor<?x20xf32>, tensor<?x20xi16>
      {arena = array<i64: 0, 192>, stage = "embedding"}
  %a = kernel.weight panels ["up"] at 640 : tensor<3x10x8x2xi8>
  %s = kernel.weight scales ["up"] smoothing dense<2.0> : tensor<20xf32> at 1152 : tensor<24xf32>
  %1:2 = kernel.matmul %0#1, %a weight_scale(%s : tensor<24xf32>)
      : tensor<?x20xi16>, tensor<3x10x8x2xi8> -> tensor<?x20xbf16>, tensor<?x20xi8>
      {arena = array<i64: 256, 320>, stage = "up"}
  %2 = kernel.quantize %0#0 smoothing(%f : tensor<24xf32>) width 20
      : tensor<?x20xf32> -> tensor<?x20xi16> {arena = array<i64: 384>, stage = "narrow"}
  %3:2 = kernel.row_norm l2 %0#0 epsilon 1.0e-3 width 20
      : tensor<?x20xf32> -> tensor<?x20xf32>, tensor<?x20xi8>
      {arena = array<i64: 448, 640>, stage = "norm"}
}
