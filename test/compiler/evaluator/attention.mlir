// RUN: sed 's/SCALE//' %s > %t.default.mlir
// RUN: emblem-translate %t.default.mlir --evaluate "0 1 2, 1" | FileCheck %s --match-full-lines --check-prefix=DEFAULT
// RUN: sed 's/SCALE/scale 0.125/' %s > %t.given.mlir
// RUN: emblem-translate %t.given.mlir --evaluate "0 1 2, 1" | FileCheck %s --match-full-lines --check-prefix=GIVEN

// softmax(Q K^T * scale) V in two heads of three features, the scale 1 / sqrt(3)
// unless given; PyTorch's F.scaled_dot_product_attention in float64, a text at a
// time. The last row of a text: of the second it is V itself, projected.
// DEFAULT: 1.803057635 -1.167761831 -1.777905261 1.210430785
// DEFAULT-NEXT: 1.809999886 -1.172499946 -1.782499888 1.219999847
// GIVEN: 0.987322869 -0.5459433407 -1.174399927 0.00421296393
// GIVEN-NEXT: 1.809999886 -1.172499946 -1.782499888 1.219999847

emb.model @attention(%ids, %offsets) max_tokens 8 max_positions 8 {
  %table = emb.weight "table" = dense<[[0.5, -1.0, 2.0, 0.25], [1.5, 0.75, -0.5, -2.0], [-0.25, 1.0, 0.5, 3.0]]> : tensor<3x4xf32>
  %wq = emb.weight "wq" = dense<[[-0.4, 0.4, -0.5, 0.9], [-0.1, 0.0, 0.0, 0.2], [0.1, 0.0, 0.9, 0.6], [0.6, 0.4, 0.2, -0.3], [0.9, -0.1, -0.5, 0.7], [-0.6, 0.7, 0.2, -0.7]]> : tensor<6x4xf32>
  %bq = emb.weight "bq" = dense<[0.2, -0.1, 0.2, -0.1, 0.3, 0.1]> : tensor<6xf32>
  %wk = emb.weight "wk" = dense<[[-0.9, -0.1, -0.9, -0.7], [0.0, 0.9, -0.1, 0.6], [0.8, 0.6, 0.2, -0.1], [0.0, -0.4, 0.0, -0.2], [-0.5, 0.9, -0.9, -0.8], [-0.6, 0.9, 0.4, 0.7]]> : tensor<6x4xf32>
  %bk = emb.weight "bk" = dense<[0.3, 0.9, -0.7, 0.1, -0.1, -0.3]> : tensor<6xf32>
  %wv = emb.weight "wv" = dense<[[-0.6, 0.4, -0.2, 0.0], [-0.9, 0.2, 0.6, 0.3], [-0.7, 0.1, -0.4, 0.9], [0.7, -0.6, 0.0, 0.8], [0.7, 0.4, 0.3, -0.9], [0.5, -0.1, -0.8, -0.5]]> : tensor<6x4xf32>
  %bv = emb.weight "bv" = dense<[-0.5, -0.9, -0.2, 0.6, -0.8, -0.2]> : tensor<6xf32>
  %wo = emb.weight "wo" = dense<[[0.1, 0.4, 0.0, 0.2, 0.7, 0.4], [-0.3, 0.3, 0.2, -0.7, -0.8, 0.3], [-0.2, 0.2, -0.3, -0.5, -0.7, -0.2], [0.6, -0.2, -0.2, 0.1, 0.9, -0.2]]> : tensor<4x6xf32>
  %bo = emb.weight "bo" = dense<[0.9, 0.9, -0.5, -0.9]> : tensor<4xf32>
  %x = emb.token_embedding %ids, %table : tensor<3x4xf32>
  %y = emb.attention %x, %offsets heads 2 SCALE
      query(%wq : tensor<6x4xf32>, %bq : tensor<6xf32>)
      key(%wk : tensor<6x4xf32>, %bk : tensor<6xf32>)
      value(%wv : tensor<6x4xf32>, %bv : tensor<6xf32>)
      output(%wo : tensor<4x6xf32>, %bo : tensor<4xf32>) : tensor<?x4xf32>
  %v = emb.pool last %y, %offsets : tensor<?x4xf32>
  emb.return %v : tensor<?x4xf32>
}
