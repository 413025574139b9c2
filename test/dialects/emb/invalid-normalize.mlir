// RUN: emblem-opt %s -split-input-file -verify-diagnostics

func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  // expected-error@+1 {{requires the same type for all operands and results}}
  %0 = "emb.normalize"(%x) : (tensor<?x4xf32>) -> tensor<?x5xf32>
  return
}
