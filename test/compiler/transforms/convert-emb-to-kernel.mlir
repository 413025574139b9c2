// RUN: emblem-opt %s -split-input-file -convert-emb-to-kernel | FileCheck %s

// What callers must know of the model becomes the program's interface; ids and offsets
// stay the arguments; the vectors go to kernel.output.
// CHECK-LABEL: kernel.program @bag(%arg0: tensor<?xi32>, %arg1: tensor<?xi32>)
// CHECK-SAME: interface = #kernel.interface<dimension = 4, max_tokens = 6, max_positions = 8,
// CHECK-SAME: vocabulary_size = 10, prompts = {q = "query: "}, default_prompt = "q", normalizes = true>
emb.model @bag(%ids, %offsets) max_tokens 6 max_positions 8
    attributes {prompts = {q = "query: "}, default_prompt = "q"} {
  // CHECK: %[[WORDS:.*]] = kernel.weight table ["words"] : tensor<10x4xf32>
  %table = emb.weight "words" : tensor<10x4xf32>
  // CHECK: %[[ROWS:.*]] = kernel.gather offsets(%arg1 : tensor<?xi32>)
  // CHECK-SAME: table(%arg0, %[[WORDS]] : tensor<?xi32>, tensor<10x4xf32>)
  // CHECK-SAME: -> tensor<?x4xf32> {stage = "embedding"}
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  // CHECK: %[[POOLED:.*]] = kernel.pool weighted_mean %[[ROWS]], %arg1
  // CHECK-SAME: {stage = "pool"}
  %1 = emb.pool weighted_mean %0, %offsets : tensor<?x4xf32>
  // CHECK: %[[UNIT:.*]] = kernel.row_norm l2 %[[POOLED]] epsilon 9.9{{.*}}E-13 width 4
  // CHECK-SAME: {stage = "normalize"}
  %2 = emb.normalize %1 : tensor<?x4xf32>
  // CHECK: kernel.output %[[UNIT]] width 4 : tensor<?x4xf32> {stage = "output"}
  // CHECK-NEXT: }
  emb.return %2 : tensor<?x4xf32>
}

// -----

// A scale is a factor of the table's values.
// CHECK-LABEL: kernel.program @scaled
// CHECK: kernel.weight table ["words"] factor 2.000000e+00 : tensor<10x4xf32>
emb.model @scaled(%ids, %offsets) max_tokens 8 max_positions 8 {
  %table = emb.weight "words" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table scale 2.0 : tensor<10x4xf32>
  %1 = emb.pool mean %0, %offsets : tensor<?x4xf32>
  emb.return %1 : tensor<?x4xf32>
}

// -----

// One more id than the table has rows.
// CHECK-LABEL: kernel.program @zero_row
// CHECK-SAME: vocabulary_size = 11
// CHECK: kernel.weight table ["words", 4] : tensor<11x4xf32>
emb.model @zero_row(%ids, %offsets) max_tokens 8 max_positions 8
    attributes {no_special_tokens, no_unknown_tokens} {
  %table = emb.weight "words" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table zero_row : tensor<10x4xf32>
  %1 = emb.pool mean %0, %offsets : tensor<?x4xf32>
  emb.return %1 : tensor<?x4xf32>
}

// -----

// An id must be in every table.
// CHECK-LABEL: kernel.program @two_tables
// CHECK-SAME: vocabulary_size = 7
emb.model @two_tables(%ids, %offsets) max_tokens 8 max_positions 8 {
  %a = emb.weight "a" : tensor<7x4xf32>
  %b = emb.weight "b" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %a : tensor<7x4xf32>
  %1 = emb.token_embedding %ids, %b : tensor<10x4xf32>
  // CHECK: kernel.add %{{.*}}, %{{.*}} {stage = "add"}
  %2 = emb.add %0, %1 : tensor<?x4xf32>
  %3 = emb.pool mean %2, %offsets : tensor<?x4xf32>
  emb.return %3 : tensor<?x4xf32>
}

// -----

// CHECK-LABEL: kernel.program @embeddings
emb.model @embeddings(%ids, %offsets) max_tokens 8 max_positions 8 {
  %table = emb.weight "words" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  // One segment is one row of its table.
  // CHECK: %[[SEGMENT:.*]] = kernel.weight row ["segments"] table_row 1 : tensor<4xf32>
  // CHECK: kernel.gather offsets(%arg1 : {{.*}}) input(%{{.*}}) row(%[[SEGMENT]] : tensor<4xf32>)
  // CHECK-SAME: {stage = "segment"}
  %segments = emb.weight "segments" : tensor<2x4xf32>
  %1 = emb.segment_embedding %0, %segments segment 1 : tensor<?x4xf32>, tensor<2x4xf32>
  // CHECK: %[[LEARNED:.*]] = kernel.weight table ["positions"] : tensor<10x4xf32>
  // CHECK: kernel.gather offsets(%arg1 : {{.*}}) input(%{{.*}}) positions(%[[LEARNED]] : tensor<10x4xf32>)
  // CHECK-SAME: position_offset 2 -> tensor<?x4xf32> {stage = "position"}
  %positions = emb.weight "positions" : tensor<10x4xf32>
  %2 = emb.positional_encoding learned %1, %offsets
      table(%positions : tensor<10x4xf32>) offset 2 : tensor<?x4xf32>
  // Sinusoids are computed once: a row for each of offset + max_positions.
  // CHECK: %[[SINUSOID:.*]] = kernel.weight sinusoid<width = 4> : tensor<11x4xf32>
  // CHECK: kernel.gather {{.*}} positions(%[[SINUSOID]] : tensor<11x4xf32>) position_offset 3
  %3 = emb.positional_encoding sinusoidal %2, %offsets offset 3 : tensor<?x4xf32>
  %4 = emb.pool cls %3, %offsets : tensor<?x4xf32>
  emb.return %4 : tensor<?x4xf32>
}

// -----

// Of pairs each token has the row of its type, and the runtime knows it.
// CHECK-LABEL: kernel.program @pairs(%arg0: tensor<?xi32>, %arg1: tensor<?xi32>, %arg2: tensor<?xi32>)
// CHECK-SAME: token_types = 2, pairs = true
emb.model @pairs(%ids, %offsets, %types) max_tokens 8 max_positions 8 attributes {pairs} {
  %table = emb.weight "words" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  // CHECK: %[[SEGMENTS:.*]] = kernel.weight table ["segments"] : tensor<2x4xf32>
  // CHECK: kernel.gather offsets(%arg1 : {{.*}}) input(%{{[0-9]+}} : tensor<?x4xf32>)
  // CHECK-SAME: segments(%arg2, %[[SEGMENTS]] : tensor<?xi32>, tensor<2x4xf32>)
  %segments = emb.weight "segments" : tensor<2x4xf32>
  %1 = emb.segment_embedding %0, %segments types %types : tensor<?x4xf32>, tensor<2x4xf32>
  %2 = emb.pool cls %1, %offsets : tensor<?x4xf32>
  emb.return %2 : tensor<?x4xf32>
}

// -----

// Query, key and value are one matmul over the three weights joined.
// CHECK-LABEL: kernel.program @attention
emb.model @attention(%ids, %offsets) max_tokens 8 max_positions 8 {
  %table = emb.weight "words" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  %q = emb.weight "q" : tensor<6x4xf32>
  %k = emb.weight "k" : tensor<6x4xf32>
  %v = emb.weight "v" : tensor<6x4xf32>
  %o = emb.weight "o" : tensor<4x6xf32>
  %b = emb.weight "b" : tensor<6xf32>
  // A bias that is not there is zeros where another is.
  // CHECK: %[[JOINED:.*]] = kernel.weight matrix ["q", "k", "v"] : tensor<18x4xf32>
  // CHECK: %[[BIAS:.*]] = kernel.weight row [6, "b", 6] : tensor<18xf32>
  // CHECK: %[[QKV:.*]] = kernel.matmul %{{.*}}, %[[JOINED]] bias(%[[BIAS]] : tensor<18xf32>)
  // CHECK-SAME: -> tensor<?x18xf32> {stage = "layer.0.query_key_value"}
  // CHECK: %[[A:.*]] = kernel.attention %[[QKV]], %arg1 heads 2 head_size 3 scale 0.57735
  // CHECK-SAME: : tensor<?x18xf32>, tensor<?xi32> -> tensor<?x6xf32> {stage = "layer.0.attention"}
  // CHECK: %[[O:.*]] = kernel.weight matrix ["o"] : tensor<4x6xf32>
  // CHECK: kernel.matmul %[[A]], %[[O]] : tensor<?x6xf32>, tensor<4x6xf32> -> tensor<?x4xf32>
  // CHECK-SAME: {stage = "layer.0.attention_output"}
  %1 = emb.attention %0, %offsets heads 2
      query(%q : tensor<6x4xf32>) key(%k : tensor<6x4xf32>, %b : tensor<6xf32>)
      value(%v : tensor<6x4xf32>) output(%o : tensor<4x6xf32>) : tensor<?x4xf32>
  // No bias at all; a scale of its own; the next layer.
  // CHECK: kernel.matmul
  // CHECK-NOT: bias
  // CHECK-SAME: {stage = "layer.1.query_key_value"}
  // CHECK: kernel.attention {{.*}} heads 1 head_size 6 scale 2.500000e-01 {{.*}} {stage = "layer.1.attention"}
  %2 = emb.attention %1, %offsets heads 1 scale 0.25
      query(%q : tensor<6x4xf32>) key(%k : tensor<6x4xf32>)
      value(%v : tensor<6x4xf32>) output(%o : tensor<4x6xf32>) : tensor<?x4xf32>
  %3 = emb.pool mean %2, %offsets : tensor<?x4xf32>
  emb.return %3 : tensor<?x4xf32>
}

// -----

// CHECK-LABEL: kernel.program @layers
emb.model @layers(%ids, %offsets) max_tokens 8 max_positions 8 {
  %table = emb.weight "words" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  %u = emb.weight "u" : tensor<6x4xf32>
  %d = emb.weight "d" : tensor<4x6xf32>
  %b = emb.weight "b" : tensor<6xf32>
  // CHECK: kernel.matmul %{{.*}} bias(%{{.*}} : tensor<6xf32>) activation silu {{.*}} {stage = "layer.0.feed_forward_up"}
  // CHECK: kernel.matmul
  // CHECK-NOT: {{bias|activation}}
  // CHECK-SAME: -> tensor<?x4xf32> {stage = "layer.0.feed_forward_down"}
  %1 = emb.feed_forward %0 silu up(%u : tensor<6x4xf32>, %b : tensor<6xf32>)
      down(%d : tensor<4x6xf32>) : tensor<?x4xf32> -> tensor<?x4xf32>
  // What a norm does not have is ones or zeros.
  // CHECK: %[[ONES:.*]] = kernel.weight row [dense<1.000000e+00> : tensor<4xf32>] : tensor<4xf32>
  // CHECK: %[[SHIFT:.*]] = kernel.weight row ["s"] : tensor<4xf32>
  // CHECK: kernel.row_norm layer %{{.*}} scale(%[[ONES]] : tensor<4xf32>) shift(%[[SHIFT]] : tensor<4xf32>)
  // CHECK-SAME: width 4 : tensor<?x4xf32> -> tensor<?x4xf32> {stage = "norm"}
  %s = emb.weight "s" : tensor<4xf32>
  %2 = emb.layer_norm %1 shift(%s : tensor<4xf32>) epsilon 1.0e-3 : tensor<?x4xf32>
  // CHECK: %[[ZEROS:.*]] = kernel.weight row [dense<0.000000e+00> : tensor<4xf32>] : tensor<4xf32>
  // CHECK: kernel.row_norm layer %{{.*}} shift(%[[ZEROS]] : tensor<4xf32>)
  %3 = emb.layer_norm %2 scale(%s : tensor<4xf32>) epsilon 1.0e-3 : tensor<?x4xf32>
  %4 = emb.pool max %3, %offsets : tensor<?x4xf32>
  // Values in place stay in place.
  // CHECK: kernel.weight matrix [dense<5.000000e-01> : tensor<2x4xf16>] : tensor<2x4xf32>
  // CHECK: kernel.matmul %{{.*}} activation tanh {{.*}} -> tensor<?x2xf32> {stage = "dense.0"}
  %w = emb.weight "w" = dense<0.5> : tensor<2x4xf16>
  %5 = emb.dense %4 tanh weight(%w : tensor<2x4xf16>) : tensor<?x4xf32> -> tensor<?x2xf32>
  emb.return %5 : tensor<?x2xf32>
}

// -----

// A module without a model stays as it is.
// CHECK-LABEL: func.func @no_model
// CHECK: emb.normalize
func.func @no_model(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = emb.normalize %x : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// -----

// CHECK-LABEL: kernel.program @modern
emb.model @modern(%ids, %offsets) max_tokens 8 max_positions 8 {
  %table = emb.weight "words" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  %q = emb.weight "q" : tensor<8x4xf32>
  %k = emb.weight "k" : tensor<4x4xf32>
  %v = emb.weight "v" : tensor<4x4xf32>
  %o = emb.weight "o" : tensor<4x8xf32>
  %n = emb.weight "n" : tensor<4xf32>
  %b = emb.weight "b" : tensor<8x2xf32>
  // Shared keys: fewer columns of the joined matmul. Norms and rotary positions
  // are a kernel between the two.
  // CHECK: %[[QKV:.*]] = kernel.matmul {{.*}} -> tensor<?x16xf32> {stage = "layer.0.query_key_value"}
  // CHECK: %[[TABLE:.*]] = kernel.weight rotary<features = 4, base = 1.000000e+04, factor = 1.000000e+00> : tensor<8x4xf32>
  // CHECK: %[[NORM:.*]] = kernel.weight row ["n"] : tensor<4xf32>
  // CHECK: %[[HEADS:.*]] = kernel.prepare_heads %[[QKV]], %arg1 heads 2 key_value_heads 1 head_size 4
  // CHECK-SAME: query_norm(%[[NORM]] : tensor<4xf32>) epsilon 1.250000e-01 rotary 4
  // CHECK-SAME: table(%[[TABLE]] : tensor<8x4xf32>) {{.*}} {stage = "layer.0.prepare_heads"}
  // CHECK: kernel.attention %[[HEADS]], %arg1 heads 2 key_value_heads 1 head_size 4
  // CHECK-SAME: before 2 after 0 : tensor<?x16xf32>, tensor<?xi32> -> tensor<?x8xf32>
  %1 = emb.attention %0, %offsets heads 2 key_value_heads 1 before 2 after 0
      rotary 4 base 1.0e4
      query(%q : tensor<8x4xf32>) key(%k : tensor<4x4xf32>)
      value(%v : tensor<4x4xf32>) output(%o : tensor<4x8xf32>)
      query_norm(%n : tensor<4xf32>) norm_epsilon 0.125 : tensor<?x4xf32>
  // Distances from -7 to 7, whichever way scores gain by them.
  // CHECK: %[[BIAS:.*]] = kernel.weight position_bias<table = "b", max_distance = 20, positions = 8> : tensor<2x15xf32>
  // CHECK: kernel.attention {{.*}} bias(%[[BIAS]] : tensor<2x15xf32>) positions 8
  %2 = emb.attention %1, %offsets heads 2
      query(%q : tensor<8x4xf32>) key(%q : tensor<8x4xf32>)
      value(%q : tensor<8x4xf32>) output(%o : tensor<4x8xf32>)
      position_bias(%b : tensor<8x2xf32>) max_distance 20 : tensor<?x4xf32>
  // CHECK: %[[ALIBI:.*]] = kernel.weight alibi<positions = 8> : tensor<2x15xf32>
  // CHECK: kernel.attention {{.*}} softcap 5.000000e+00 bias(%[[ALIBI]] : tensor<2x15xf32>) positions 8
  %3 = emb.attention %2, %offsets heads 2 softcap 5.0 alibi
      query(%q : tensor<8x4xf32>) key(%q : tensor<8x4xf32>)
      value(%q : tensor<8x4xf32>) output(%o : tensor<4x8xf32>) : tensor<?x4xf32>
  // A gate is a matmul of its own, by which the other is multiplied.
  // CHECK: %[[GATE:.*]] = kernel.matmul {{.*}} activation silu {{.*}} {stage = "layer.2.feed_forward_gate"}
  // CHECK: kernel.matmul {{.*}} multiplier(%[[GATE]] : tensor<?x8xf32>) {{.*}} {stage = "layer.2.feed_forward_up"}
  %4 = emb.feed_forward %3 silu up(%q : tensor<8x4xf32>) gate(%q : tensor<8x4xf32>)
      down(%o : tensor<4x8xf32>) : tensor<?x4xf32> -> tensor<?x4xf32>
  // CHECK: kernel.row_norm rms %{{.*}} scale(%{{.*}} : tensor<4xf32>) epsilon 1.250000e-01 width 4
  %5 = emb.rms_norm %4 scale(%n : tensor<4xf32>) epsilon 0.125 : tensor<?x4xf32>
  %6 = emb.pool last %5, %offsets : tensor<?x4xf32>
  emb.return %6 : tensor<?x4xf32>
}

// Keys and queries of positions are of weights alone: one weight each, computed
// with the model's other weights.
// CHECK-LABEL: kernel.program @relative(
emb.model @relative(%ids, %offsets) max_tokens 8 max_positions 8 {
  %table = emb.weight "words" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  %w = emb.weight "w" : tensor<8x4xf32>
  %c = emb.weight "c" : tensor<8xf32>
  %o = emb.weight "o" : tensor<4x8xf32>
  %g = emb.weight "g" : tensor<4xf32>
  %t = emb.weight "t" : tensor<6x4xf32>
  %n = emb.layer_norm %t scale(%g : tensor<4xf32>) epsilon 0.125 : tensor<6x4xf32>
  %k = emb.dense %n identity weight(%w : tensor<8x4xf32>, %c : tensor<8xf32>)
      : tensor<6x4xf32> -> tensor<6x8xf32>
  %q = emb.dense %t identity weight(%w : tensor<8x4xf32>)
      : tensor<6x4xf32> -> tensor<6x8xf32>
  // CHECK-NOT: kernel.row_norm
  // CHECK-DAG: %[[ROWS:.*]] = kernel.weight position_rows<height = 6, max_distance = 20, positions = 8> : tensor<1x15xf32>
  // CHECK-DAG: %[[K:.*]] = kernel.weight projection<table = "t", scale = "g", epsilon = 1.250000e-01, matrix = "w", bias = "c"> : tensor<8x6xf32>
  // CHECK-DAG: %[[Q:.*]] = kernel.weight projection<table = "t", matrix = "w"> : tensor<8x6xf32>
  // CHECK: kernel.attention {{.*}} position_keys(%[[K]] : tensor<8x6xf32>)
  // CHECK-SAME: position_queries(%[[Q]] : tensor<8x6xf32>) position_rows(%[[ROWS]] : tensor<1x15xf32>)
  // CHECK-SAME: positions 8
  %1 = emb.attention %0, %offsets heads 2
      query(%w : tensor<8x4xf32>) key(%w : tensor<8x4xf32>)
      value(%w : tensor<8x4xf32>) output(%o : tensor<4x8xf32>)
      position_keys(%k : tensor<6x8xf32>) position_queries(%q : tensor<6x8xf32>)
      max_distance 20 : tensor<?x4xf32>
  // Frequencies that a model gives, with their amplitude.
  // CHECK: kernel.weight rotary<features = 4, frequencies = dense<[1.000000e+00, 2.500000e-01]> : tensor<2xf64>, amplitude = 1.500000e+00> : tensor<8x4xf32>
  %2 = emb.attention %1, %offsets heads 2
      rotary 4 frequencies [1.0, 0.25] amplitude 1.5
      query(%w : tensor<8x4xf32>) key(%w : tensor<8x4xf32>)
      value(%w : tensor<8x4xf32>) output(%o : tensor<4x8xf32>) : tensor<?x4xf32>
  %3 = emb.pool mean %2, %offsets : tensor<?x4xf32>
  emb.return %3 : tensor<?x4xf32>
}
