// RUN: emblem-opt %s | emblem-opt | FileCheck %s

// CHECK-LABEL: @values
func.func @values(%x: tensor<?x4xf32>, %w: tensor<8x4xf32>, %b: tensor<8xf32>, %offsets: tensor<?xi32>) -> tensor<?x8xf32> {
  // CHECK: kernel.matmul %{{.*}}, %{{.*}} bias(%{{.*}} : tensor<8xf32>) activation log1p_relu pool max offsets(%{{.*}} : tensor<?xi32>)
  %0 = kernel.matmul %x, %w bias(%b : tensor<8xf32>) activation log1p_relu
      pool max offsets(%offsets : tensor<?xi32>)
      : tensor<?x4xf32>, tensor<8x4xf32> -> tensor<?x8xf32>
  return %0 : tensor<?x8xf32>
}

// CHECK-LABEL: @rising
func.func @rising(%x: tensor<?x4xf32>, %w: tensor<8x4xf32>, %offsets: tensor<?xi32>) {
  // CHECK: activation sigmoid pool max
  %0 = kernel.matmul %x, %w activation sigmoid pool max offsets(%offsets : tensor<?xi32>)
      : tensor<?x4xf32>, tensor<8x4xf32> -> tensor<?x8xf32>
  return
}
