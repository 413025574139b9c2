// RUN: emblem-translate %s --evaluate "0 | 1, | 1, 0" | FileCheck %s --match-full-lines
// RUN: emblem-translate %s --evaluate "0" | FileCheck %s --check-prefix=FIRST --match-full-lines
// RUN: not emblem-translate %s --evaluate "0 | 1 | 1" 2>&1 | FileCheck %s --check-prefix=TYPE
// RUN: not emblem-translate %s --evaluate "0, |" 2>&1 | FileCheck %s --check-prefix=EMPTY

// Each token has the row of its own type; what comes before the bar is of the first.
// What is returned is the sigmoid of each feature of the last token.
// CHECK: 0.9706877692 0.6224593312
// CHECK-NEXT: 0.9706877692 0.6224593312
// CHECK-NEXT: 0.9996646499 0.2689414214
// FIRST: 0.9996646499 0.2689414214
// TYPE: error: token type 2 is not in the model: types go from 0 to 1
// EMPTY: error: text 2 has no token ids beside '|'
emb.model @segments(%ids, %offsets, %types) max_tokens 8 max_positions 8 attributes {pairs} {
  %table = emb.weight "table" = dense<[[1.0, -8.0], [2.0, 0.0]]> : tensor<2x2xf32>
  %segments = emb.weight "segments" = dense<[[7.0, 7.0], [1.5, 0.5]]> : tensor<2x2xf32>
  %x = emb.token_embedding %ids, %table : tensor<2x2xf32>
  %y = emb.segment_embedding %x, %segments types %types : tensor<?x2xf32>, tensor<2x2xf32>
  %v = emb.pool last %y, %offsets : tensor<?x2xf32>
  %w = emb.weight "w" = dense<[[1.0, 0.0], [0.0, 1.0]]> : tensor<2x2xf32>
  %s = emb.dense %v sigmoid weight(%w : tensor<2x2xf32>) : tensor<?x2xf32> -> tensor<?x2xf32>
  emb.return %s : tensor<?x2xf32>
}
