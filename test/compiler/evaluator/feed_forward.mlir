// RUN: emblem-translate %s --evaluate "0, 1 2" | FileCheck %s --match-full-lines

// y = down(gelu(up(x))), each linear layer x * transpose(W) + b; PyTorch's
// F.linear and F.gelu in float64. Then the mean of a text's rows.
// CHECK: 0.6168449127 -1.603701803
// CHECK-NEXT: 1.125961355 -1.085285726

emb.model @feed_forward(%ids, %offsets) max_tokens 8 max_positions 8 {
  %table = emb.weight "table" = dense<[[0.5, -1.0, 2.0, 0.25], [1.5, 0.75, -0.5, -2.0], [-0.25, 1.0, 0.5, 3.0]]> : tensor<3x4xf32>
  %u = emb.weight "u" = dense<[[0.8, 0.2, 0.3, 0.8], [0.1, 0.5, 0.6, -0.5], [-0.8, -0.4, -0.4, 0.7]]> : tensor<3x4xf32>
  %ub = emb.weight "ub" = dense<[0.8, -0.9, 0.0]> : tensor<3xf32>
  %d = emb.weight "d" = dense<[[0.6, -0.7, 0.6], [-0.7, -0.1, 0.6]]> : tensor<2x3xf32>
  %db = emb.weight "db" = dense<[-0.4, -0.3]> : tensor<2xf32>
  %x = emb.token_embedding %ids, %table : tensor<3x4xf32>
  %y = emb.feed_forward %x gelu up(%u : tensor<3x4xf32>, %ub : tensor<3xf32>)
      down(%d : tensor<2x3xf32>, %db : tensor<2xf32>) : tensor<?x4xf32> -> tensor<?x2xf32>
  %v = emb.pool mean %y, %offsets : tensor<?x2xf32>
  emb.return %v : tensor<?x2xf32>
}
