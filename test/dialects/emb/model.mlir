// RUN: emblem-opt %s | emblem-opt | FileCheck %s
// RUN: emblem-opt %s -emit-bytecode | emblem-opt | FileCheck %s

// Everything that a model may say of itself; its arguments keep their names.
// CHECK-LABEL: emb.model @everything(%ids, %offsets) max_tokens 128 max_positions 512 attributes {
// CHECK-SAME:    default_prompt = "query"
// CHECK-SAME:    end_token = 7 : i64
// CHECK-SAME:    padding = 0 : i64
// CHECK-SAME:    prompts = {passage = "passage: ", query = "query: "}
// CHECK-SAME:    tokenizer = "tokenizer.json"
// CHECK-SAME:    weights = ["a.safetensors", "b.safetensors"]
// CHECK-NEXT:    %table = emb.weight "table" : tensor<100x8xf32>
// CHECK-NEXT:    %[[ROWS:.*]] = emb.token_embedding %ids, %table
// CHECK-NEXT:    %[[VECTORS:.*]] = emb.pool mean %[[ROWS]], %offsets
// CHECK-NEXT:    emb.return %[[VECTORS]] : tensor<?x8xf32>
// CHECK-NEXT:  }
emb.model @everything(%a, %b) max_tokens 128 max_positions 512
    attributes {weights = ["a.safetensors", "b.safetensors"],
                tokenizer = "tokenizer.json",
                prompts = {query = "query: ", passage = "passage: "},
                default_prompt = "query", end_token = 7, padding = 0} {
  %table = emb.weight "table" : tensor<100x8xf32>
  %0 = emb.token_embedding %a, %table : tensor<100x8xf32>
  %1 = emb.pool mean %0, %b : tensor<?x8xf32>
  emb.return %1 : tensor<?x8xf32>
}

// Only what a model must say.
// CHECK-LABEL: emb.model @"a-name with spaces"(%ids, %offsets) max_tokens 1 max_positions 1 {
emb.model @"a-name with spaces"(%ids, %offsets) max_tokens 1 max_positions 1 {
  %table = emb.weight "table" : tensor<100x8xf32>
  %0 = emb.token_embedding %ids, %table : tensor<100x8xf32>
  %1 = emb.pool cls %0, %offsets : tensor<?x8xf32>
  emb.return %1 : tensor<?x8xf32>
}

// Pairs, with the type of each token and without.
// CHECK-LABEL: emb.model @typed(%ids, %offsets, %types) max_tokens 8 max_positions 8
// CHECK-SAME: attributes {pairs} {
emb.model @typed(%ids, %offsets, %t) max_tokens 8 max_positions 8 attributes {pairs} {
  %table = emb.weight "table" : tensor<100x8xf32>
  %segments = emb.weight "segments" : tensor<2x8xf32>
  %0 = emb.token_embedding %ids, %table : tensor<100x8xf32>
  // CHECK: types %types
  %1 = emb.segment_embedding %0, %segments types %t : tensor<?x8xf32>, tensor<2x8xf32>
  %2 = emb.pool cls %1, %offsets : tensor<?x8xf32>
  emb.return %2 : tensor<?x8xf32>
}

// CHECK-LABEL: emb.model @untyped(%ids, %offsets) max_tokens 8 max_positions 8
// CHECK-SAME: attributes {pairs} {
emb.model @untyped(%ids, %offsets) max_tokens 8 max_positions 8 attributes {pairs} {
  %table = emb.weight "table" : tensor<100x8xf32>
  %0 = emb.token_embedding %ids, %table : tensor<100x8xf32>
  %1 = emb.pool cls %0, %offsets : tensor<?x8xf32>
  emb.return %1 : tensor<?x8xf32>
}

// A text around the two, in place of the tokenizer's template.
// CHECK-LABEL: emb.model @asked(%ids, %offsets) max_tokens 8 max_positions 8
// CHECK-SAME: attributes {distance = 2 : i32, labels = ["0", "1", "2", "3", "4", "5", "6", "7"], pair_text = ["Query: ", "\0AText: ", "\0AYes or no?"], pairs} {
emb.model @asked(%ids, %offsets) max_tokens 8 max_positions 8
    attributes {pairs, distance = 2 : i32, labels = ["0", "1", "2", "3", "4", "5", "6", "7"],
                pair_text = ["Query: ", "\nText: ", "\nYes or no?"]} {
  %table = emb.weight "table" : tensor<100x8xf32>
  %0 = emb.token_embedding %ids, %table : tensor<100x8xf32>
  %1 = emb.pool last %0, %offsets : tensor<?x8xf32>
  emb.return %1 : tensor<?x8xf32>
}
