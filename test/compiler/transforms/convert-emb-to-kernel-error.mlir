// RUN: emblem-opt %s -split-input-file -verify-diagnostics -convert-emb-to-kernel

// Only what has a kernel can be compiled.
emb.model @m(%ids, %offsets) max_tokens 8 max_positions 8 {
  // expected-error@+1 {{'arith.constant' op has no kernel}}
  %table = arith.constant dense<0.5> : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  %1 = emb.pool mean %0, %offsets : tensor<?x4xf32>
  emb.return %1 : tensor<?x4xf32>
}

// -----

emb.model @m(%ids, %offsets) max_tokens 8 max_positions 8 {
  %table = emb.weight "table" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  %w = emb.weight "w" : tensor<1025x4xf32>
  %o = emb.weight "o" : tensor<4x1025xf32>
  // expected-error@+1 {{the head size is 1025, but kernels take heads of at most 1024}}
  %1 = emb.attention %0, %offsets heads 1
      query(%w : tensor<1025x4xf32>) key(%w : tensor<1025x4xf32>)
      value(%w : tensor<1025x4xf32>) output(%o : tensor<4x1025xf32>) : tensor<?x4xf32>
  %2 = emb.pool mean %1, %offsets : tensor<?x4xf32>
  emb.return %2 : tensor<?x4xf32>
}

// -----

// Tables of positions are projections of a table, or nothing.
emb.model @m(%ids, %offsets) max_tokens 8 max_positions 8 {
  %table = emb.weight "table" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  %w = emb.weight "w" : tensor<4x4xf32>
  %t = emb.weight "t" : tensor<6x4xf32>
  %k = emb.dense %t tanh weight(%w : tensor<4x4xf32>)
      : tensor<6x4xf32> -> tensor<6x4xf32>
  // expected-error@+1 {{position_keys and position_queries must be a weight, or dense layers without activation over its rows}}
  %1 = emb.attention %0, %offsets heads 1
      query(%w : tensor<4x4xf32>) key(%w : tensor<4x4xf32>)
      value(%w : tensor<4x4xf32>) output(%w : tensor<4x4xf32>)
      position_keys(%k : tensor<6x4xf32>) : tensor<?x4xf32>
  %2 = emb.pool mean %1, %offsets : tensor<?x4xf32>
  emb.return %2 : tensor<?x4xf32>
}
