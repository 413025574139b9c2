// RUN: emblem-opt %s | emblem-opt | FileCheck %s
// RUN: emblem-opt %s -emit-bytecode | emblem-opt | FileCheck %s

// Every activation, with and without a bias.
func.func @f(%x: tensor<?x2xf32>) {
  %w = emb.weight "w" : tensor<3x2xf32>
  %b = emb.weight "b" : tensor<3xf32>
  // CHECK: emb.dense %arg0 identity weight(%w : tensor<3x2xf32>, %b : tensor<3xf32>) : tensor<?x2xf32> -> tensor<?x3xf32>
  %0 = emb.dense %x identity weight(%w : tensor<3x2xf32>, %b : tensor<3xf32>) : tensor<?x2xf32> -> tensor<?x3xf32>
  // CHECK: emb.dense %arg0 gelu weight(%w : tensor<3x2xf32>) : tensor<?x2xf32> -> tensor<?x3xf32>
  %1 = emb.dense %x gelu weight(%w : tensor<3x2xf32>) : tensor<?x2xf32> -> tensor<?x3xf32>
  // CHECK: emb.dense %arg0 gelu_tanh
  %2 = emb.dense %x gelu_tanh weight(%w : tensor<3x2xf32>) : tensor<?x2xf32> -> tensor<?x3xf32>
  // CHECK: emb.dense %arg0 relu
  %3 = emb.dense %x relu weight(%w : tensor<3x2xf32>) : tensor<?x2xf32> -> tensor<?x3xf32>
  // CHECK: emb.dense %arg0 silu
  %4 = emb.dense %x silu weight(%w : tensor<3x2xf32>) : tensor<?x2xf32> -> tensor<?x3xf32>
  // CHECK: emb.dense %arg0 tanh
  %5 = emb.dense %x tanh weight(%w : tensor<3x2xf32>) : tensor<?x2xf32> -> tensor<?x3xf32>
  // CHECK: emb.dense %arg0 sigmoid
  %6 = emb.dense %x sigmoid weight(%w : tensor<3x2xf32>) : tensor<?x2xf32> -> tensor<?x3xf32>
  return
}
