// RUN: emblem-opt %s | emblem-opt | FileCheck %s
// RUN: emblem-opt %s -emit-bytecode | emblem-opt | FileCheck %s

func.func @f(%x: tensor<?x4xf32>) {
  %g = emb.weight "g" : tensor<4xf32>
  // CHECK: emb.rms_norm %arg0 scale(%g : tensor<4xf32>) epsilon 1.250000e-01 : tensor<?x4xf32>
  %0 = emb.rms_norm %x scale(%g : tensor<4xf32>) epsilon 0.125 : tensor<?x4xf32>
  // CHECK: emb.rms_norm %arg0 epsilon 0.000000e+00 : tensor<?x4xf32>
  %1 = emb.rms_norm %x epsilon 0.0 : tensor<?x4xf32>
  return
}
