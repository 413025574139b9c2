// RUN: emblem-opt %s -split-input-file -fuse-epilogues | FileCheck %s

// A maximum joins the matmul before it, whose activation never falls.
// CHECK-LABEL: @max
// CHECK: %[[Y:.*]] = kernel.matmul %arg0, %arg1 bias(%arg2 : tensor<8xf32>) activation log1p_relu pool max offsets(%arg3 : tensor<?xi32>) : tensor<?x4xf32>, tensor<8x4xf32> -> tensor<?x8xf32> {stage = "logits"}
// CHECK-NEXT: return %[[Y]]
func.func @max(%x: tensor<?x4xf32>, %w: tensor<8x4xf32>, %b: tensor<8xf32>, %offsets: tensor<?xi32>) -> tensor<?x8xf32> {
  %0 = kernel.matmul %x, %w bias(%b : tensor<8xf32>) activation log1p_relu : tensor<?x4xf32>, tensor<8x4xf32> -> tensor<?x8xf32> {stage = "logits"}
  %1 = kernel.pool max %0, %offsets : tensor<?x8xf32>, tensor<?xi32> -> tensor<?x8xf32> {stage = "pool"}
  return %1 : tensor<?x8xf32>
}

// -----

// A sum joins whatever the activation is.
// CHECK-LABEL: @sum
// CHECK: kernel.matmul %arg0, %arg1 activation gelu pool sum offsets
// CHECK-NOT: kernel.pool
func.func @sum(%x: tensor<?x4xf32>, %w: tensor<8x4xf32>, %offsets: tensor<?xi32>) -> tensor<?x8xf32> {
  %0 = kernel.matmul %x, %w activation gelu : tensor<?x4xf32>, tensor<8x4xf32> -> tensor<?x8xf32>
  %1 = kernel.pool sum %0, %offsets : tensor<?x8xf32>, tensor<?xi32> -> tensor<?x8xf32>
  return %1 : tensor<?x8xf32>
}

// -----

// Does not apply: GELU falls before it rises.
// CHECK-LABEL: @falls
// CHECK: kernel.matmul {{.*}} activation gelu :
// CHECK: kernel.pool max
func.func @falls(%x: tensor<?x4xf32>, %w: tensor<8x4xf32>, %offsets: tensor<?xi32>) -> tensor<?x8xf32> {
  %0 = kernel.matmul %x, %w activation gelu : tensor<?x4xf32>, tensor<8x4xf32> -> tensor<?x8xf32>
  %1 = kernel.pool max %0, %offsets : tensor<?x8xf32>, tensor<?xi32> -> tensor<?x8xf32>
  return %1 : tensor<?x8xf32>
}

// -----

// Does not apply: a mean, another reader, a residual.
// CHECK-LABEL: @others
// CHECK: kernel.pool mean
// CHECK: kernel.pool max
// CHECK: kernel.matmul {{.*}} residual
// CHECK: kernel.pool max
func.func @others(%x: tensor<?x4xf32>, %w: tensor<4x4xf32>, %offsets: tensor<?xi32>) -> (tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>) {
  %0 = kernel.matmul %x, %w : tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x4xf32>
  %1 = kernel.pool mean %0, %offsets : tensor<?x4xf32>, tensor<?xi32> -> tensor<?x4xf32>
  %2 = kernel.pool max %0, %offsets : tensor<?x4xf32>, tensor<?xi32> -> tensor<?x4xf32>
  %3 = kernel.matmul %x, %w residual(%x : tensor<?x4xf32>) : tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x4xf32>
  %4 = kernel.pool max %3, %offsets : tensor<?x4xf32>, tensor<?xi32> -> tensor<?x4xf32>
  return %0, %1, %2, %4 : tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>
}

// -----

// A norm does not join a matmul that pools.
// CHECK-LABEL: @norm
// CHECK: kernel.matmul {{.*}} pool max
// CHECK: kernel.row_norm l2
func.func @norm(%x: tensor<?x4xf32>, %w: tensor<8x4xf32>, %offsets: tensor<?xi32>) -> tensor<?x8xf32> {
  %0 = kernel.matmul %x, %w pool max offsets(%offsets : tensor<?xi32>) : tensor<?x4xf32>, tensor<8x4xf32> -> tensor<?x8xf32>
  %1 = kernel.row_norm l2 %0 epsilon 1.0e-12 width 8 : tensor<?x8xf32> -> tensor<?x8xf32>
  return %1 : tensor<?x8xf32>
}
