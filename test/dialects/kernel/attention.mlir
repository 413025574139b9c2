// RUN: emblem-opt %s | emblem-opt | FileCheck %s
// RUN: emblem-opt %s -emit-bytecode | emblem-opt | FileCheck %s

// CHECK-LABEL: @values
func.func @values(%x: tensor<?x24xf32>, %offsets: tensor<?xi32>) {
  // CHECK: kernel.attention %arg0, %arg1 heads 2 head_size 4 scale 5.000000e-01
  // CHECK-SAME: : tensor<?x24xf32>, tensor<?xi32> -> tensor<?x8xf32>
  %0 = kernel.attention %x, %offsets heads 2 head_size 4 scale 0.5
      : tensor<?x24xf32>, tensor<?xi32> -> tensor<?x8xf32>
  return
}

// CHECK-LABEL: @kinds
func.func @kinds(%x: tensor<?x16xf32>, %offsets: tensor<?xi32>) {
  %b = kernel.weight alibi<positions = 8> : tensor<2x15xf32>
  // CHECK: kernel.attention %arg0, %arg1 heads 2 key_value_heads 1 head_size 4
  // CHECK-SAME: scale 5.000000e-01 softcap 3.000000e+01 before 3 after 0
  // CHECK-SAME: bias(%{{.*}} : tensor<2x15xf32>) positions 8
  %0 = kernel.attention %x, %offsets heads 2 key_value_heads 1 head_size 4 scale 0.5
      softcap 30.0 before 3 after 0 bias(%b : tensor<2x15xf32>) positions 8
      : tensor<?x16xf32>, tensor<?xi32> -> tensor<?x8xf32>
  return
}

// CHECK-LABEL: @relative
func.func @relative(%x: tensor<?x24xf32>, %offsets: tensor<?xi32>) {
  %k = kernel.weight projection<table = "t", scale = "g", shift = "b", epsilon = 1.0e-7, matrix = "w", bias = "c"> : tensor<8x6xbf16>
  %r = kernel.weight position_rows<height = 6, max_distance = 20, positions = 8> : tensor<1x15xf32>
  // CHECK: kernel.attention %arg0, %arg1 heads 2 head_size 4 scale 5.000000e-01
  // CHECK-SAME: position_keys(%[[K:.*]] : tensor<8x6xbf16>) position_queries(%[[K]] : tensor<8x6xbf16>)
  // CHECK-SAME: position_rows(%{{.*}} : tensor<1x15xf32>) positions 8
  %0 = kernel.attention %x, %offsets heads 2 head_size 4 scale 0.5
      position_keys(%k : tensor<8x6xbf16>) position_queries(%k : tensor<8x6xbf16>)
      position_rows(%r : tensor<1x15xf32>) positions 8
      : tensor<?x24xf32>, tensor<?xi32> -> tensor<?x8xf32>
  return
}

// CHECK-LABEL: @buffers
func.func @buffers(%x: memref<?x32xf32>, %offsets: memref<?xi32>,
                   %out: memref<?x16xf32>, %t: index) {
  // CHECK: kernel.attention %arg0, %arg1 sequences(%arg1 : memref<?xi32>)
  // CHECK-SAME: heads 2 head_size 4 scale 5.000000e-01 into(%arg2 : memref<?x16xf32>)
  // CHECK-SAME: tile(%arg3, %arg3, %arg3, %arg3) : memref<?x32xf32>, memref<?xi32>
  kernel.attention %x, %offsets sequences(%offsets : memref<?xi32>)
      heads 2 head_size 4 scale 0.5 into(%out : memref<?x16xf32>)
      tile(%t, %t, %t, %t) : memref<?x32xf32>, memref<?xi32>
  return
}

// CHECK-LABEL: @precisions
func.func @precisions(%x: tensor<?x24xbf16>, %offsets: tensor<?xi32>) {
  // CHECK: kernel.attention %arg0, %arg1 heads 2 head_size 4 scale 5.000000e-01
  // CHECK-SAME: : tensor<?x24xbf16>, tensor<?xi32> -> tensor<?x8xbf16>
  %0 = kernel.attention %x, %offsets heads 2 head_size 4 scale 0.5
      : tensor<?x24xbf16>, tensor<?xi32> -> tensor<?x8xbf16>
  // CHECK: %{{.*}}:2 = kernel.attention {{.*}} -> tensor<?x8xf32>, tensor<?x8xi8>
  %1:2 = kernel.attention %x, %offsets heads 2 head_size 4 scale 0.5
      : tensor<?x24xbf16>, tensor<?xi32> -> tensor<?x8xf32>, tensor<?x8xi8>
  return
}
