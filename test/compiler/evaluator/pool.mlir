// RUN: sed s/KIND/mean/ %s > %t.mean.mlir
// RUN: emblem-translate %t.mean.mlir --evaluate "0 2 1, 2" | FileCheck %s --match-full-lines --check-prefix=MEAN
// RUN: sed s/KIND/cls/ %s > %t.cls.mlir
// RUN: emblem-translate %t.cls.mlir --evaluate "0 2 1, 2" | FileCheck %s --match-full-lines --check-prefix=CLS
// RUN: sed s/KIND/max/ %s > %t.max.mlir
// RUN: emblem-translate %t.max.mlir --evaluate "0 2 1, 2" | FileCheck %s --match-full-lines --check-prefix=MAX
// RUN: sed s/KIND/last/ %s > %t.last.mlir
// RUN: emblem-translate %t.last.mlir --evaluate "0 2 1, 2" | FileCheck %s --match-full-lines --check-prefix=LAST
// RUN: sed s/KIND/weighted_mean/ %s > %t.weighted_mean.mlir
// RUN: emblem-translate %t.weighted_mean.mlir --evaluate "0 2 1, 2" | FileCheck %s --match-full-lines --check-prefix=WEIGHTED-MEAN

// Rows of the first text: (1, 10), (3, 60), (2, 20); of the second: (3, 60).
// (1 + 3 + 2) / 3, (10 + 60 + 20) / 3
// MEAN: 2 30
// MEAN-NEXT: 3 60
// CLS: 1 10
// CLS-NEXT: 3 60
// MAX: 3 60
// MAX-NEXT: 3 60
// LAST: 2 20
// LAST-NEXT: 3 60
// (1*1 + 2*3 + 3*2) / 6, (1*10 + 2*60 + 3*20) / 6
// WEIGHTED-MEAN: 2.166666667 31.66666667
// WEIGHTED-MEAN-NEXT: 3 60

emb.model @pool(%ids, %offsets) max_tokens 8 max_positions 8 {
  %table = emb.weight "table" = dense<[[1.0, 10.0], [2.0, 20.0], [3.0, 60.0]]> : tensor<3x2xf32>
  %x = emb.token_embedding %ids, %table : tensor<3x2xf32>
  %v = emb.pool KIND %x, %offsets : tensor<?x2xf32>
  emb.return %v : tensor<?x2xf32>
}
