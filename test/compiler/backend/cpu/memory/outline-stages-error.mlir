// RUN: emblem-opt %s -split-input-file -verify-diagnostics -outline-stages=target=x86-64-v2

// Before pack-weights.
// expected-error@+1 {{has no weight section: pack-weights comes first}}
kernel.program @m(%ids: tensor<?xi32>, %offsets: tensor<?xi32>) {
}

// -----

kernel.program @m(%ids: tensor<?xi32>, %offsets: tensor<?xi32>)
    attributes {weight_bytes = 0 : i64, arena = #kernel.arena<bytes_per_token = 0, bytes_per_text = 0>} {
  // expected-error@+1 {{has no place: pack-weights comes first}}
  %0 = kernel.weight row ["w"] : tensor<4xf32>
}

// -----

// Before plan-memory.
// expected-error@+1 {{has no arena: plan-memory comes first}}
kernel.program @m(%ids: tensor<?xi32>, %offsets: tensor<?xi32>)
    attributes {weight_bytes = 0 : i64} {
}

// -----

kernel.program @m(%ids: tensor<?xi32>, %offsets: tensor<?xi32>)
    attributes {weight_bytes = 0 : i64, arena = #kernel.arena<bytes_per_token = 0, bytes_per_text = 0>} {
  %0 = kernel.weight table ["w"] at 0 : tensor<10x4xf32>
  // expected-error@+1 {{has no place in the arena: plan-memory comes first}}
  %1 = kernel.gather offsets(%offsets : tensor<?xi32>)
      table(%ids, %0 : tensor<?xi32>, tensor<10x4xf32>) -> tensor<?x4xf32> {stage = "embedding"}
}

// -----

kernel.program @m(%ids: tensor<?xi32>, %offsets: tensor<?xi32>)
    attributes {weight_bytes = 0 : i64, arena = #kernel.arena<bytes_per_token = 0, bytes_per_text = 0>} {
  %0 = kernel.weight table ["w"] at 0 : tensor<10x4xf32>
  // expected-error@+1 {{has no stage: name it}}
  %1 = kernel.gather offsets(%offsets : tensor<?xi32>)
      table(%ids, %0 : tensor<?xi32>, tensor<10x4xf32>) -> tensor<?x4xf32> {arena = array<i64: 0>}
}

// -----

// What is no model.
// expected-error@+1 {{a model takes token ids and offsets, and perhaps token types, all 'tensor<?xi32>' (or in place of ids rows of pixels)}}
kernel.program @m(%ids: tensor<?xi32>) {
}

// -----

kernel.program @m(%ids: tensor<?xi32>, %offsets: tensor<?xi32>)
    attributes {weight_bytes = 0 : i64, arena = #kernel.arena<bytes_per_token = 0, bytes_per_text = 0>} {
  // expected-error@+1 {{is no kernel, and cannot become a stage}}
  %0 = emb.weight "w" : tensor<4xf32>
}

// -----

kernel.program @m(%ids: tensor<?xi32>, %offsets: tensor<?xi32>)
    attributes {weight_bytes = 0 : i64, arena = #kernel.arena<bytes_per_token = 0, bytes_per_text = 0>} {
}
// expected-error@+1 {{is the second program; a module holds one}}
kernel.program @n(%ids: tensor<?xi32>, %offsets: tensor<?xi32>)
    attributes {weight_bytes = 0 : i64, arena = #kernel.arena<bytes_per_token = 0, bytes_per_text = 0>} {
}
