// RUN: emblem-translate %s --evaluate "0, 1, 2" | FileCheck %s --match-full-lines

// (3, 4) has length 5. A row of zeros stays zero, for its length counts as 1e-12;
// so does a row shorter than that.
// CHECK: 0.6 0.8
// CHECK-NEXT: 0 0
// CHECK-NEXT: 0.299999988 0.399999993
emb.model @normalize(%ids, %offsets) max_tokens 8 max_positions 8 {
  %table = emb.weight "table" = dense<[[3.0, 4.0], [0.0, 0.0], [3.0e-13, 4.0e-13]]> : tensor<3x2xf32>
  %x = emb.token_embedding %ids, %table : tensor<3x2xf32>
  %y = emb.pool cls %x, %offsets : tensor<?x2xf32>
  %v = emb.normalize %y : tensor<?x2xf32>
  emb.return %v : tensor<?x2xf32>
}
