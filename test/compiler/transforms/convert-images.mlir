// RUN: emblem-opt %s -split-input-file -convert-emb-to-kernel -verify-diagnostics | FileCheck %s

// Pixels are rows. A class token is a row of zeros until it gains itself, less the
// bias that every row has by then, with its position.
// CHECK-LABEL: kernel.program @patches(%arg0: tensor<?x135xf32>, %arg1: tensor<?xi32>)
// CHECK-SAME: image = {channels = 3 : i64, filter = 1 : i64, height = 9 : i64, resize = 0 : i64, resize_height = 0 : i64, resize_width = 0 : i64, scale = [1.000000e+00, 1.000000e+00, 1.000000e+00], shift = [0.000000e+00, 0.000000e+00, 0.000000e+00], width = 5 : i64}
// CHECK: %[[CUT:.*]] = kernel.patches %arg0 image [9, 5, 3] patch [4, 4] prefix 1{{.*}} {stage = "patches"}
// CHECK: %[[W:.*]] = kernel.weight matrix ["w"] channels 3 : tensor<8x48xf32>
// CHECK: %[[ROWS:.*]] = kernel.matmul %[[CUT]], %[[W]] bias({{.*}} {stage = "patch_projection"}
// CHECK: %[[P:.*]] = kernel.weight patch_positions<features = 8, class_token = "c", positions = "p", bias = "b"> : tensor<3x8xf32>
// CHECK: kernel.gather offsets(%arg1 : tensor<?xi32>) input(%[[ROWS]] : tensor<?x8xf32>) positions(%[[P]] :
emb.model @patches(%pixels : tensor<?x9x5x3xf32>, %offsets) max_tokens 3 max_positions 3 {
  %w = emb.weight "w" : tensor<8x3x4x4xf32>
  %b = emb.weight "b" : tensor<8xf32>
  %c = emb.weight "c" : tensor<1x8xf32>
  %p = emb.weight "p" : tensor<3x8xf32>
  %0 = emb.patch_embedding %pixels weight(%w : tensor<8x3x4x4xf32>) bias(%b : tensor<8xf32>)
      class_token(%c : tensor<1x8xf32>) positions(%p : tensor<3x8xf32>)
      : tensor<?x9x5x3xf32> -> tensor<?x8xf32>
  %1 = emb.pool cls %0, %offsets : tensor<?x8xf32>
  emb.return %1 : tensor<?x8xf32>
}

// -----

// Padding is a kernel before; flattening is nothing but another order of weights.
// CHECK-LABEL: kernel.program @tower
// CHECK-SAME: euclidean
// CHECK-SAME: threshold = 5.000000e-01
// CHECK: %[[PADDED:.*]] = kernel.pad2d %arg0 image [8, 6, 1] padding [1, 0]{{.*}} {stage = "conv2d.0.padding"}
// CHECK: %[[X:.*]] = kernel.conv2d %[[PADDED]], {{.*}} activation relu image [10, 6, 1] window [3, 3] stride [1, 1] outputs 4{{.*}} {stage = "conv2d.0"}
// CHECK: %[[Y:.*]] = kernel.pool2d max %[[X]] image [8, 4, 4] window [2, 2] stride [2, 2] padding [0, 0]{{.*}} {stage = "pool2d.1"}
// CHECK: %[[D:.*]] = kernel.weight matrix ["d"] channels 4 : tensor<2x32xf32>
// CHECK: kernel.matmul %[[Y]], %[[D]]
emb.model @tower(%pixels : tensor<?x8x6x1xf32>, %offsets) max_tokens 1 max_positions 1
    attributes {distance = 1 : i32, threshold = 0.5} {
  %k = emb.weight "k" : tensor<4x1x3x3xf32>
  %0 = emb.conv2d %pixels relu weight(%k : tensor<4x1x3x3xf32>) stride [1, 1] padding [1, 0]
      : tensor<?x8x6x1xf32> -> tensor<?x8x4x4xf32>
  %1 = emb.pool2d max %0 size [2, 2] stride [2, 2] padding [0, 0]
      : tensor<?x8x4x4xf32> -> tensor<?x4x2x4xf32>
  %2 = emb.flatten %1 : tensor<?x4x2x4xf32> -> tensor<?x32xf32>
  %d = emb.weight "d" : tensor<2x32xf32>
  %3 = emb.dense %2 identity weight(%d : tensor<2x32xf32>) : tensor<?x32xf32> -> tensor<?x2xf32>
  emb.return %3 : tensor<?x2xf32>
}

// -----

emb.model @order(%pixels : tensor<?x8x6x1xf32>, %offsets) max_tokens 1 max_positions 1 {
  %k = emb.weight "k" : tensor<4x1x3x3xf32>
  %0 = emb.conv2d %pixels relu weight(%k : tensor<4x1x3x3xf32>) stride [1, 1] padding [0, 0]
      : tensor<?x8x6x1xf32> -> tensor<?x6x4x4xf32>
  // expected-error@+1 {{of images with more than one channel and pixel must be read by emb.dense alone}}
  %1 = emb.flatten %0 : tensor<?x6x4x4xf32> -> tensor<?x96xf32>
  %2 = emb.normalize %1 : tensor<?x96xf32>
  emb.return %2 : tensor<?x96xf32>
}
