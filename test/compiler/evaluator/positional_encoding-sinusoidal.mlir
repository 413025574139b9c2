// RUN: emblem-translate %s --evaluate "0, 0 0 0" | FileCheck %s --match-full-lines

// Feature 2i: sin(position / 10000^(2i / 6)); feature 2i + 1: the cosine. Figures
// by Python's math module, for positions 1 (the first, by the offset) and 3.
// CHECK: 0.8414709848 0.5403023059 0.04639922346 0.998922976 0.002154433023 0.9999976792
// CHECK-NEXT: 0.1411200081 -0.9899924966 0.1387981011 0.9903206991 0.00646325907 0.9999791129

emb.model @sinusoidal(%ids, %offsets) max_tokens 8 max_positions 8 {
  %table = emb.weight "table" = dense<[[0.0, 0.0, 0.0, 0.0, 0.0, 0.0]]> : tensor<1x6xf32>
  %x = emb.token_embedding %ids, %table : tensor<1x6xf32>
  %y = emb.positional_encoding sinusoidal %x, %offsets offset 1 : tensor<?x6xf32>
  %v = emb.pool last %y, %offsets : tensor<?x6xf32>
  emb.return %v : tensor<?x6xf32>
}
