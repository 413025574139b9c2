// RUN: emblem-opt %s | emblem-opt | FileCheck %s
// RUN: emblem-opt %s -emit-bytecode | emblem-opt | FileCheck %s
// RUN: emblem-opt %s -canonicalize | FileCheck %s --check-prefix=FOLD

// Normalising twice is normalising once.

// CHECK-LABEL: emb.model @twice
// CHECK:         %[[ROWS:.*]] = emb.token_embedding
// CHECK:         %[[ONCE:.*]] = emb.normalize %[[ROWS]] : tensor<?x2xf32>
// CHECK:         %[[TWICE:.*]] = emb.normalize %[[ONCE]] : tensor<?x2xf32>
// CHECK:         emb.return %[[TWICE]] : tensor<?x2xf32>

// FOLD:          %[[ONCE:.*]] = emb.normalize
// FOLD-NOT:      emb.normalize
// FOLD:          emb.return %[[ONCE]]
emb.model @twice(%ids, %offsets) max_tokens 8 max_positions 8 {
  %table = emb.weight "table" : tensor<10x2xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x2xf32>
  %1 = emb.normalize %0 : tensor<?x2xf32>
  %2 = emb.normalize %1 : tensor<?x2xf32>
  emb.return %2 : tensor<?x2xf32>
}
