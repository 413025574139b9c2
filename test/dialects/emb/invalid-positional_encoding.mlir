// RUN: emblem-opt %s -split-input-file -verify-diagnostics

// positional_encoding_c1: a table where the kind is learned, and only there.
func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  // expected-error@+1 {{learned positions need a table}}
  %0 = emb.positional_encoding learned %x, %offsets : tensor<?x4xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %p = emb.weight "p" : tensor<8x4xf32>
  // expected-error@+1 {{sinusoidal positions have no table, but one is given}}
  %0 = emb.positional_encoding sinusoidal %x, %offsets table(%p : tensor<8x4xf32>) : tensor<?x4xf32>
  return
}

// -----

// positional_encoding_c2: the table's width.
func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %p = emb.weight "p" : tensor<8x5xf32>
  // expected-error@+1 {{the table is 5 wide, but the input 4}}
  %0 = emb.positional_encoding learned %x, %offsets table(%p : tensor<8x5xf32>) : tensor<?x4xf32>
  return
}

// -----

// positional_encoding_c3: the offset.
func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %p = emb.weight "p" : tensor<8x4xf32>
  // expected-error@+1 {{offset is 8, but the table has only 8 rows}}
  %0 = emb.positional_encoding learned %x, %offsets table(%p : tensor<8x4xf32>) offset 8 : tensor<?x4xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  // expected-error@+1 {{offset must not be negative, but is -1}}
  %0 = emb.positional_encoding sinusoidal %x, %offsets offset -1 : tensor<?x4xf32>
  return
}

// -----

// positional_encoding_c4: what is uncounted.
func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %p = emb.weight "p" : tensor<8x4xf32>
  // expected-error@+1 {{uncounted must not be negative, but is -1}}
  %0 = emb.positional_encoding learned %x, %offsets table(%p : tensor<8x4xf32>) offset 2 uncounted -1 : tensor<?x4xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %p = emb.weight "p" : tensor<8x4xf32>
  // expected-error@+1 {{what is uncounted has the position before the first of learned ones, so offset must be positive}}
  %0 = emb.positional_encoding learned %x, %offsets table(%p : tensor<8x4xf32>) uncounted 1 : tensor<?x4xf32>
  return
}

// -----

// Syntax: a kind that there is not.
func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  // expected-error@+1 {{expected string or keyword containing one of the following enum values for attribute 'kind' [learned, sinusoidal]}}
  %0 = emb.positional_encoding spiral %x, %offsets : tensor<?x4xf32>
  return
}
