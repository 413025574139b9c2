// RUN: emblem-opt %s -canonicalize | FileCheck %s

// Every op but the model and its return is pure: what nothing uses goes.
// CHECK-LABEL: func.func @unused
// CHECK-NEXT:    return
func.func @unused(%ids: tensor<?xi32>, %offsets: tensor<?xi32>) {
  %t = emb.weight "t" : tensor<4x4xf32>
  %0 = emb.token_embedding %ids, %t : tensor<4x4xf32>
  %1 = emb.positional_encoding learned %0, %offsets table(%t : tensor<4x4xf32>) : tensor<?x4xf32>
  %2 = emb.segment_embedding %1, %t segment 0 : tensor<?x4xf32>, tensor<4x4xf32>
  %3 = emb.attention %2, %offsets heads 1 query(%t : tensor<4x4xf32>)
      key(%t : tensor<4x4xf32>) value(%t : tensor<4x4xf32>)
      output(%t : tensor<4x4xf32>) : tensor<?x4xf32>
  %4 = emb.add %2, %3 : tensor<?x4xf32>
  %5 = emb.layer_norm %4 epsilon 0.0 : tensor<?x4xf32>
  %6 = emb.feed_forward %5 gelu up(%t : tensor<4x4xf32>)
      down(%t : tensor<4x4xf32>) : tensor<?x4xf32> -> tensor<?x4xf32>
  %7 = emb.pool mean %6, %offsets : tensor<?x4xf32>
  %8 = emb.dense %7 tanh weight(%t : tensor<4x4xf32>) : tensor<?x4xf32> -> tensor<?x4xf32>
  %9 = emb.normalize %8 : tensor<?x4xf32>
  return
}
