// RUN: emblem-translate %s --evaluate "0 1" | FileCheck %s --match-full-lines

// Without biases, and with scores (1600 and 0) whose powers alone would overflow:
// each token attends to itself alone, so its row is its own value.
// CHECK: 0 40
emb.model @large_scores(%ids, %offsets) max_tokens 8 max_positions 8 {
  %table = emb.weight "table" = dense<[[40.0, 0.0], [0.0, 40.0]]> : tensor<2x2xf32>
  %unit = emb.weight "unit" = dense<[[1.0, 0.0], [0.0, 1.0]]> : tensor<2x2xf32>
  %x = emb.token_embedding %ids, %table : tensor<2x2xf32>
  %y = emb.attention %x, %offsets heads 1 scale 1.0
      query(%unit : tensor<2x2xf32>)
      key(%unit : tensor<2x2xf32>)
      value(%unit : tensor<2x2xf32>)
      output(%unit : tensor<2x2xf32>) : tensor<?x2xf32>
  %v = emb.pool last %y, %offsets : tensor<?x2xf32>
  emb.return %v : tensor<?x2xf32>
}
