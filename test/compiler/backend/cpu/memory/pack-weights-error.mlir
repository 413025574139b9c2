// RUN: emblem-opt %s -split-input-file -verify-diagnostics -pack-weights=target=x86-64-v2

// One weight that no program can map, and a last one of many.
kernel.program @one() {
  // expected-error@+1 {{with this weight the model's weights take more than the 70368744177664 bytes that a program can map}}
  %0 = kernel.weight sinusoid<width = 4> : tensor<4294967296x4294967296xf32>
}

// -----

kernel.program @last() {
  %0 = kernel.weight table ["a"] : tensor<1200000000000x8xf32>
  // expected-error@+1 {{with this weight the model's weights take more than the 70368744177664 bytes that a program can map}}
  %1 = kernel.weight table ["b"] : tensor<1200000000000x8xf32>
}
