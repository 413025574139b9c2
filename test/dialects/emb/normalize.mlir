// RUN: emblem-opt %s | emblem-opt | FileCheck %s
// RUN: emblem-opt %s -emit-bytecode | emblem-opt | FileCheck %s
// RUN: emblem-opt %s -canonicalize | FileCheck %s --check-prefix=FOLD

// Normalising twice is normalising once.

// CHECK-LABEL: func.func @twice
// CHECK:         %[[ONCE:.*]] = emb.normalize %arg0 : tensor<?x2xf32>
// CHECK-NEXT:    %[[TWICE:.*]] = emb.normalize %[[ONCE]] : tensor<?x2xf32>
// CHECK-NEXT:    return %[[TWICE]] : tensor<?x2xf32>

// FOLD-LABEL:  func.func @twice
// FOLD-NEXT:     %[[ONCE:.*]] = emb.normalize %arg0
// FOLD-NEXT:     return %[[ONCE]]
func.func @twice(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %0 = emb.normalize %x : tensor<?x2xf32>
  %1 = emb.normalize %0 : tensor<?x2xf32>
  return %1 : tensor<?x2xf32>
}
