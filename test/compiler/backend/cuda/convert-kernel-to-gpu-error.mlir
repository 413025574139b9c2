// RUN: emblem-opt --convert-kernel-to-gpu -split-input-file -verify-diagnostics %s

kernel.program @weight(%ids: tensor<?xi32>, %offsets: tensor<?xi32>) {
  // expected-error@+1 {{has no place: plan-device-memory comes first}}
  %t = kernel.weight table ["words"] : tensor<37x64xf32>
}

// -----

kernel.program @rows(%ids: tensor<?xi32>, %offsets: tensor<?xi32>) {
  %t = kernel.weight table ["words"] at 0 : tensor<37x64xf32>
  // expected-error@+1 {{has no place in the arena: plan-device-memory comes first}}
  %0 = kernel.gather offsets(%offsets : tensor<?xi32>)
      table(%ids, %t : tensor<?xi32>, tensor<37x64xf32>)
      -> tensor<?x64xf32> {stage = "words"}
}

// -----

kernel.program @stage(%ids: tensor<?xi32>, %offsets: tensor<?xi32>) {
  %t = kernel.weight table ["words"] at 0 : tensor<37x64xf32>
  // expected-error@+1 {{has no stage: name it}}
  %0 = kernel.gather offsets(%offsets : tensor<?xi32>)
      table(%ids, %t : tensor<?xi32>, tensor<37x64xf32>)
      -> tensor<?x64xf32> {places = array<i64: 0>}
}

// -----

kernel.program @other(%ids: tensor<?xi32>, %offsets: tensor<?xi32>) {
  // expected-error@+1 {{is no kernel, and cannot become a stage}}
  %0 = arith.constant 1 : index
}

// -----

kernel.program @i16(%ids: tensor<?xi32>, %offsets: tensor<?xi32>) {
  %t = kernel.weight table ["words"] at 0 : tensor<37x64xf32>
  %0 = kernel.gather offsets(%offsets : tensor<?xi32>)
      table(%ids, %t : tensor<?xi32>, tensor<37x64xf32>)
      -> tensor<?x64xf32> {stage = "words", places = array<i64: 0>}
  // expected-error@+1 {{writes rows in i16, which this device does not read}}
  %1 = kernel.quantize %0 width 64 : tensor<?x64xf32> -> tensor<?x64xi16>
      {stage = "narrow", places = array<i64: 256>}
}
