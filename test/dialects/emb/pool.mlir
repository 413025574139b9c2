// RUN: emblem-opt %s | emblem-opt | FileCheck %s
// RUN: emblem-opt %s -emit-bytecode | emblem-opt | FileCheck %s

func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  // CHECK: emb.pool mean %arg0, %arg1 : tensor<?x4xf32>
  %0 = emb.pool mean %x, %offsets : tensor<?x4xf32>
  // CHECK: emb.pool cls %arg0, %arg1 : tensor<?x4xf32>
  %1 = emb.pool cls %x, %offsets : tensor<?x4xf32>
  // CHECK: emb.pool max %arg0, %arg1 : tensor<?x4xf32>
  %2 = emb.pool max %x, %offsets : tensor<?x4xf32>
  // CHECK: emb.pool last %arg0, %arg1 : tensor<?x4xf32>
  %3 = emb.pool last %x, %offsets : tensor<?x4xf32>
  // CHECK: emb.pool weighted_mean %arg0, %arg1 : tensor<?x4xf32>
  %4 = emb.pool weighted_mean %x, %offsets : tensor<?x4xf32>
  return
}
