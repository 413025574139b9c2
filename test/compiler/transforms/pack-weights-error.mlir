// RUN: emblem-opt %s -split-input-file -verify-diagnostics -pack-weights=target=x86-64-v2

// One weight that no program can hold, and a last one of many.
func.func @one() {
  // expected-error@+1 {{with this weight the model's weights take more than the 2147418112 bytes that a program can hold}}
  %0 = kernel.weight sinusoid [4] : tensor<4294967296x4294967296xf32>
  return
}

// -----

func.func @last() {
  %0 = kernel.weight table ["a"] : tensor<50000000x8xf32>
  // expected-error@+1 {{with this weight the model's weights take more than the 2147418112 bytes that a program can hold}}
  %1 = kernel.weight table ["b"] : tensor<50000000x8xf32>
  return
}
