// RUN: emblem-translate %s --evaluate "0 3 1 4, 2" | FileCheck %s --match-full-lines
// RUN: emblem-translate %s --evaluate "2, 0 3 1 4" | FileCheck %s --match-full-lines --check-prefix=SWAPPED

// A whole encoder: three embeddings, a post-norm layer, mean, normalize. Figures by
// torch.nn.TransformerEncoderLayer(4, 2, 8, activation="gelu") in float64 with
// these weights, a text at a time. Texts do not see each other.
// CHECK: 0.5552196821 0.5812591096 0.5394715655 -0.2506778452
// CHECK-NEXT: 0.704226432 0.4149239744 0.1385941511 -0.5591912814
// SWAPPED: 0.704226432 0.4149239744 0.1385941511 -0.5591912814
// SWAPPED-NEXT: 0.5552196821 0.5812591096 0.5394715655 -0.2506778452

emb.model @encoder(%ids, %offsets) max_tokens 6 max_positions 6 {
  %tokens = emb.weight "tokens" = dense<[[0.3, -0.9, -0.4, 0.0], [0.7, -0.8, 0.3, 0.1], [-0.7, 0.7, 0.7, 0.0], [0.8, 0.2, 0.8, 0.9], [0.1, -0.4, -0.7, 0.1]]> : tensor<5x4xf32>
  %positions = emb.weight "positions" = dense<[[-0.6, 0.5, 0.8, -0.5], [0.1, -0.9, -0.6, -0.2], [0.7, 0.9, 0.3, 0.2], [0.1, -0.8, -0.2, 0.9], [-0.2, -0.5, -0.5, 0.4], [-0.9, 0.9, 0.7, 0.1]]> : tensor<6x4xf32>
  %segments = emb.weight "segments" = dense<[[-0.1, 0.5, 0.1, 0.0], [-0.3, -0.1, 0.5, -0.8]]> : tensor<2x4xf32>
  %query.weight = emb.weight "query.weight" = dense<[[-0.9, 0.4, -0.2, 0.6], [-0.9, 0.8, -0.7, -0.2], [0.9, -0.7, 0.3, 0.4], [-0.1, -0.8, 0.0, -0.1]]> : tensor<4x4xf32>
  %query.bias = emb.weight "query.bias" = dense<[0.7, 0.3, -0.3, -0.8]> : tensor<4xf32>
  %key.weight = emb.weight "key.weight" = dense<[[0.2, -0.4, 0.3, 0.7], [-0.3, 0.8, 0.0, 0.1], [0.5, 0.5, 0.8, 0.9], [-0.7, -0.2, 0.8, -0.4]]> : tensor<4x4xf32>
  %key.bias = emb.weight "key.bias" = dense<[-0.9, 0.1, 0.5, 0.5]> : tensor<4xf32>
  %value.weight = emb.weight "value.weight" = dense<[[0.6, 0.3, -0.7, 0.7], [-0.2, 0.7, 0.6, 0.9], [-0.9, 0.7, 0.2, 0.0], [0.6, 0.9, 0.0, -0.8]]> : tensor<4x4xf32>
  %value.bias = emb.weight "value.bias" = dense<[0.4, -0.5, -0.5, -0.6]> : tensor<4xf32>
  %attention.output.weight = emb.weight "attention.output.weight" = dense<[[-0.6, 0.8, -0.3, -0.7], [-0.6, -0.2, -0.3, -0.4], [0.9, 0.7, 0.1, 0.9], [-0.3, -0.7, -0.4, -0.8]]> : tensor<4x4xf32>
  %attention.output.bias = emb.weight "attention.output.bias" = dense<[0.9, -0.5, -0.1, -0.6]> : tensor<4xf32>
  %attention.norm.weight = emb.weight "attention.norm.weight" = dense<[0.9, -0.6, 0.0, 0.9]> : tensor<4xf32>
  %attention.norm.bias = emb.weight "attention.norm.bias" = dense<[0.0, 0.8, 0.8, 0.5]> : tensor<4xf32>
  %up.weight = emb.weight "up.weight" = dense<[[0.5, 0.1, 0.2, 0.6], [-0.1, 0.8, 0.7, -0.2], [-0.2, 0.4, 0.8, -0.8], [-0.8, -0.5, -0.1, -0.6], [0.0, 0.1, 0.9, 0.5], [-0.5, 0.5, 0.6, 0.3], [0.3, -0.4, 0.4, -0.7], [0.2, 0.8, 0.9, -0.4]]> : tensor<8x4xf32>
  %up.bias = emb.weight "up.bias" = dense<[-0.3, 0.2, -0.2, 0.4, -0.6, -0.6, -0.9, -0.1]> : tensor<8xf32>
  %down.weight = emb.weight "down.weight" = dense<[[-0.5, -0.4, 0.8, 0.6, 0.6, 0.2, -0.7, 0.5], [0.2, 0.8, 0.0, -0.6, 0.2, -0.1, 0.3, -0.2], [-0.4, -0.7, 0.9, 0.5, -0.1, -0.5, 0.2, -0.2], [0.3, -0.8, -0.6, 0.4, -0.8, 0.3, -0.2, -0.9]]> : tensor<4x8xf32>
  %down.bias = emb.weight "down.bias" = dense<[0.5, 0.4, 0.6, 0.8]> : tensor<4xf32>
  %norm.weight = emb.weight "norm.weight" = dense<[0.4, 0.6, -0.7, 0.8]> : tensor<4xf32>
  %norm.bias = emb.weight "norm.bias" = dense<[0.8, 0.4, 0.6, 0.5]> : tensor<4xf32>
  %0 = emb.token_embedding %ids, %tokens : tensor<5x4xf32>
  %1 = emb.segment_embedding %0, %segments segment 0 : tensor<?x4xf32>, tensor<2x4xf32>
  %2 = emb.positional_encoding learned %1, %offsets table(%positions : tensor<6x4xf32>) : tensor<?x4xf32>
  %3 = emb.attention %2, %offsets heads 2
      query(%query.weight : tensor<4x4xf32>, %query.bias : tensor<4xf32>)
      key(%key.weight : tensor<4x4xf32>, %key.bias : tensor<4xf32>)
      value(%value.weight : tensor<4x4xf32>, %value.bias : tensor<4xf32>)
      output(%attention.output.weight : tensor<4x4xf32>, %attention.output.bias : tensor<4xf32>) : tensor<?x4xf32>
  %4 = emb.add %2, %3 : tensor<?x4xf32>
  %5 = emb.layer_norm %4 scale(%attention.norm.weight : tensor<4xf32>) shift(%attention.norm.bias : tensor<4xf32>)
      epsilon 1.0e-12 : tensor<?x4xf32>
  %6 = emb.feed_forward %5 gelu
      up(%up.weight : tensor<8x4xf32>, %up.bias : tensor<8xf32>)
      down(%down.weight : tensor<4x8xf32>, %down.bias : tensor<4xf32>) : tensor<?x4xf32> -> tensor<?x4xf32>
  %7 = emb.add %5, %6 : tensor<?x4xf32>
  %8 = emb.layer_norm %7 scale(%norm.weight : tensor<4xf32>) shift(%norm.bias : tensor<4xf32>)
      epsilon 1.0e-12 : tensor<?x4xf32>
  %9 = emb.pool mean %8, %offsets : tensor<?x4xf32>
  %10 = emb.normalize %9 : tensor<?x4xf32>
  emb.return %10 : tensor<?x4xf32>
}
