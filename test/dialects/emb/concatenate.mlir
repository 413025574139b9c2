// RUN: emblem-opt %s | emblem-opt | FileCheck %s

// CHECK-LABEL: @both
func.func @both(%x: tensor<?x8xf32>, %y: tensor<?x3xf32>) -> tensor<?x19xf32> {
  // CHECK: emb.concatenate %{{.*}}, %{{.*}}, %{{.*}} : tensor<?x8xf32>, tensor<?x3xf32>, tensor<?x8xf32>
  %0 = emb.concatenate %x, %y, %x : tensor<?x8xf32>, tensor<?x3xf32>, tensor<?x8xf32>
  return %0 : tensor<?x19xf32>
}
