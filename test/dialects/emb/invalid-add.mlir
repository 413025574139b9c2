// RUN: emblem-opt %s -split-input-file -verify-diagnostics

func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>, %y: tensor<?x5xf32>) {
  // expected-error@+1 {{requires the same type for all operands and results}}
  %0 = "emb.add"(%x, %y) : (tensor<?x4xf32>, tensor<?x5xf32>) -> tensor<?x4xf32>
  return
}

// -----

// Rows are any number of rows of a known width, and f32.
func.func @f(%x: tensor<?x?xf32>) {
  // expected-error@+1 {{operand #0 must be rows of features, tensor<?xHxf32>, but got 'tensor<?x?xf32>'}}
  %0 = emb.add %x, %x : tensor<?x?xf32>
  return
}

// -----

func.func @f(%x: tensor<2x4xf32>) {
  // expected-error@+1 {{operand #0 must be rows of features, tensor<?xHxf32>, but got 'tensor<2x4xf32>'}}
  %0 = emb.add %x, %x : tensor<2x4xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf16>) {
  // expected-error@+1 {{operand #0 must be rows of features, tensor<?xHxf32>, but got 'tensor<?x4xf16>'}}
  %0 = emb.add %x, %x : tensor<?x4xf16>
  return
}
