// RUN: emblem-opt %s -split-input-file -verify-diagnostics

// attention_c1: heads of keys, and the cap.
func.func @attention_c1(%x: tensor<?x16xf32>, %offsets: tensor<?xi32>) {
  // expected-error@+1 {{key_value_heads must be positive and divide 2, the heads, but is 3}}
  %0 = kernel.attention %x, %offsets heads 2 key_value_heads 3 head_size 4 scale 0.5
      : tensor<?x16xf32>, tensor<?xi32> -> tensor<?x8xf32>
  return
}

// -----

func.func @attention_c1(%x: tensor<?x16xf32>, %offsets: tensor<?xi32>) {
  // expected-error@+1 {{softcap must be positive and finite, but is -1.000000e+00 : f64}}
  %0 = kernel.attention %x, %offsets heads 2 key_value_heads 1 head_size 4 scale 0.5 softcap -1.0
      : tensor<?x16xf32>, tensor<?xi32> -> tensor<?x8xf32>
  return
}

// -----

// attention_c2: the width.
func.func @attention_c2(%x: tensor<?x16xf32>, %offsets: tensor<?xi32>) {
  // expected-error@+1 {{2 heads of 4 need an input 24 wide and a result 8 wide, not 16 and 8}}
  %0 = kernel.attention %x, %offsets heads 2 head_size 4 scale 0.5
      : tensor<?x16xf32>, tensor<?xi32> -> tensor<?x8xf32>
  return
}

// -----

// attention_c5: the bias.
func.func @attention_c5(%x: tensor<?x16xf32>, %offsets: tensor<?xi32>) {
  // expected-error@+1 {{a bias or position_rows and positions come together}}
  %0 = kernel.attention %x, %offsets heads 2 key_value_heads 1 head_size 4 scale 0.5 positions 8
      : tensor<?x16xf32>, tensor<?xi32> -> tensor<?x8xf32>
  return
}

// -----

func.func @attention_c5(%x: tensor<?x16xf32>, %offsets: tensor<?xi32>) {
  %b = kernel.weight alibi<positions = 8> : tensor<2x15xf32>
  // expected-error@+1 {{the bias must be in f32, 2 rows of at least 17, but is 'tensor<2x15xf32>'}}
  %0 = kernel.attention %x, %offsets heads 2 key_value_heads 1 head_size 4 scale 0.5 bias(%b : tensor<2x15xf32>) positions 9
      : tensor<?x16xf32>, tensor<?xi32> -> tensor<?x8xf32>
  return
}

// -----

func.func @attention_c5(%x: tensor<?x16xf32>, %offsets: tensor<?xi32>) {
  %b = kernel.weight alibi<positions = 8> : tensor<2x15xf32>
  // expected-error@+1 {{positions must be positive and less than 2^31, but is 0}}
  %0 = kernel.attention %x, %offsets heads 2 key_value_heads 1 head_size 4 scale 0.5 bias(%b : tensor<2x15xf32>) positions 0
      : tensor<?x16xf32>, tensor<?xi32> -> tensor<?x8xf32>
  return
}

// -----

// attention_c6: what a query sees.
func.func @attention_c6(%x: tensor<?x16xf32>, %offsets: tensor<?xi32>) {
  // expected-error@+1 {{before must not be negative, but is -1}}
  %0 = kernel.attention %x, %offsets heads 2 key_value_heads 1 head_size 4 scale 0.5 before -1
      : tensor<?x16xf32>, tensor<?xi32> -> tensor<?x8xf32>
  return
}

// -----

func.func @attention_c6(%x: tensor<?x16xf32>, %offsets: tensor<?xi32>) {
  // expected-error@+1 {{after must not be negative, but is -1}}
  %0 = kernel.attention %x, %offsets heads 2 key_value_heads 1 head_size 4 scale 0.5 after -1
      : tensor<?x16xf32>, tensor<?xi32> -> tensor<?x8xf32>
  return
}

// -----

// attention_c7: position tables.
func.func @attention_c7(%x: tensor<?x24xf32>, %offsets: tensor<?xi32>) {
  %k = kernel.weight projection<table = "t", matrix = "w"> : tensor<8x6xf32>
  // expected-error@+1 {{position tables and position_rows come together}}
  %0 = kernel.attention %x, %offsets heads 2 head_size 4 scale 0.5
      position_keys(%k : tensor<8x6xf32>)
      : tensor<?x24xf32>, tensor<?xi32> -> tensor<?x8xf32>
  return
}

// -----

func.func @attention_c7(%x: tensor<?x24xf32>, %offsets: tensor<?xi32>) {
  %k = kernel.weight projection<table = "t", matrix = "w"> : tensor<6x6xf32>
  %r = kernel.weight position_rows<height = 6, positions = 8> : tensor<1x15xf32>
  // expected-error@+1 {{position tables must be 8 high, as the heads are wide, and of one width}}
  %0 = kernel.attention %x, %offsets heads 2 head_size 4 scale 0.5
      position_keys(%k : tensor<6x6xf32>) position_rows(%r : tensor<1x15xf32>) positions 8
      : tensor<?x24xf32>, tensor<?xi32> -> tensor<?x8xf32>
  return
}

// -----

func.func @attention_c7(%x: tensor<?x24xf32>, %offsets: tensor<?xi32>) {
  %k = kernel.weight projection<table = "t", matrix = "w"> : tensor<8x6xf32>
  %r = kernel.weight position_rows<height = 6, positions = 8> : tensor<1x15xf32>
  // expected-error@+1 {{the position_rows must be in f32, 1 rows of at least 17}}
  %0 = kernel.attention %x, %offsets heads 2 head_size 4 scale 0.5
      position_keys(%k : tensor<8x6xf32>) position_rows(%r : tensor<1x15xf32>) positions 9
      : tensor<?x24xf32>, tensor<?xi32> -> tensor<?x8xf32>
  return
}
