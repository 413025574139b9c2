// RUN: sed s/OFFSET/0/ %s > %t.0.mlir
// RUN: emblem-translate %t.0.mlir --evaluate "0 1, 1" | FileCheck %s --match-full-lines --check-prefix=FROM-0
// RUN: sed s/OFFSET/2/ %s > %t.2.mlir
// RUN: emblem-translate %t.2.mlir --evaluate "0 1, 1" | FileCheck %s --match-full-lines --check-prefix=FROM-2

// Positions count from each text's own first token. Text 1 ends with row 1 of the
// tokens, (2, 20), at position 1, and text 2 with the same row at position 0.
// FROM-0: 202 21
// FROM-0-NEXT: 102 20
// From 2: positions 3 and 2.
// FROM-2: 402 23
// FROM-2-NEXT: 302 22
emb.model @learned(%ids, %offsets) max_tokens 2 max_positions 2 {
  %table = emb.weight "table" = dense<[[1.0, 10.0], [2.0, 20.0]]> : tensor<2x2xf32>
  %positions = emb.weight "positions" = dense<[[100.0, 0.0], [200.0, 1.0], [300.0, 2.0], [400.0, 3.0]]> : tensor<4x2xf32>
  %x = emb.token_embedding %ids, %table : tensor<2x2xf32>
  %y = emb.positional_encoding learned %x, %offsets table(%positions : tensor<4x2xf32>)
      offset OFFSET : tensor<?x2xf32>
  %v = emb.pool last %y, %offsets : tensor<?x2xf32>
  emb.return %v : tensor<?x2xf32>
}
