// RUN: sed s/ACTIVATION/identity/ %s > %t.identity.mlir
// RUN: emblem-translate %t.identity.mlir --evaluate "0, 1, 2" | FileCheck %s --match-full-lines --check-prefix=IDENTITY
// RUN: sed s/ACTIVATION/gelu/ %s > %t.gelu.mlir
// RUN: emblem-translate %t.gelu.mlir --evaluate "0, 1, 2" | FileCheck %s --match-full-lines --check-prefix=GELU
// RUN: sed s/ACTIVATION/gelu_tanh/ %s > %t.gelu_tanh.mlir
// RUN: emblem-translate %t.gelu_tanh.mlir --evaluate "0, 1, 2" | FileCheck %s --match-full-lines --check-prefix=GELU-TANH
// RUN: sed s/ACTIVATION/relu/ %s > %t.relu.mlir
// RUN: emblem-translate %t.relu.mlir --evaluate "0, 1, 2" | FileCheck %s --match-full-lines --check-prefix=RELU
// RUN: sed s/ACTIVATION/silu/ %s > %t.silu.mlir
// RUN: emblem-translate %t.silu.mlir --evaluate "0, 1, 2" | FileCheck %s --match-full-lines --check-prefix=SILU
// RUN: sed s/ACTIVATION/tanh/ %s > %t.tanh.mlir
// RUN: emblem-translate %t.tanh.mlir --evaluate "0, 1, 2" | FileCheck %s --match-full-lines --check-prefix=TANH

// y = activation(x * transpose(W) + b). By hand, x * transpose(W) + b is
//   text 1: 0.5 - 0.5 + 0.5, 1 + 1 + 0.0625 - 0.25      = 0.5, 1.8125
//   text 2: 1.5 + 0.375 + 0.5, -0.75 - 0.25 - 0.5 - 0.25 = 2.375, -1.75
//   text 3: -0.25 + 0.5 + 0.5, -1 + 0.25 + 0.75 - 0.25   = 0.75, -0.25
// and the activations are PyTorch's, in float64:
//   gelu x/2 (1 + erf(x/sqrt 2)); gelu_tanh x/2 (1 + tanh(sqrt(2/pi)(x + 0.044715 x^3)));
//   relu max(x, 0); silu x / (1 + exp(-x)); tanh.
// IDENTITY: 0.5 1.8125
// IDENTITY-NEXT: 2.375 -1.75
// IDENTITY-NEXT: 0.75 -0.25
// GELU: 0.3457312306 1.749144992
// GELU-NEXT: 2.354160622 -0.07010352451
// GELU-NEXT: 0.5800294857 -0.1003234186
// GELU-TANH: 0.3457140098 1.749088374
// GELU-TANH-NEXT: 2.354544593 -0.07020461766
// GELU-TANH-NEXT: 0.5799605552 -0.1003246493
// RELU: 0.5 1.8125
// RELU-NEXT: 2.375 0
// RELU-NEXT: 0.75 0
// SILU: 0.3112296656 1.558140548
// SILU-NEXT: 2.172889768 -0.2590825966
// SILU-NEXT: 0.5093840244 -0.1094558748
// TANH: 0.4621171573 0.9480852856
// TANH-NEXT: 0.9828450292 -0.9413755385
// TANH-NEXT: 0.6351489524 -0.2449186624

emb.model @activations(%ids, %offsets) max_tokens 8 max_positions 8 {
  %table = emb.weight "table" = dense<[[0.5, -1.0, 2.0, 0.25], [1.5, 0.75, -0.5, -2.0], [-0.25, 1.0, 0.5, 3.0]]> : tensor<3x4xf32>
  %w = emb.weight "w" = dense<[[1.0, 0.5, 0.0, 0.0], [0.0, -1.0, 0.5, 0.25]]> : tensor<2x4xf32>
  %b = emb.weight "b" = dense<[0.5, -0.25]> : tensor<2xf32>
  %x = emb.token_embedding %ids, %table : tensor<3x4xf32>
  %y = emb.pool cls %x, %offsets : tensor<?x4xf32>
  %v = emb.dense %y ACTIVATION weight(%w : tensor<2x4xf32>, %b : tensor<2xf32>)
      : tensor<?x4xf32> -> tensor<?x2xf32>
  emb.return %v : tensor<?x2xf32>
}
