// RUN: emblem-opt %s | emblem-opt | FileCheck %s
// RUN: emblem-opt %s -emit-bytecode | emblem-opt | FileCheck %s

// RUN: emblem-opt %s -cse | FileCheck %s --check-prefix=CSE

// CHECK-LABEL: func.func @commutes
// CHECK: emb.add %arg0, %arg1 : tensor<?x4xf32>
// CHECK: emb.add %arg1, %arg0 : tensor<?x4xf32>

// x + y is y + x.
// CSE-LABEL: func.func @commutes
// CSE: %[[SUM:.*]] = emb.add %arg0, %arg1
// CSE-NEXT: return %[[SUM]], %[[SUM]]
func.func @commutes(%x: tensor<?x4xf32>, %y: tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<?x4xf32>) {
  %0 = emb.add %x, %y : tensor<?x4xf32>
  %1 = emb.add %y, %x : tensor<?x4xf32>
  return %0, %1 : tensor<?x4xf32>, tensor<?x4xf32>
}
