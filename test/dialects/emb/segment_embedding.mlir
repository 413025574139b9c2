// RUN: emblem-opt %s | emblem-opt | FileCheck %s
// RUN: emblem-opt %s -emit-bytecode | emblem-opt | FileCheck %s

func.func @f(%x: tensor<?x4xf32>, %t: tensor<?xi32>) {
  %types = emb.weight "types" : tensor<2x4xf32>
  // CHECK: emb.segment_embedding %arg0, %types segment 0 : tensor<?x4xf32>, tensor<2x4xf32>
  %0 = emb.segment_embedding %x, %types segment 0 : tensor<?x4xf32>, tensor<2x4xf32>
  // CHECK: emb.segment_embedding %arg0, %types segment 1 : tensor<?x4xf32>, tensor<2x4xf32>
  %1 = emb.segment_embedding %x, %types segment 1 : tensor<?x4xf32>, tensor<2x4xf32>
  // CHECK: emb.segment_embedding %arg0, %types types %arg1 : tensor<?x4xf32>, tensor<2x4xf32>
  %2 = emb.segment_embedding %x, %types types %t : tensor<?x4xf32>, tensor<2x4xf32>
  return
}
