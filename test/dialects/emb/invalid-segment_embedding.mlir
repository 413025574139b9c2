// RUN: emblem-opt %s -split-input-file -verify-diagnostics

// segment_embedding_c1: the table's width.
func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %t = emb.weight "t" : tensor<2x5xf32>
  // expected-error@+1 {{the table is 5 wide, but the input 4}}
  %0 = emb.segment_embedding %x, %t segment 0 : tensor<?x4xf32>, tensor<2x5xf32>
  return
}

// -----

// segment_embedding_c2: a row of the table.
func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %t = emb.weight "t" : tensor<2x4xf32>
  // expected-error@+1 {{segment is 2, but the table has only 2 rows}}
  %0 = emb.segment_embedding %x, %t segment 2 : tensor<?x4xf32>, tensor<2x4xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %t = emb.weight "t" : tensor<2x4xf32>
  // expected-error@+1 {{segment must not be negative, but is -1}}
  %0 = emb.segment_embedding %x, %t segment -1 : tensor<?x4xf32>, tensor<2x4xf32>
  return
}

// -----

func.func @both(%x: tensor<?x4xf32>, %types: tensor<?xi32>) {
  %t = emb.weight "t" : tensor<2x4xf32>
  // expected-error@+1 {{segment is 1, but must be 0 beside types}}
  %0 = "emb.segment_embedding"(%x, %t, %types) <{segment = 1 : i64}>
      : (tensor<?x4xf32>, tensor<2x4xf32>, tensor<?xi32>) -> tensor<?x4xf32>
  return
}
