// RUN: emblem-translate %s --evaluate "0, 2" | FileCheck %s --match-full-lines --check-prefix=BOTH
// RUN: sed '/scale(.*shift(/d' %s > %t.none.mlir
// RUN: emblem-translate %t.none.mlir --evaluate "0, 2" | FileCheck %s --match-full-lines --check-prefix=NONE

// (x - mean) / sqrt(variance + 0.5) * scale + shift, the variance biased; PyTorch's
// F.layer_norm in float64. An epsilon this large would show if it stood elsewhere.
// BOTH: 0.09770639375 -0.1236235281 -0.3893350391 0.6465595906
// BOTH-NEXT: -1.88017822 0.9552338519 -1.201447666 -0.8877505912
// NONE: 0.04885319687 -1.123623528 1.221329922 -0.1465595906
// NONE-NEXT: -0.9400891102 -0.0447661481 -0.4028953329 1.387750591

emb.model @layer_norm(%ids, %offsets) max_tokens 8 max_positions 8 {
  %table = emb.weight "table" = dense<[[0.5, -1.0, 2.0, 0.25], [1.5, 0.75, -0.5, -2.0], [-0.25, 1.0, 0.5, 3.0]]> : tensor<3x4xf32>
  %scale = emb.weight "scale" = dense<[2.0, 1.0, 0.5, -1.0]> : tensor<4xf32>
  %shift = emb.weight "shift" = dense<[0.0, 1.0, -1.0, 0.5]> : tensor<4xf32>
  %x = emb.token_embedding %ids, %table : tensor<3x4xf32>
  %y = emb.layer_norm %x
      scale(%scale : tensor<4xf32>) shift(%shift : tensor<4xf32>)
      epsilon 0.5 : tensor<?x4xf32>
  %v = emb.pool cls %y, %offsets : tensor<?x4xf32>
  emb.return %v : tensor<?x4xf32>
}
