// RUN: emblem-opt %s | emblem-opt | FileCheck %s
// RUN: emblem-opt %s -emit-bytecode | emblem-opt | FileCheck %s

// CHECK-LABEL: @values
func.func @values(%x: tensor<?x32xf32>, %offsets: tensor<?xi32>) {
  %t = kernel.weight rotary<features = 4, base = 1.0e4, factor = 1.0> : tensor<8x4xf32>
  %n = kernel.weight row ["n"] : tensor<4xf32>
  // CHECK: kernel.prepare_heads %arg0, %arg1 heads 4 key_value_heads 2 head_size 4
  // CHECK-SAME: query_norm(%{{.*}} : tensor<4xf32>) key_norm(%{{.*}} : tensor<4xf32>)
  // CHECK-SAME: epsilon 1.250000e-01 rotary 4 interleaved table(%{{.*}} : tensor<8x4xf32>)
  // CHECK-SAME: : tensor<?x32xf32>, tensor<?xi32> -> tensor<?x32xf32>
  %0 = kernel.prepare_heads %x, %offsets heads 4 key_value_heads 2 head_size 4
      query_norm(%n : tensor<4xf32>) key_norm(%n : tensor<4xf32>) epsilon 0.125
      rotary 4 interleaved table(%t : tensor<8x4xf32>)
      : tensor<?x32xf32>, tensor<?xi32> -> tensor<?x32xf32>
  // CHECK: kernel.prepare_heads {{.*}} rotary 2 table({{.*}} -> tensor<?x32xbf16>
  %1 = kernel.prepare_heads %x, %offsets heads 4 key_value_heads 2 head_size 4
      rotary 2 table(%t : tensor<8x4xf32>)
      : tensor<?x32xf32>, tensor<?xi32> -> tensor<?x32xbf16>
  return
}

// CHECK-LABEL: @buffers
func.func @buffers(%x: memref<?x48xf32>, %offsets: memref<?xi32>, %table: memref<8x16xf32>,
                   %out: memref<?x48xf32>, %t: index) {
  // CHECK: kernel.prepare_heads %arg0, %arg1 sequences(%arg1 : memref<?xi32>)
  // CHECK-SAME: into(%arg3 : memref<?x48xf32>) tile(%arg4, %arg4, %arg4, %arg4)
  kernel.prepare_heads %x, %offsets sequences(%offsets : memref<?xi32>)
      heads 4 key_value_heads 2 head_size 4 rotary 4 table(%table : memref<8x16xf32>)
      into(%out : memref<?x48xf32>) tile(%t, %t, %t, %t) : memref<?x48xf32>, memref<?xi32>
  return
}
