// RUN: emblem-opt %s -split-input-file -verify-diagnostics

// attention_c1: heads and scale.
func.func @attention_c1(%x: tensor<?x24xf32>, %offsets: tensor<?xi32>) {
  // expected-error@+1 {{heads and head_size must be positive, but are 0 and 4}}
  %0 = kernel.attention %x, %offsets heads 0 head_size 4 scale 0.5
      : tensor<?x24xf32>, tensor<?xi32> -> tensor<?x8xf32>
  return
}

// -----

func.func @attention_c1(%x: tensor<?x24xf32>, %offsets: tensor<?xi32>) {
  // expected-error@+1 {{heads and head_size must be positive, but are 2 and -4}}
  %0 = kernel.attention %x, %offsets heads 2 head_size -4 scale 0.5
      : tensor<?x24xf32>, tensor<?xi32> -> tensor<?x8xf32>
  return
}

// -----

func.func @attention_c1(%x: tensor<?x24xf32>, %offsets: tensor<?xi32>) {
  // expected-error@+1 {{scale must be positive and finite, but is -5.000000e-01 : f64}}
  %0 = kernel.attention %x, %offsets heads 2 head_size 4 scale -0.5
      : tensor<?x24xf32>, tensor<?xi32> -> tensor<?x8xf32>
  return
}

// -----

func.func @attention_c1(%x: tensor<?x24xf32>, %offsets: tensor<?xi32>) {
  // expected-error@+1 {{scale must be positive and finite, but is 0x7FF8000000000000 : f64}}
  %0 = kernel.attention %x, %offsets heads 2 head_size 4 scale 0x7FF8000000000000
      : tensor<?x24xf32>, tensor<?xi32> -> tensor<?x8xf32>
  return
}

// -----

func.func @attention_c1(%x: tensor<?x24xf32>, %offsets: tensor<?xi32>) {
  // expected-error@+1 {{4611686018427387904 heads of 4 are too many}}
  %0 = kernel.attention %x, %offsets heads 4611686018427387904 head_size 4 scale 0.5
      : tensor<?x24xf32>, tensor<?xi32> -> tensor<?x8xf32>
  return
}

// -----

// attention_c2: widths.
func.func @attention_c2(%x: tensor<?x25xf32>, %offsets: tensor<?xi32>) {
  // expected-error@+1 {{2 heads of 4 need an input 24 wide and a result 8 wide, not 25 and 8}}
  %0 = kernel.attention %x, %offsets heads 2 head_size 4 scale 0.5
      : tensor<?x25xf32>, tensor<?xi32> -> tensor<?x8xf32>
  return
}

// -----

func.func @attention_c2(%x: tensor<?x24xf32>, %offsets: tensor<?xi32>) {
  // expected-error@+1 {{2 heads of 4 need an input 24 wide and a result 8 wide, not 24 and 9}}
  %0 = kernel.attention %x, %offsets heads 2 head_size 4 scale 0.5
      : tensor<?x24xf32>, tensor<?xi32> -> tensor<?x9xf32>
  return
}

// -----

func.func @attention_c2(%x: memref<?x23xf32>, %offsets: memref<?xi32>, %o: memref<?x16xf32>, %t: index) {
  // expected-error@+1 {{2 heads of 4 need an input 24 wide and a result 8 wide, not 23 and 16}}
  kernel.attention %x, %offsets sequences(%offsets : memref<?xi32>) heads 2 head_size 4 scale 0.5
      into(%o : memref<?x16xf32>) tile(%t, %t, %t, %t) : memref<?x23xf32>, memref<?xi32>
  return
}

// -----

// attention_c3: the two forms.
func.func @attention_c3(%x: tensor<?x24xf32>, %offsets: tensor<?xi32>) {
  // expected-error@+1 {{takes values, so it needs a result}}
  kernel.attention %x, %offsets heads 2 head_size 4 scale 0.5 : tensor<?x24xf32>, tensor<?xi32>
  return
}

// -----

func.func @attention_c3(%x: memref<?x32xf32>, %offsets: memref<?xi32>, %o: memref<?x16xf32>, %t: index) {
  // expected-error@+1 {{takes buffers, so it needs 'sequences'}}
  kernel.attention %x, %offsets heads 2 head_size 4 scale 0.5
      into(%o : memref<?x16xf32>) tile(%t, %t, %t, %t) : memref<?x32xf32>, memref<?xi32>
  return
}

// -----

func.func @attention_c3(%x: tensor<?x24xf32>, %offsets: tensor<?xi32>) {
  // expected-error@+1 {{takes values, so it has no 'sequences'}}
  %0 = kernel.attention %x, %offsets sequences(%offsets : tensor<?xi32>) heads 2 head_size 4 scale 0.5
      : tensor<?x24xf32>, tensor<?xi32> -> tensor<?x8xf32>
  return
}

// -----

func.func @attention_c3(%x: memref<?x32xf32>, %offsets: memref<?xi32>, %o: memref<?x16xf32>, %t: index) {
  // expected-error@+1 {{takes buffers, so it needs 'into' and a 'tile' of four}}
  kernel.attention %x, %offsets sequences(%offsets : memref<?xi32>) heads 2 head_size 4 scale 0.5
      : memref<?x32xf32>, memref<?xi32>
  return
}

// -----

// attention_c4: the types and the second result.
func.func @attention_c4(%x: tensor<?x24xi8>, %offsets: tensor<?xi32>) {
  // expected-error@+1 {{works on f32, bf16 or f16, not 'i8'}}
  %0 = kernel.attention %x, %offsets heads 2 head_size 4 scale 0.5
      : tensor<?x24xi8>, tensor<?xi32> -> tensor<?x8xf32>
  return
}

// -----

func.func @attention_c4(%x: tensor<?x24xf32>, %offsets: tensor<?xi32>) {
  // expected-error@+1 {{writes f32 or bf16; what is quantized is its second result}}
  %0 = kernel.attention %x, %offsets heads 2 head_size 4 scale 0.5
      : tensor<?x24xf32>, tensor<?xi32> -> tensor<?x8xi8>
  return
}

// -----

func.func @attention_c4(%x: tensor<?x24xf32>, %offsets: tensor<?xi32>) {
  // expected-error@+1 {{the second result is 9 wide, but the rows 8}}
  %0:2 = kernel.attention %x, %offsets heads 2 head_size 4 scale 0.5
      : tensor<?x24xf32>, tensor<?xi32> -> tensor<?x8xf32>, tensor<?x9xi8>
  return
}

// -----

// Offsets are i32.
func.func @f(%x: tensor<?x24xf32>, %offsets: tensor<?xi64>) {
  // expected-error@+1 {{operand #1 must be one i32 a token or a text}}
  %0 = kernel.attention %x, %offsets heads 2 head_size 4 scale 0.5
      : tensor<?x24xf32>, tensor<?xi64> -> tensor<?x8xf32>
  return
}
