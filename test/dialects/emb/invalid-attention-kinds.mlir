// RUN: emblem-opt %s -split-input-file -verify-diagnostics

// attention_c1: heads of keys.
func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %w = emb.weight "w" : tensor<16x4xf32>
  %o = emb.weight "o" : tensor<4x16xf32>
  // expected-error@+1 {{key_value_heads must be positive and divide 4, the heads, but is 3}}
  %0 = emb.attention %x, %offsets heads 4 key_value_heads 3
      query(%w : tensor<16x4xf32>) key(%w : tensor<16x4xf32>)
      value(%w : tensor<16x4xf32>) output(%o : tensor<4x16xf32>)
      : tensor<?x4xf32>
  return
}

// -----

// attention_c2: their weights.
func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %w = emb.weight "w" : tensor<16x4xf32>
  %o = emb.weight "o" : tensor<4x16xf32>
  // expected-error@+1 {{the key weight is 16x4, but 2 heads of 4 need 8x4}}
  %0 = emb.attention %x, %offsets heads 4 key_value_heads 2
      query(%w : tensor<16x4xf32>) key(%w : tensor<16x4xf32>)
      value(%w : tensor<16x4xf32>) output(%o : tensor<4x16xf32>)
      : tensor<?x4xf32>
  return
}

// -----

// attention_c5: scale and softcap.
func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %w = emb.weight "w" : tensor<16x4xf32>
  %o = emb.weight "o" : tensor<4x16xf32>
  // expected-error@+1 {{softcap must be positive and finite, but is 0.000000e+00 : f64}}
  %0 = emb.attention %x, %offsets heads 4 softcap 0.0
      query(%w : tensor<16x4xf32>) key(%w : tensor<16x4xf32>)
      value(%w : tensor<16x4xf32>) output(%o : tensor<4x16xf32>)
      : tensor<?x4xf32>
  return
}

// -----

// attention_c6: norms of heads.
func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %w = emb.weight "w" : tensor<16x4xf32>
  %o = emb.weight "o" : tensor<4x16xf32>
  %long = emb.weight "long" : tensor<5xf32>
  // expected-error@+1 {{query_norm is 5 long, but a head is 4 wide}}
  %0 = emb.attention %x, %offsets heads 4
      query(%w : tensor<16x4xf32>) key(%w : tensor<16x4xf32>)
      value(%w : tensor<16x4xf32>) output(%o : tensor<4x16xf32>)
      query_norm(%long : tensor<5xf32>) norm_epsilon 0.1
      : tensor<?x4xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %w = emb.weight "w" : tensor<16x4xf32>
  %o = emb.weight "o" : tensor<4x16xf32>
  %n = emb.weight "n" : tensor<4xf32>
  // expected-error@+1 {{norms of heads and norm_epsilon come together}}
  %0 = emb.attention %x, %offsets heads 4
      query(%w : tensor<16x4xf32>) key(%w : tensor<16x4xf32>)
      value(%w : tensor<16x4xf32>) output(%o : tensor<4x16xf32>)
      key_norm(%n : tensor<4xf32>)
      : tensor<?x4xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %w = emb.weight "w" : tensor<16x4xf32>
  %o = emb.weight "o" : tensor<4x16xf32>
  // expected-error@+1 {{norms of heads and norm_epsilon come together}}
  %0 = emb.attention %x, %offsets heads 4
      query(%w : tensor<16x4xf32>) key(%w : tensor<16x4xf32>)
      value(%w : tensor<16x4xf32>) output(%o : tensor<4x16xf32>)
      norm_epsilon 0.1
      : tensor<?x4xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %w = emb.weight "w" : tensor<16x4xf32>
  %o = emb.weight "o" : tensor<4x16xf32>
  %n = emb.weight "n" : tensor<4xf32>
  // expected-error@+1 {{norm_epsilon must be finite and not negative, but is -1.000000e-01 : f64}}
  %0 = emb.attention %x, %offsets heads 4
      query(%w : tensor<16x4xf32>) key(%w : tensor<16x4xf32>)
      value(%w : tensor<16x4xf32>) output(%o : tensor<4x16xf32>)
      key_norm(%n : tensor<4xf32>) norm_epsilon -0.1
      : tensor<?x4xf32>
  return
}

// -----

// attention_c7: rotary positions.
func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %w = emb.weight "w" : tensor<16x4xf32>
  %o = emb.weight "o" : tensor<4x16xf32>
  // expected-error@+1 {{rotary comes with either a base or frequencies}}
  %0 = emb.attention %x, %offsets heads 4 rotary 4
      query(%w : tensor<16x4xf32>) key(%w : tensor<16x4xf32>)
      value(%w : tensor<16x4xf32>) output(%o : tensor<4x16xf32>)
      : tensor<?x4xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %w = emb.weight "w" : tensor<16x4xf32>
  %o = emb.weight "o" : tensor<4x16xf32>
  // expected-error@+1 {{rotary comes with either a base or frequencies}}
  %0 = emb.attention %x, %offsets heads 4 base 1.0
      query(%w : tensor<16x4xf32>) key(%w : tensor<16x4xf32>)
      value(%w : tensor<16x4xf32>) output(%o : tensor<4x16xf32>)
      : tensor<?x4xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %w = emb.weight "w" : tensor<16x4xf32>
  %o = emb.weight "o" : tensor<4x16xf32>
  // expected-error@+1 {{factor, amplitude and interleaved need rotary}}
  %0 = emb.attention %x, %offsets heads 4 interleaved
      query(%w : tensor<16x4xf32>) key(%w : tensor<16x4xf32>)
      value(%w : tensor<16x4xf32>) output(%o : tensor<4x16xf32>)
      : tensor<?x4xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %w = emb.weight "w" : tensor<16x4xf32>
  %o = emb.weight "o" : tensor<4x16xf32>
  // expected-error@+1 {{rotary must be even, positive and at most 4, the head size, but is 3}}
  %0 = emb.attention %x, %offsets heads 4 rotary 3 base 1.0
      query(%w : tensor<16x4xf32>) key(%w : tensor<16x4xf32>)
      value(%w : tensor<16x4xf32>) output(%o : tensor<4x16xf32>)
      : tensor<?x4xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %w = emb.weight "w" : tensor<16x4xf32>
  %o = emb.weight "o" : tensor<4x16xf32>
  // expected-error@+1 {{rotary must be even, positive and at most 4, the head size, but is 6}}
  %0 = emb.attention %x, %offsets heads 4 rotary 6 base 1.0
      query(%w : tensor<16x4xf32>) key(%w : tensor<16x4xf32>)
      value(%w : tensor<16x4xf32>) output(%o : tensor<4x16xf32>)
      : tensor<?x4xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %w = emb.weight "w" : tensor<16x4xf32>
  %o = emb.weight "o" : tensor<4x16xf32>
  // expected-error@+1 {{base must be positive and finite, but is -1.000000e+00 : f64}}
  %0 = emb.attention %x, %offsets heads 4 rotary 4 base -1.0
      query(%w : tensor<16x4xf32>) key(%w : tensor<16x4xf32>)
      value(%w : tensor<16x4xf32>) output(%o : tensor<4x16xf32>)
      : tensor<?x4xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %w = emb.weight "w" : tensor<16x4xf32>
  %o = emb.weight "o" : tensor<4x16xf32>
  // expected-error@+1 {{factor must be positive and finite, but is 0.000000e+00 : f64}}
  %0 = emb.attention %x, %offsets heads 4 rotary 4 base 1.0 factor 0.0
      query(%w : tensor<16x4xf32>) key(%w : tensor<16x4xf32>)
      value(%w : tensor<16x4xf32>) output(%o : tensor<4x16xf32>)
      : tensor<?x4xf32>
  return
}

// -----

// attention_c8: a bias by position.
func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %w = emb.weight "w" : tensor<16x4xf32>
  %o = emb.weight "o" : tensor<4x16xf32>
  %t = emb.weight "t" : tensor<8x4xf32>
  // expected-error@+1 {{position_bias and max_distance come together}}
  %0 = emb.attention %x, %offsets heads 4
      query(%w : tensor<16x4xf32>) key(%w : tensor<16x4xf32>)
      value(%w : tensor<16x4xf32>) output(%o : tensor<4x16xf32>)
      position_bias(%t : tensor<8x4xf32>)
      : tensor<?x4xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %w = emb.weight "w" : tensor<16x4xf32>
  %o = emb.weight "o" : tensor<4x16xf32>
  %odd = emb.weight "odd" : tensor<5x4xf32>
  // expected-error@+1 {{position_bias must have an even number of rows, at least 4, but has 5}}
  %0 = emb.attention %x, %offsets heads 4
      query(%w : tensor<16x4xf32>) key(%w : tensor<16x4xf32>)
      value(%w : tensor<16x4xf32>) output(%o : tensor<4x16xf32>)
      position_bias(%odd : tensor<5x4xf32>) max_distance 20
      : tensor<?x4xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %w = emb.weight "w" : tensor<16x4xf32>
  %o = emb.weight "o" : tensor<4x16xf32>
  %few = emb.weight "few" : tensor<8x3xf32>
  // expected-error@+1 {{position_bias has 3 columns, but there are 4 heads}}
  %0 = emb.attention %x, %offsets heads 4
      query(%w : tensor<16x4xf32>) key(%w : tensor<16x4xf32>)
      value(%w : tensor<16x4xf32>) output(%o : tensor<4x16xf32>)
      position_bias(%few : tensor<8x3xf32>) max_distance 20
      : tensor<?x4xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %w = emb.weight "w" : tensor<16x4xf32>
  %o = emb.weight "o" : tensor<4x16xf32>
  %t = emb.weight "t" : tensor<8x4xf32>
  // expected-error@+1 {{max_distance must be more than 2, the distances with a bucket of their own, but is 2}}
  %0 = emb.attention %x, %offsets heads 4
      query(%w : tensor<16x4xf32>) key(%w : tensor<16x4xf32>)
      value(%w : tensor<16x4xf32>) output(%o : tensor<4x16xf32>)
      position_bias(%t : tensor<8x4xf32>) max_distance 2
      : tensor<?x4xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %w = emb.weight "w" : tensor<16x4xf32>
  %o = emb.weight "o" : tensor<4x16xf32>
  %t = emb.weight "t" : tensor<8x4xf32>
  // expected-error@+1 {{position_bias does not come with alibi}}
  %0 = emb.attention %x, %offsets heads 4 alibi
      query(%w : tensor<16x4xf32>) key(%w : tensor<16x4xf32>)
      value(%w : tensor<16x4xf32>) output(%o : tensor<4x16xf32>)
      position_bias(%t : tensor<8x4xf32>) max_distance 20
      : tensor<?x4xf32>
  return
}

// -----

// attention_c9: what a token sees.
func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %w = emb.weight "w" : tensor<16x4xf32>
  %o = emb.weight "o" : tensor<4x16xf32>
  // expected-error@+1 {{before must not be negative, but is -1}}
  %0 = emb.attention %x, %offsets heads 4 before -1
      query(%w : tensor<16x4xf32>) key(%w : tensor<16x4xf32>)
      value(%w : tensor<16x4xf32>) output(%o : tensor<4x16xf32>)
      : tensor<?x4xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %w = emb.weight "w" : tensor<16x4xf32>
  %o = emb.weight "o" : tensor<4x16xf32>
  // expected-error@+1 {{after must not be negative, but is -2}}
  %0 = emb.attention %x, %offsets heads 4 after -2
      query(%w : tensor<16x4xf32>) key(%w : tensor<16x4xf32>)
      value(%w : tensor<16x4xf32>) output(%o : tensor<4x16xf32>)
      : tensor<?x4xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %w = emb.weight "w" : tensor<16x4xf32>
  %o = emb.weight "o" : tensor<4x16xf32>
  // expected-error@+1 {{rotary comes with either a base or frequencies}}
  %0 = emb.attention %x, %offsets heads 4 rotary 4 base 1.0e4 frequencies [1.0, 0.5]
      query(%w : tensor<16x4xf32>) key(%w : tensor<16x4xf32>)
      value(%w : tensor<16x4xf32>) output(%o : tensor<4x16xf32>)
      : tensor<?x4xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %w = emb.weight "w" : tensor<16x4xf32>
  %o = emb.weight "o" : tensor<4x16xf32>
  // expected-error@+1 {{factor needs a base}}
  %0 = emb.attention %x, %offsets heads 4 rotary 4 factor 2.0 frequencies [1.0, 0.5]
      query(%w : tensor<16x4xf32>) key(%w : tensor<16x4xf32>)
      value(%w : tensor<16x4xf32>) output(%o : tensor<4x16xf32>)
      : tensor<?x4xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %w = emb.weight "w" : tensor<16x4xf32>
  %o = emb.weight "o" : tensor<4x16xf32>
  // expected-error@+1 {{frequencies must be 2, one for each pair, positive and finite}}
  %0 = emb.attention %x, %offsets heads 4 rotary 4 frequencies [1.0]
      query(%w : tensor<16x4xf32>) key(%w : tensor<16x4xf32>)
      value(%w : tensor<16x4xf32>) output(%o : tensor<4x16xf32>)
      : tensor<?x4xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %w = emb.weight "w" : tensor<16x4xf32>
  %o = emb.weight "o" : tensor<4x16xf32>
  // expected-error@+1 {{frequencies must be 2, one for each pair, positive and finite}}
  %0 = emb.attention %x, %offsets heads 4 rotary 4 frequencies [1.0, 0.0]
      query(%w : tensor<16x4xf32>) key(%w : tensor<16x4xf32>)
      value(%w : tensor<16x4xf32>) output(%o : tensor<4x16xf32>)
      : tensor<?x4xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %w = emb.weight "w" : tensor<16x4xf32>
  %o = emb.weight "o" : tensor<4x16xf32>
  // expected-error@+1 {{amplitude must be positive and finite, but is 0.000000e+00}}
  %0 = emb.attention %x, %offsets heads 4 rotary 4 base 1.0e4 amplitude 0.0
      query(%w : tensor<16x4xf32>) key(%w : tensor<16x4xf32>)
      value(%w : tensor<16x4xf32>) output(%o : tensor<4x16xf32>)
      : tensor<?x4xf32>
  return
}

// -----

// attention_c10: position tables.
func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %w = emb.weight "w" : tensor<16x4xf32>
  %o = emb.weight "o" : tensor<4x16xf32>
  %t = emb.weight "t" : tensor<8x12xf32>
  // expected-error@+1 {{position_keys must be 16 wide, and both tables of the same even height, at least 4, but are 8x12 and 8x12}}
  %0 = emb.attention %x, %offsets heads 4
      query(%w : tensor<16x4xf32>) key(%w : tensor<16x4xf32>)
      value(%w : tensor<16x4xf32>) output(%o : tensor<4x16xf32>)
      position_keys(%t : tensor<8x12xf32>) : tensor<?x4xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %w = emb.weight "w" : tensor<16x4xf32>
  %o = emb.weight "o" : tensor<4x16xf32>
  %t = emb.weight "t" : tensor<8x16xf32>
  %u = emb.weight "u" : tensor<10x16xf32>
  // expected-error@+1 {{position_queries must be 16 wide, and both tables of the same even height, at least 4, but are 10x16 and 8x16}}
  %0 = emb.attention %x, %offsets heads 4
      query(%w : tensor<16x4xf32>) key(%w : tensor<16x4xf32>)
      value(%w : tensor<16x4xf32>) output(%o : tensor<4x16xf32>)
      position_keys(%t : tensor<8x16xf32>) position_queries(%u : tensor<10x16xf32>) : tensor<?x4xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %w = emb.weight "w" : tensor<16x4xf32>
  %o = emb.weight "o" : tensor<4x16xf32>
  %t = emb.weight "t" : tensor<7x16xf32>
  // expected-error@+1 {{position_keys must be 16 wide, and both tables of the same even height, at least 4, but are 7x16 and 7x16}}
  %0 = emb.attention %x, %offsets heads 4
      query(%w : tensor<16x4xf32>) key(%w : tensor<16x4xf32>)
      value(%w : tensor<16x4xf32>) output(%o : tensor<4x16xf32>)
      position_keys(%t : tensor<7x16xf32>) : tensor<?x4xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %w = emb.weight "w" : tensor<16x4xf32>
  %o = emb.weight "o" : tensor<4x16xf32>
  %b = emb.weight "b" : tensor<8x4xf32>
  %t = emb.weight "t" : tensor<8x16xf32>
  // expected-error@+1 {{position_keys and position_queries do not come with position_bias}}
  %0 = emb.attention %x, %offsets heads 4
      query(%w : tensor<16x4xf32>) key(%w : tensor<16x4xf32>)
      value(%w : tensor<16x4xf32>) output(%o : tensor<4x16xf32>)
      position_bias(%b : tensor<8x4xf32>) position_keys(%t : tensor<8x16xf32>) max_distance 20 : tensor<?x4xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %w = emb.weight "w" : tensor<16x4xf32>
  %o = emb.weight "o" : tensor<4x16xf32>
  %t = emb.weight "t" : tensor<8x16xf32>
  // expected-error@+1 {{max_distance must be more than 3, but is 3}}
  %0 = emb.attention %x, %offsets heads 4
      query(%w : tensor<16x4xf32>) key(%w : tensor<16x4xf32>)
      value(%w : tensor<16x4xf32>) output(%o : tensor<4x16xf32>)
      position_keys(%t : tensor<8x16xf32>) max_distance 3 : tensor<?x4xf32>
  return
}
