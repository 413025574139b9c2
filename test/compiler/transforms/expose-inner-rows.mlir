// RUN: emblem-opt %s -expose-inner-rows | FileCheck %s
// RUN: emblem-opt %s -expose-inner-rows | emblem-opt | FileCheck %s

// A pooling with a norm is there twice; rows of tokens are copied where they are made.
// CHECK-LABEL: kernel.program @embedder
// CHECK-SAME: normalizes = true, inner = [<kind = tokens, width = 8>, <kind = raw, width = 8>]
// CHECK: %[[ROWS:.*]] = kernel.gather
// CHECK-NEXT: kernel.output %[[ROWS]] width 8 output 1 : tensor<?x8xf32> {stage = "output.tokens"}
// CHECK-NEXT: %[[RAW:.*]] = kernel.pool mean %[[ROWS]], %arg1 : {{.*}} {stage = "pool.raw"}
// CHECK-NEXT: kernel.output %[[RAW]] width 8 output 2 : tensor<?x8xf32> {stage = "output.raw"}
// CHECK-NEXT: %[[NORMED:.*]] = kernel.pool mean %[[ROWS]], %arg1 norm l2 epsilon
// CHECK-NEXT: kernel.output %[[NORMED]] width 8 : tensor<?x8xf32> {stage = "output"}
kernel.program @embedder(%ids: tensor<?xi32>, %offsets: tensor<?xi32>)
    attributes {interface = #kernel.interface<
        dimension = 8, max_tokens = 128, max_positions = 512, vocabulary_size = 100,
        normalizes = true>} {
  %w = kernel.weight table ["words"] : tensor<100x8xf32>
  %0 = kernel.gather offsets(%offsets : tensor<?xi32>)
      table(%ids, %w : tensor<?xi32>, tensor<100x8xf32>) -> tensor<?x8xf32> {stage = "embedding"}
  %1 = kernel.pool mean %0, %offsets norm l2 epsilon 1.0e-12 : tensor<?x8xf32>, tensor<?xi32> -> tensor<?x8xf32> {stage = "pool"}
  kernel.output %1 width 8 : tensor<?x8xf32> {stage = "output"}
}

// Scores before their activation, by the same weights.
// CHECK-LABEL: kernel.program @reranker
// CHECK-SAME: inner = [<kind = tokens, width = 8>, <kind = raw, width = 2>]
// CHECK: %[[POOLED:.*]] = kernel.pool cls
// CHECK: %[[W:.*]] = kernel.weight matrix ["classifier"]
// CHECK-NEXT: %[[RAW:.*]] = kernel.matmul %[[POOLED]], %[[W]] : {{.*}} {stage = "dense.0.raw"}
// CHECK-NEXT: kernel.output %[[RAW]] width 2 output 2
// CHECK-NEXT: kernel.matmul %[[POOLED]], %[[W]] activation sigmoid
kernel.program @reranker(%ids: tensor<?xi32>, %offsets: tensor<?xi32>)
    attributes {interface = #kernel.interface<
        dimension = 2, max_tokens = 128, max_positions = 512, vocabulary_size = 100,
        pairs = true, activates = true>} {
  %w = kernel.weight table ["words"] : tensor<100x8xf32>
  %0 = kernel.gather offsets(%offsets : tensor<?xi32>)
      table(%ids, %w : tensor<?xi32>, tensor<100x8xf32>) -> tensor<?x8xf32> {stage = "embedding"}
  %1 = kernel.pool cls %0, %offsets : tensor<?x8xf32>, tensor<?xi32> -> tensor<?x8xf32> {stage = "pool"}
  %c = kernel.weight matrix ["classifier"] : tensor<2x8xf32>
  %2 = kernel.matmul %1, %c activation sigmoid : tensor<?x8xf32>, tensor<2x8xf32> -> tensor<?x2xf32> {stage = "dense.0"}
  kernel.output %2 width 2 : tensor<?x2xf32> {stage = "output"}
}

// Of a head over tokens, the rows are the encoder's: behind the residual's norm.
// CHECK-LABEL: kernel.program @sparse
// CHECK-SAME: inner = [<kind = tokens, width = 8>]>
// CHECK: %[[ROWS:.*]] = kernel.matmul {{.*}} residual({{.*}} {stage = "down"}
// CHECK-NEXT: kernel.output %[[ROWS]] width 8 output 1
kernel.program @sparse(%ids: tensor<?xi32>, %offsets: tensor<?xi32>)
    attributes {interface = #kernel.interface<
        dimension = 100, max_tokens = 128, max_positions = 512, vocabulary_size = 100,
        outputs = [<kind = sparse, width = 100>]>} {
  %w = kernel.weight table ["words"] : tensor<100x8xf32>
  %0 = kernel.gather offsets(%offsets : tensor<?xi32>)
      table(%ids, %w : tensor<?xi32>, tensor<100x8xf32>) -> tensor<?x8xf32> {stage = "embedding"}
  %d = kernel.weight matrix ["down"] : tensor<8x8xf32>
  %1 = kernel.matmul %0, %d residual(%0 : tensor<?x8xf32>) : tensor<?x8xf32>, tensor<8x8xf32> -> tensor<?x8xf32> {stage = "down"}
  %t = kernel.weight matrix ["transform"] : tensor<8x8xf32>
  %2 = kernel.matmul %1, %t activation gelu : tensor<?x8xf32>, tensor<8x8xf32> -> tensor<?x8xf32> {stage = "transform"}
  %v = kernel.weight matrix ["decoder"] : tensor<100x8xf32>
  %3 = kernel.matmul %2, %v activation log1p_relu pool max offsets(%offsets : tensor<?xi32>) : tensor<?x8xf32>, tensor<100x8xf32> -> tensor<?x100xf32> {stage = "logits"}
  kernel.output %3 width 100 : tensor<?x100xf32> {stage = "output.sparse"}
}

// Nothing ends it, and its rows are there already: no kernel more.
// CHECK-LABEL: kernel.program @plain
// CHECK-SAME: inner = [<kind = tokens, width = 8>]>
// CHECK: kernel.gather
// CHECK-NEXT: kernel.output {{.*}} output 1
// CHECK-NEXT: kernel.pool
// CHECK-NEXT: kernel.output
// CHECK-NEXT: {{^ *}}}
kernel.program @plain(%ids: tensor<?xi32>, %offsets: tensor<?xi32>)
    attributes {interface = #kernel.interface<
        dimension = 8, max_tokens = 128, max_positions = 512, vocabulary_size = 100>} {
  %w = kernel.weight table ["words"] : tensor<100x8xf32>
  %0 = kernel.gather offsets(%offsets : tensor<?xi32>)
      table(%ids, %w : tensor<?xi32>, tensor<100x8xf32>) -> tensor<?x8xf32> {stage = "embedding"}
  %1 = kernel.pool mean %0, %offsets : tensor<?x8xf32>, tensor<?xi32> -> tensor<?x8xf32> {stage = "pool"}
  kernel.output %1 width 8 : tensor<?x8xf32> {stage = "output"}
}
