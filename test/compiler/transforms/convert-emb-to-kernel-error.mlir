// RUN: emblem-opt %s -split-input-file -verify-diagnostics -convert-emb-to-kernel

// Only what has a kernel can be compiled.
emb.model @m(%ids, %offsets) max_tokens 8 max_positions 8 {
  // expected-error@+1 {{'arith.constant' op has no kernel}}
  %table = arith.constant dense<0.5> : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  %1 = emb.pool mean %0, %offsets : tensor<?x4xf32>
  emb.return %1 : tensor<?x4xf32>
}
