// RUN: emblem-opt %s -split-input-file -verify-diagnostics

// concatenate_c1: the inputs and their widths.
func.func @concatenate_c1(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{takes two inputs or more, but has 1}}
  %0 = kernel.concatenate %x widths [4] : tensor<?x4xf32> -> tensor<?x4xf32>
  return
}

// -----

func.func @concatenate_c1(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{has 2 inputs, but 1 widths}}
  %0 = kernel.concatenate %x, %x widths [4] : tensor<?x4xf32>, tensor<?x4xf32> -> tensor<?x8xf32>
  return
}

// -----

func.func @concatenate_c1(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{the input is 4 wide, but width says 3}}
  %0 = kernel.concatenate %x, %x widths [4, 3] : tensor<?x4xf32>, tensor<?x4xf32> -> tensor<?x7xf32>
  return
}

// -----

// concatenate_c2: the result.
func.func @concatenate_c2(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{the result is 7 wide, but width says 8}}
  %0 = kernel.concatenate %x, %x widths [4, 4] : tensor<?x4xf32>, tensor<?x4xf32> -> tensor<?x7xf32>
  return
}

// -----

// concatenate_c3: the two forms.
func.func @concatenate_c3(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{takes values, so it needs a result}}
  kernel.concatenate %x, %x widths [4, 4] : tensor<?x4xf32>, tensor<?x4xf32>
  return
}

// -----

// concatenate_c4: the types.
func.func @concatenate_c4(%x: tensor<?x4xi8>) {
  // expected-error@+1 {{works on f32, bf16 or f16, not 'i8'}}
  %0 = kernel.concatenate %x, %x widths [4, 4] : tensor<?x4xi8>, tensor<?x4xi8> -> tensor<?x8xf32>
  return
}
