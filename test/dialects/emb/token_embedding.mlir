// RUN: emblem-opt %s | emblem-opt | FileCheck %s
// RUN: emblem-opt %s -emit-bytecode | emblem-opt | FileCheck %s

// The result is as wide as the table, and f32 whatever the table holds.
// CHECK: emb.token_embedding %arg0, %table : tensor<10x2xf16>
// CHECK-NEXT: return %{{.*}} : tensor<?x2xf32>
func.func @f(%ids: tensor<?xi32>) -> tensor<?x2xf32> {
  %table = emb.weight "table" : tensor<10x2xf16>
  %0 = emb.token_embedding %ids, %table : tensor<10x2xf16>
  return %0 : tensor<?x2xf32>
}

// CHECK: emb.token_embedding %arg0, %table scale 1.500000e+00 : tensor<10x2xf32>
func.func @scaled(%ids: tensor<?xi32>) -> tensor<?x2xf32> {
  %table = emb.weight "table" : tensor<10x2xf32>
  %0 = emb.token_embedding %ids, %table scale 1.5 : tensor<10x2xf32>
  return %0 : tensor<?x2xf32>
}

// CHECK: emb.token_embedding %arg0, %table zero_row : tensor<10x2xf32>
func.func @with_zeros(%ids: tensor<?xi32>) -> tensor<?x2xf32> {
  %table = emb.weight "table" : tensor<10x2xf32>
  %0 = emb.token_embedding %ids, %table zero_row : tensor<10x2xf32>
  return %0 : tensor<?x2xf32>
}
