// RUN: emblem-opt %s -split-input-file -verify-diagnostics

// program_c1
// expected-error@+1 {{returns nothing: kernel.output writes what it computes}}
kernel.program @m(%ids: tensor<?xi32>) -> tensor<?x8xf32> {
}

// -----

// program_c2
// expected-error@+1 {{weight_bytes must not be negative}}
kernel.program @m(%ids: tensor<?xi32>) attributes {weight_bytes = -1 : i64} {
}

// -----

// stage_c1
kernel.program @m(%ids: tensor<?xi32>) {
  // expected-error@+1 {{runs @f, which is not there}}
  kernel.stage "a" run @f over tokens columns 1
}

// -----

// stage_c1
kernel.program @m(%ids: tensor<?xi32>) {
  // expected-error@+1 {{runs @g, which is not there}}
  kernel.stage "a" run @f finish @g over tokens columns 1
}
func.func private @f()

// -----

// stage_c2
kernel.program @m(%ids: tensor<?xi32>) {
  // expected-error@+1 {{columns must be positive}}
  kernel.stage "a" run @f over tokens columns 0
}
func.func private @f()

// -----

// stage_c2
kernel.program @m(%ids: tensor<?xi32>) {
  // expected-error@+1 {{output must not be negative}}
  kernel.stage "a" run @f over tokens columns 1 output -1
}
func.func private @f()

// -----

// stage_c3
kernel.program @m(%ids: tensor<?xi32>) {
  %w = kernel.weight table ["words"] : tensor<100x8xf32>
  // expected-error@+1 {{token_table must be one of the weights}}
  kernel.stage "a" run @f over tokens columns 1 token_table(%w : tensor<100x8xf32>)
}
func.func private @f()

// -----

// expected-error@+2 {{'kernel.stage' op expects parent op 'kernel.program'}}
func.func private @f()
kernel.stage "a" run @f over tokens columns 1
