// RUN: emblem-opt %s | emblem-opt | FileCheck %s

// CHECK-LABEL: func.func @values
// CHECK: kernel.patches %arg0 image [4, 6, 3] patch [2, 3] prefix 1 : tensor<?x72xf32> -> tensor<?x18xf32>
// CHECK: kernel.pad2d %arg0 image [4, 6, 3] padding [1, 0] : tensor<?x72xf32> -> tensor<?x108xf32>
// CHECK: kernel.conv2d %{{.*}}, %{{.*}} bias(%{{.*}} : tensor<5xf32>) activation relu image [6, 6, 3] window [3, 2] stride [1, 2] outputs 5 : tensor<?x108xf32>, tensor<5x18xf32> -> tensor<?x60xf32>
// CHECK: kernel.pool2d max %{{.*}} image [4, 3, 5] window [2, 2] stride [2, 1] padding [0, 1] : tensor<?x60xf32> -> tensor<?x40xf32>
func.func @values(%x: tensor<?x72xf32>) {
  %0 = kernel.patches %x image [4, 6, 3] patch [2, 3] prefix 1 : tensor<?x72xf32> -> tensor<?x18xf32>
  %1 = kernel.pad2d %x image [4, 6, 3] padding [1, 0] : tensor<?x72xf32> -> tensor<?x108xf32>
  %w = kernel.weight matrix ["w"] channels 3 : tensor<5x18xf32>
  %b = kernel.weight row ["b"] : tensor<5xf32>
  %2 = kernel.conv2d %1, %w bias(%b : tensor<5xf32>) activation relu image [6, 6, 3]
      window [3, 2] stride [1, 2] outputs 5
      : tensor<?x108xf32>, tensor<5x18xf32> -> tensor<?x60xf32>
  %3 = kernel.pool2d max %2 image [4, 3, 5] window [2, 2] stride [2, 1] padding [0, 1]
      : tensor<?x60xf32> -> tensor<?x40xf32>
  return
}

// CHECK-LABEL: func.func @buffers
// CHECK: kernel.conv2d %arg0, %arg1 image [4, 6, 3] window [3, 2] stride [1, 2] outputs 5 into(%arg2 : memref<?x48xf32>) tile(%arg3, %arg3, %arg3, %arg3)
func.func @buffers(%x: memref<?x80xf32>, %w: memref<1x18x48xf32>, %y: memref<?x48xf32>, %i: index) {
  kernel.conv2d %x, %w image [4, 6, 3] window [3, 2] stride [1, 2] outputs 5
      into(%y : memref<?x48xf32>) tile(%i, %i, %i, %i) : memref<?x80xf32>, memref<1x18x48xf32>
  return
}

// CHECK-LABEL: func.func @pool
// CHECK: kernel.weight probe_query<probe = "probe", matrix = "w">
// CHECK: kernel.attention_pool %arg0, %arg1 query(%{{.*}} : tensor<6xf32>) heads 2 head_size 3 scale 5.000000e-01 : tensor<?x12xf32>, tensor<?xi32> -> tensor<?x6xf32>
func.func @pool(%x: tensor<?x12xf32>, %offsets: tensor<?xi32>) {
  %q = kernel.weight probe_query<probe = "probe", matrix = "w"> : tensor<6xf32>
  %0 = kernel.attention_pool %x, %offsets query(%q : tensor<6xf32>) heads 2 head_size 3 scale 0.5
      : tensor<?x12xf32>, tensor<?xi32> -> tensor<?x6xf32>
  return
}
