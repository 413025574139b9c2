// RUN: emblem-opt %s | emblem-opt | FileCheck %s
// RUN: emblem-opt %s -emit-bytecode | emblem-opt | FileCheck %s

// CHECK-LABEL: emb.model @tower(%pixels : tensor<?x8x6x1xf32>, %offsets) max_tokens 1 max_positions 1
// CHECK-SAME: distance = 1 : i32
// CHECK-SAME: image = {filter = "bicubic", resize = "shortest_edge", resize_height = 9 : i64, scale = [2.500000e-01], shift = [-1.000000e+00]}
// CHECK-SAME: threshold = 5.000000e-01
emb.model @tower(%pixels : tensor<?x8x6x1xf32>, %offsets) max_tokens 1 max_positions 1
    attributes {image = {resize = "shortest_edge", resize_height = 9 : i64, filter = "bicubic",
                         scale = [0.25], shift = [-1.0]}, distance = 1 : i32, threshold = 0.5} {
  %k = emb.weight "k" : tensor<4x1x3x2xf32>
  %b = emb.weight "b" : tensor<4xf32>
  // CHECK: emb.conv2d %pixels relu weight(%k : tensor<4x1x3x2xf32>) bias(%b : tensor<4xf32>) stride [2, 1] padding [1, 0] : tensor<?x8x6x1xf32> -> tensor<?x4x5x4xf32>
  %0 = emb.conv2d %pixels relu weight(%k : tensor<4x1x3x2xf32>) bias(%b : tensor<4xf32>)
      stride [2, 1] padding [1, 0] : tensor<?x8x6x1xf32> -> tensor<?x4x5x4xf32>
  // CHECK: emb.pool2d average %{{.*}} size [3, 2] stride [1, 2] padding [1, 1] : tensor<?x4x5x4xf32> -> tensor<?x4x3x4xf32>
  %1 = emb.pool2d average %0 size [3, 2] stride [1, 2] padding [1, 1]
      : tensor<?x4x5x4xf32> -> tensor<?x4x3x4xf32>
  // CHECK: emb.flatten %{{.*}} : tensor<?x4x3x4xf32> -> tensor<?x48xf32>
  %2 = emb.flatten %1 : tensor<?x4x3x4xf32> -> tensor<?x48xf32>
  emb.return %2 : tensor<?x48xf32>
}

// Two by one patches, what is left over not counted, behind a class token and two
// registers.
// CHECK-LABEL: emb.model @patches(%pixels : tensor<?x9x5x3xf32>, %offsets) max_tokens 5 max_positions 5
emb.model @patches(%pixels : tensor<?x9x5x3xf32>, %offsets) max_tokens 5 max_positions 5 {
  %w = emb.weight "w" : tensor<8x3x4x4xf32>
  %b = emb.weight "b" : tensor<8xf32>
  %c = emb.weight "c" : tensor<1x8xf32>
  %r = emb.weight "r" : tensor<2x8xf32>
  %p = emb.weight "p" : tensor<3x8xf32>
  // CHECK: emb.patch_embedding %pixels weight(%w : tensor<8x3x4x4xf32>) bias(%b : tensor<8xf32>) class_token(%c : tensor<1x8xf32>) registers(%r : tensor<2x8xf32>) positions(%p : tensor<3x8xf32>) : tensor<?x9x5x3xf32> -> tensor<?x8xf32>
  %0 = emb.patch_embedding %pixels weight(%w : tensor<8x3x4x4xf32>) bias(%b : tensor<8xf32>)
      class_token(%c : tensor<1x8xf32>) registers(%r : tensor<2x8xf32>)
      positions(%p : tensor<3x8xf32>) : tensor<?x9x5x3xf32> -> tensor<?x8xf32>
  %q = emb.weight "q" : tensor<8x8xf32>
  // CHECK: emb.attention_pool %{{.*}}, %offsets heads 2 probe(%c : tensor<1x8xf32>)
  // CHECK-NEXT: query(%q : tensor<8x8xf32>, %b : tensor<8xf32>)
  // CHECK-NEXT: key(%q : tensor<8x8xf32>)
  // CHECK-NEXT: value(%q : tensor<8x8xf32>)
  // CHECK-NEXT: output(%q : tensor<8x8xf32>) : tensor<?x8xf32> -> tensor<?x8xf32>
  %1 = emb.attention_pool %0, %offsets heads 2 probe(%c : tensor<1x8xf32>)
      query(%q : tensor<8x8xf32>, %b : tensor<8xf32>) key(%q : tensor<8x8xf32>)
      value(%q : tensor<8x8xf32>) output(%q : tensor<8x8xf32>)
      : tensor<?x8xf32> -> tensor<?x8xf32>
  emb.return %1 : tensor<?x8xf32>
}
