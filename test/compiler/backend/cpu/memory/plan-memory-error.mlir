// RUN: emblem-opt %s -verify-diagnostics -plan-memory=target=x86-64-v2

func.func @returned(%x: tensor<?x4xf32>, %w: tensor<4x4xf32>) -> tensor<?x4xf32> {
  // expected-error@+1 {{its rows live in the arena, but func.return, which is no kernel, reads them}}
  %0 = kernel.matmul %x, %w : tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
