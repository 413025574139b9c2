// RUN: emblem-opt %s -outline-stages=target=x86-64-v2 | FileCheck %s

// The section holds i4, a stage sees bytes of two; the work counts what is read: 3 panels
// of 10 pairs of 8 columns, a byte each, and 24 scales of two bytes; a row of bytes of the
// table, and what is written.
// CHECK: kernel.stage "embedding" {{.*}} {bytes_per_row = 1.000000e+02 : f64}
// CHECK: kernel.weight panels ["up"] at 320 : tensor<3x10x8x2xi4>
// CHECK: kernel.stage "up" {{.*}} {bytes_fixed = 2.880000e+02 : f64

// CHECK-LABEL: func.func @stage_0
// CHECK-DAG: memref.view %arg1{{.*}} to memref<10x24xi8>
// CHECK-DAG: memref.view %arg1{{.*}} to memref<16xf32>
// CHECK-LABEL: func.func private @gather_0
// CHECK: kernel.gather {{.*}} table(%arg2, %arg3 : memref<?xi32>, memref<10x24xi8>) table_scale(%arg4 : memref<16xf32>)
// CHECK-LABEL: func.func @stage_1
// CHECK-DAG: memref.view %arg1{{.*}} to memref<3x10x8xi8>
// CHECK-DAG: memref.view %arg1{{.*}} to memref<3x1x8xbf16>
// CHECK-LABEL: func.func private @matmul_0
// CHECK: kernel.matmul %arg0, %arg1 weight_scale(%arg2 : memref<3x1x8xbf16>) into(
kernel.program @model(%ids: tensor<?xi32>, %offsets: tensor<?xi32>)
    attributes {arena = #kernel.arena<bytes_per_token = 384, bytes_per_text = 0>,
                weight_bytes = 1024 : i64} {
  %words = kernel.weight table ["words"] at 0 : tensor<10x24xi8>
  %scales = kernel.weight scales ["words"] at 256 : tensor<16xf32>
  %x = kernel.gather offsets(%offsets : tensor<?xi32>)
      table(%ids, %words : tensor<?xi32>, tensor<10x24xi8>)
      table_scale(%scales : tensor<16xf32>) -> tensor<?x20xf32>
      {arena = array<i64: 0>, stage = "embedding"}
  %w = kernel.weight panels ["up"] at 320 : tensor<3x10x8x2xi4>
  %s = kernel.weight group_scales ["up"] at 576 : tensor<3x1x8xbf16>
  %0 = kernel.matmul %x, %w weight_scale(%s : tensor<3x1x8xbf16>)
      : tensor<?x20xf32>, tensor<3x10x8x2xi4> -> tensor<?x20xf32>
      {arena = array<i64: 192>, stage = "up"}
  kernel.output %0 width 20 : tensor<?x20xf32> {stage = "output"}
}
