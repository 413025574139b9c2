// RUN: emblem-opt %s -verify-diagnostics -plan-memory=target=x86-64-v2

kernel.program @cast(%x: tensor<?x4xf32>, %w: tensor<4x4xf32>) {
  // expected-error@+1 {{its rows live in the arena, but builtin.unrealized_conversion_cast, which is no kernel, reads them}}
  %0 = kernel.matmul %x, %w : tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x4xf32>
  %1 = builtin.unrealized_conversion_cast %0 : tensor<?x4xf32> to index
}
