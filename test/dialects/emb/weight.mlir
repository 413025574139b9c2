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

// What is made of weights is named after the first, in text and in bytecode.
// CHECK: %qkv = emb.weight rows<"qkv", 0, 4> : tensor<4x8xf32>
// CHECK: %norm = emb.weight one_plus<"norm"> : tensor<8xf32>
// CHECK: %up = emb.weight scaled_rows<"up", "scale"> : tensor<4x8xf32>
// CHECK: %head = emb.weight difference<rows<"head", 3, 4>, rows<"head", 7, 8>> : tensor<1x8xf32>
// CHECK: %matmul = emb.weight transposed<"matmul"> : tensor<4x8xf32>
// CHECK: %positions = emb.weight resized<"positions", 37, 16{{ ?}}> : tensor<257x8xf32>
// CHECK: %positions_1 = emb.weight resized<"positions", 37, 16{{ ?}}, antialiased> : tensor<257x8xf32>
// CHECK: %query = emb.weight rows<low_rank_sum<"query", 2.500000e-01, rows<"up", 1, 2>, "down">, 0, 4> : tensor<4x8xf32>
// CHECK: %W = emb.weight dequantised<transposed<"W">, "W_scale", "W_zero", 0, 0> : tensor<4x8xf32>
// CHECK: %B = emb.weight dequantised<unpacked<"B", 4, 4, 64>, "scales", 8.000000e+00, 1, 32> : tensor<4x64xf32>
// CHECK: %a_-_b{{.*}} = emb.weight "a - b[0:4]" : tensor<4xf32>

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
  %6 = emb.weight rows<"qkv", 0, 4> : tensor<4x8xf32>
  %7 = emb.weight one_plus<"norm"> : tensor<8xf32>
  %8 = emb.weight scaled_rows<"up", "scale"> : tensor<4x8xf32>
  %9 = emb.weight difference<rows<"head", 3, 4>, rows<"head", 7, 8>> : tensor<1x8xf32>
  %10 = emb.weight transposed<"matmul"> : tensor<4x8xf32>
  %11 = emb.weight resized<"positions", 37, 16> : tensor<257x8xf32>
  %12 = emb.weight resized<"positions", 37, 16, antialiased> : tensor<257x8xf32>
  %13 = emb.weight rows<low_rank_sum<"query", 0.25, rows<"up", 1, 2>, "down">, 0, 4> : tensor<4x8xf32>
  %15 = emb.weight dequantised<transposed<"W">, "W_scale", "W_zero", 0, 0> : tensor<4x8xf32>
  %16 = emb.weight dequantised<unpacked<"B", 4, 4, 64>, "scales", 8.0, 1, 32> : tensor<4x64xf32>
  %14 = emb.weight "a - b[0:4]" : tensor<4xf32>
  return %4, %5 : tensor<2x3xf32>, tensor<2x3xf32>
}
