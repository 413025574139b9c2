// RUN: emblem-opt %s -split-input-file -verify-diagnostics

// attention_c1: heads.
func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %q = emb.weight "q" : tensor<6x4xf32>
  %k = emb.weight "k" : tensor<6x4xf32>
  %v = emb.weight "v" : tensor<6x4xf32>
  %o = emb.weight "o" : tensor<4x6xf32>
  // expected-error@+1 {{heads must be positive, but is 0}}
  %0 = emb.attention %x, %offsets heads 0
      query(%q : tensor<6x4xf32>)
      key(%k : tensor<6x4xf32>)
      value(%v : tensor<6x4xf32>)
      output(%o : tensor<4x6xf32>) : tensor<?x4xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %q = emb.weight "q" : tensor<6x4xf32>
  %k = emb.weight "k" : tensor<6x4xf32>
  %v = emb.weight "v" : tensor<6x4xf32>
  %o = emb.weight "o" : tensor<4x6xf32>
  // expected-error@+1 {{4 heads do not divide 6, the height of the query weight}}
  %0 = emb.attention %x, %offsets heads 4
      query(%q : tensor<6x4xf32>)
      key(%k : tensor<6x4xf32>)
      value(%v : tensor<6x4xf32>)
      output(%o : tensor<4x6xf32>) : tensor<?x4xf32>
  return
}

// -----

// attention_c2: the shapes of query, key and value.
func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %q = emb.weight "q" : tensor<6x5xf32>
  %k = emb.weight "k" : tensor<6x5xf32>
  %v = emb.weight "v" : tensor<6x5xf32>
  %o = emb.weight "o" : tensor<4x6xf32>
  // expected-error@+1 {{the query weight is 5 wide, but the input 4}}
  %0 = emb.attention %x, %offsets heads 2
      query(%q : tensor<6x5xf32>)
      key(%k : tensor<6x5xf32>)
      value(%v : tensor<6x5xf32>)
      output(%o : tensor<4x6xf32>) : tensor<?x4xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %q = emb.weight "q" : tensor<6x4xf32>
  %k = emb.weight "k" : tensor<8x4xf32>
  %v = emb.weight "v" : tensor<6x4xf32>
  %o = emb.weight "o" : tensor<4x6xf32>
  // expected-error@+1 {{the key weight is 8x4, but the query weight 6x4}}
  %0 = emb.attention %x, %offsets heads 2
      query(%q : tensor<6x4xf32>)
      key(%k : tensor<8x4xf32>)
      value(%v : tensor<6x4xf32>)
      output(%o : tensor<4x6xf32>) : tensor<?x4xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %q = emb.weight "q" : tensor<6x4xf32>
  %k = emb.weight "k" : tensor<6x4xf32>
  %v = emb.weight "v" : tensor<6x3xf32>
  %o = emb.weight "o" : tensor<4x6xf32>
  // expected-error@+1 {{the value weight is 6x3, but the query weight 6x4}}
  %0 = emb.attention %x, %offsets heads 2
      query(%q : tensor<6x4xf32>)
      key(%k : tensor<6x4xf32>)
      value(%v : tensor<6x3xf32>)
      output(%o : tensor<4x6xf32>) : tensor<?x4xf32>
  return
}

// -----

// attention_c3: the output weight's shape.
func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %q = emb.weight "q" : tensor<6x4xf32>
  %k = emb.weight "k" : tensor<6x4xf32>
  %v = emb.weight "v" : tensor<6x4xf32>
  %o = emb.weight "o" : tensor<6x4xf32>
  // expected-error@+1 {{the output weight is 6x4, but must be 4x6: the input's width by the query weight's height}}
  %0 = emb.attention %x, %offsets heads 2
      query(%q : tensor<6x4xf32>)
      key(%k : tensor<6x4xf32>)
      value(%v : tensor<6x4xf32>)
      output(%o : tensor<6x4xf32>) : tensor<?x4xf32>
  return
}

// -----

// attention_c4: biases.
func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %q = emb.weight "q" : tensor<6x4xf32>
  %k = emb.weight "k" : tensor<6x4xf32>
  %v = emb.weight "v" : tensor<6x4xf32>
  %o = emb.weight "o" : tensor<4x6xf32>
  %qb = emb.weight "qb" : tensor<4xf32>
  // expected-error@+1 {{the query bias is 4 long, but its weight 6 high}}
  %0 = emb.attention %x, %offsets heads 2
      query(%q : tensor<6x4xf32>, %qb : tensor<4xf32>)
      key(%k : tensor<6x4xf32>)
      value(%v : tensor<6x4xf32>)
      output(%o : tensor<4x6xf32>) : tensor<?x4xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %q = emb.weight "q" : tensor<6x4xf32>
  %k = emb.weight "k" : tensor<6x4xf32>
  %v = emb.weight "v" : tensor<6x4xf32>
  %o = emb.weight "o" : tensor<4x6xf32>
  %kb = emb.weight "kb" : tensor<4xf32>
  // expected-error@+1 {{the key bias is 4 long, but its weight 6 high}}
  %0 = emb.attention %x, %offsets heads 2
      query(%q : tensor<6x4xf32>)
      key(%k : tensor<6x4xf32>, %kb : tensor<4xf32>)
      value(%v : tensor<6x4xf32>)
      output(%o : tensor<4x6xf32>) : tensor<?x4xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %q = emb.weight "q" : tensor<6x4xf32>
  %k = emb.weight "k" : tensor<6x4xf32>
  %v = emb.weight "v" : tensor<6x4xf32>
  %o = emb.weight "o" : tensor<4x6xf32>
  %vb = emb.weight "vb" : tensor<4xf32>
  // expected-error@+1 {{the value bias is 4 long, but its weight 6 high}}
  %0 = emb.attention %x, %offsets heads 2
      query(%q : tensor<6x4xf32>)
      key(%k : tensor<6x4xf32>)
      value(%v : tensor<6x4xf32>, %vb : tensor<4xf32>)
      output(%o : tensor<4x6xf32>) : tensor<?x4xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %q = emb.weight "q" : tensor<6x4xf32>
  %k = emb.weight "k" : tensor<6x4xf32>
  %v = emb.weight "v" : tensor<6x4xf32>
  %o = emb.weight "o" : tensor<4x6xf32>
  %ob = emb.weight "ob" : tensor<6xf32>
  // expected-error@+1 {{the output bias is 6 long, but its weight 4 high}}
  %0 = emb.attention %x, %offsets heads 2
      query(%q : tensor<6x4xf32>)
      key(%k : tensor<6x4xf32>)
      value(%v : tensor<6x4xf32>)
      output(%o : tensor<4x6xf32>, %ob : tensor<6xf32>) : tensor<?x4xf32>
  return
}

// -----

// attention_c5: the scale.
func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %q = emb.weight "q" : tensor<6x4xf32>
  %k = emb.weight "k" : tensor<6x4xf32>
  %v = emb.weight "v" : tensor<6x4xf32>
  %o = emb.weight "o" : tensor<4x6xf32>
  // expected-error@+1 {{scale must be positive and finite, but is -1.000000e+00 : f64}}
  %0 = emb.attention %x, %offsets heads 2 scale -1.0
      query(%q : tensor<6x4xf32>)
      key(%k : tensor<6x4xf32>)
      value(%v : tensor<6x4xf32>)
      output(%o : tensor<4x6xf32>) : tensor<?x4xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %q = emb.weight "q" : tensor<6x4xf32>
  %k = emb.weight "k" : tensor<6x4xf32>
  %v = emb.weight "v" : tensor<6x4xf32>
  %o = emb.weight "o" : tensor<4x6xf32>
  // expected-error@+1 {{scale must be positive and finite, but is 0x7FF0000000000000 : f64}}
  %0 = emb.attention %x, %offsets heads 2 scale 0x7FF0000000000000
      query(%q : tensor<6x4xf32>)
      key(%k : tensor<6x4xf32>)
      value(%v : tensor<6x4xf32>)
      output(%o : tensor<4x6xf32>) : tensor<?x4xf32>
  return
}

// -----

// Syntax.
func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %q = emb.weight "q" : tensor<4x4xf32>
  %0 = emb.attention %x, %offsets heads 2
      query(%q : tensor<4x4xf32>)
      // expected-error@+1 {{expected 'key'}}
      value(%q : tensor<4x4xf32>) : tensor<?x4xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %q = emb.weight "q" : tensor<4x4xf32>
  %0 = emb.attention %x, %offsets heads 2
      // expected-error@+1 {{expected ')'}}
      query(%q : tensor<4x4xf32> %q) : tensor<?x4xf32>
  return
}
