// RUN: emblem-opt %s | emblem-opt | FileCheck %s
// RUN: emblem-opt %s -emit-bytecode | emblem-opt | FileCheck %s

// RUN: emblem-opt %s -cse | FileCheck %s --check-prefix=CSE

// A result is named after its weight, whatever the weight is called.
// CHECK: %encoder.layer.0.dense.weight = emb.weight "encoder.layer.0.dense.weight" : tensor<4x8xf32>
// CHECK: %{{.*}} = emb.weight "0/a b" : tensor<8xbf16>
// CHECK: %bias = emb.weight "bias" = dense<5.000000e-01> : tensor<4xf32>
// CHECK: %half = emb.weight "half" = dense<{{\[\[}}1.000000e+00, 2.000000e+00]]> : tensor<1x2xf16>
// CHECK: %again = emb.weight "again" : tensor<2x3xf32>
// CHECK: %again_0 = emb.weight "again" : tensor<2x3xf32>

// One weight read twice is one weight.
// CSE-LABEL: func @use
// CSE: %again = emb.weight "again"
// CSE-NEXT: return %again, %again
func.func @use() -> (tensor<2x3xf32>, tensor<2x3xf32>) {
  %0 = emb.weight "encoder.layer.0.dense.weight" : tensor<4x8xf32>
  %1 = emb.weight "0/a b" : tensor<8xbf16>
  %2 = emb.weight "bias" = dense<0.5> : tensor<4xf32>
  %3 = emb.weight "half" = dense<[[1.0, 2.0]]> : tensor<1x2xf16>
  %4 = emb.weight "again" : tensor<2x3xf32>
  %5 = emb.weight "again" : tensor<2x3xf32>
  return %4, %5 : tensor<2x3xf32>, tensor<2x3xf32>
}
