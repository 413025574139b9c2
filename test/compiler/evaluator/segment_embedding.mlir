// RUN: emblem-translate %s --evaluate "0, 1" | FileCheck %s --match-full-lines

// Row 1 of the segments, (0.5, -0.5), on top of (1, 10) and (2, 20); then doubled
// by adding the rows to themselves.
// CHECK: 3 19
// CHECK-NEXT: 5 39
emb.model @segments(%ids, %offsets) max_tokens 8 max_positions 8 {
  %table = emb.weight "table" = dense<[[1.0, 10.0], [2.0, 20.0]]> : tensor<2x2xf32>
  %segments = emb.weight "segments" = dense<[[7.0, 7.0], [0.5, -0.5]]> : tensor<2x2xf32>
  %x = emb.token_embedding %ids, %table : tensor<2x2xf32>
  %y = emb.segment_embedding %x, %segments segment 1 : tensor<?x2xf32>, tensor<2x2xf32>
  %sum = emb.add %y, %y : tensor<?x2xf32>
  %v = emb.pool cls %sum, %offsets : tensor<?x2xf32>
  emb.return %v : tensor<?x2xf32>
}
