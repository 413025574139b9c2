// RUN: emblem-translate %s --evaluate "0 1" | FileCheck %s --match-full-lines

// A maximum below zero stays below zero.
// CHECK: -1 -5
emb.model @pool(%ids, %offsets) max_tokens 8 max_positions 8 {
  %table = emb.weight "table" = dense<[[-1.0, -10.0], [-2.0, -5.0]]> : tensor<2x2xf32>
  %x = emb.token_embedding %ids, %table : tensor<2x2xf32>
  %v = emb.pool max %x, %offsets : tensor<?x2xf32>
  emb.return %v : tensor<?x2xf32>
}
