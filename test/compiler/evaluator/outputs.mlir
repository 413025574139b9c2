// RUN: sed 's/RETURNED : TYPE/concatenated : tensor<?x6xf32>/' %s > %t.1.mlir
// RUN: emblem-translate %t.1.mlir --evaluate "0 2, 2" | FileCheck %s --match-full-lines --check-prefix=JOINED
// RUN: sed 's/RETURNED : TYPE/weights : tensor<?x2xf32>/' %s > %t.2.mlir
// RUN: emblem-translate %t.2.mlir --evaluate "0 2, 2" | FileCheck %s --match-full-lines --check-prefix=LOG

// Rows: (1, -10) and (3, 60); then (3, 60). First, sum, and sum over the root of 2.
// JOINED: 1 -10 4 50 2.828427125 35.35533906
// JOINED-NEXT: 3 60 3 60 3 60

// log(1 + max(x, 0)), the greatest: log(4) and log(61).
// LOG: 1.386294361 4.110873864
// LOG-NEXT: 1.386294361 4.110873864

emb.model @outputs(%ids, %offsets) max_tokens 8 max_positions 8 {
  %table = emb.weight "table" = dense<[[1.0, -10.0], [2.0, 20.0], [3.0, 60.0]]> : tensor<3x2xf32>
  %one = emb.weight "one" = dense<[[1.0, 0.0], [0.0, 1.0]]> : tensor<2x2xf32>
  %x = emb.token_embedding %ids, %table : tensor<3x2xf32>
  %first = emb.pool cls %x, %offsets : tensor<?x2xf32>
  %sum = emb.pool sum %x, %offsets : tensor<?x2xf32>
  %root = emb.pool mean_sqrt %x, %offsets : tensor<?x2xf32>
  %concatenated = emb.concatenate %first, %sum, %root
      : tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x2xf32>
  %logs = emb.dense %x log1p_relu weight(%one : tensor<2x2xf32>)
      : tensor<?x2xf32> -> tensor<?x2xf32>
  %weights = emb.pool max %logs, %offsets : tensor<?x2xf32>
  emb.return dense %RETURNED : TYPE
}
