// RUN: emblem-opt %s -split-input-file -verify-diagnostics

// Constraint 1: the inputs and their widths.
func.func @f(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{takes two inputs or more, but has 1}}
  %0 = kernel.concatenate %x widths [4] : tensor<?x4xf32> -> tensor<?x4xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{has 2 inputs, but 1 widths}}
  %0 = kernel.concatenate %x, %x widths [4] : tensor<?x4xf32>, tensor<?x4xf32> -> tensor<?x8xf32>
  return
}

// -----

func.func @f(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{the input is 4 wide, but width says 3}}
  %0 = kernel.concatenate %x, %x widths [4, 3] : tensor<?x4xf32>, tensor<?x4xf32> -> tensor<?x7xf32>
  return
}

// -----

// Constraint 2: the result.
func.func @f(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{the result is 7 wide, but width says 8}}
  %0 = kernel.concatenate %x, %x widths [4, 4] : tensor<?x4xf32>, tensor<?x4xf32> -> tensor<?x7xf32>
  return
}

// -----

// Constraint 3: the two forms.
func.func @f(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{takes values, so it needs a result}}
  kernel.concatenate %x, %x widths [4, 4] : tensor<?x4xf32>, tensor<?x4xf32>
  return
}

// -----

// Constraint 4: the types.
func.func @f(%x: tensor<?x4xi8>) {
  // expected-error@+1 {{works on f32 or bf16, not 'i8'}}
  %0 = kernel.concatenate %x, %x widths [4, 4] : tensor<?x4xi8>, tensor<?x4xi8> -> tensor<?x8xf32>
  return
}
