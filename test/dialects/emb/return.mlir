// RUN: emblem-opt %s | emblem-opt | FileCheck %s
// RUN: emblem-opt %s -emit-bytecode | emblem-opt | FileCheck %s

// CHECK-LABEL: emb.model @all
// CHECK-SAME: prompt_rules = {query = {expansion = 3 : i64, keeps_all, marker = 4 : i64, max_tokens = 6 : i64}}
emb.model @all(%ids, %offsets) max_tokens 8 max_positions 8
    attributes {prompts = {query = ""}, prompt_rules = {query = {
        max_tokens = 6 : i64, marker = 4 : i64, expansion = 3 : i64, keeps_all}}} {
  %table = emb.weight "table" : tensor<10x4xf32>
  %w = emb.weight "weights" : tensor<1x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  %1 = emb.pool cls %0, %offsets : tensor<?x4xf32>
  %2 = emb.dense %0 log1p_relu weight(%table : tensor<10x4xf32>) : tensor<?x4xf32> -> tensor<?x10xf32>
  %3 = emb.pool max %2, %offsets : tensor<?x10xf32>
  %4 = emb.dense %0 relu weight(%w : tensor<1x4xf32>) : tensor<?x4xf32> -> tensor<?x1xf32>
  // CHECK: emb.return dense %{{.*}} : tensor<?x4xf32>, sparse %{{.*}} : tensor<?x10xf32>, token_weights %{{.*}} : tensor<?x1xf32>, multi_vector %{{.*}} : tensor<?x4xf32> {skipped = array<i32: 7>, skips_first, unweighted = array<i32: 0, 2>}
  emb.return dense %1 : tensor<?x4xf32>, sparse %3 : tensor<?x10xf32>,
      token_weights %4 : tensor<?x1xf32>, multi_vector %0 : tensor<?x4xf32>
      {unweighted = array<i32: 0, 2>, skipped = array<i32: 7>, skips_first}
}

// CHECK-LABEL: emb.model @dense
emb.model @dense(%ids, %offsets) max_tokens 8 max_positions 8 {
  %table = emb.weight "table" : tensor<10x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  %1 = emb.pool mean_sqrt %0, %offsets : tensor<?x4xf32>
  // CHECK: emb.return %{{.*}} : tensor<?x4xf32>
  emb.return %1 : tensor<?x4xf32>
}
