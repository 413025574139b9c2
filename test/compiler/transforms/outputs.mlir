// RUN: emblem-opt %s -convert-emb-to-kernel | FileCheck %s --check-prefix=KERNEL
// RUN: emblem-opt %s -emblem-kernels=target=x86-64-v2 | FileCheck %s --check-prefix=STAGES

// Each output has a kernel of its own, and the runtime knows what it is.
// KERNEL-LABEL: kernel.program @all
// KERNEL-SAME: dimension = 8
// KERNEL-SAME: prompt_rules = {q = {marker = 3 : i64}}
// KERNEL-SAME: outputs = [<kind = dense, width = 8>, <kind = sparse, width = 10>,
// KERNEL-SAME: <kind = token_weights, width = 1, skipped = [0]>,
// KERNEL-SAME: <kind = multi_vector, width = 4, skipped = [7], skips_first = true>]
// KERNEL: kernel.attention {{.*}} unattended 4 ids(%arg0 : tensor<?xi32>)
// KERNEL: kernel.concatenate %{{.*}}, %{{.*}} widths [4, 4] : tensor<?x4xf32>, tensor<?x4xf32> -> tensor<?x8xf32> {stage = "concatenate"}
// KERNEL: kernel.output %{{.*}} width 8 : tensor<?x8xf32> {stage = "output.dense"}
// KERNEL: kernel.output %{{.*}} width 10 output 1 : tensor<?x10xf32> {stage = "output.sparse"}
// KERNEL: kernel.output %{{.*}} width 1 output 2 : tensor<?x1xf32> {stage = "output.token_weights"}
// KERNEL: kernel.output %{{.*}} width 4 output 3 : tensor<?x4xf32> {stage = "output.multi_vector"}

// Rows of logits are pooled before anyone could store them: a stage over texts
// whose work is its tokens'.
// STAGES: kernel.stage "dense.0" run @{{.*}} over texts columns {{[0-9]+}} weights
// STAGES-NOT: row_local
// STAGES-SAME: flops_per_token = 8.0
// STAGES: kernel.stage "output.dense" run @{{.*}} over texts columns 1 row_local output 0
// STAGES: kernel.stage "output.sparse" run @{{.*}} over texts columns 1 row_local output 1
// STAGES: kernel.stage "output.token_weights" run @{{.*}} over tokens columns 1 row_local output 2
// STAGES: kernel.stage "output.multi_vector" run @{{.*}} over tokens columns 1 row_local output 3
// STAGES: kernel.matmul {{.*}} activation log1p_relu pool max offsets
emb.model @all(%ids, %offsets) max_tokens 8 max_positions 8
    attributes {prompts = {q = ""}, prompt_rules = {q = {marker = 3 : i64}}} {
  %table = emb.weight "table" : tensor<10x4xf32>
  %square = emb.weight "square" : tensor<4x4xf32>
  %weights = emb.weight "weights" : tensor<1x4xf32>
  %0 = emb.token_embedding %ids, %table : tensor<10x4xf32>
  %1 = emb.attention %0, %offsets heads 1 query(%square : tensor<4x4xf32>)
      key(%square : tensor<4x4xf32>) value(%square : tensor<4x4xf32>)
      output(%square : tensor<4x4xf32>) unattended 4 : tensor<?x4xf32>
  %2 = emb.pool cls %1, %offsets : tensor<?x4xf32>
  %3 = emb.pool mean_sqrt %1, %offsets : tensor<?x4xf32>
  %4 = emb.concatenate %2, %3 : tensor<?x4xf32>, tensor<?x4xf32>
  %5 = emb.dense %1 log1p_relu weight(%table : tensor<10x4xf32>) : tensor<?x4xf32> -> tensor<?x10xf32>
  %6 = emb.pool max %5, %offsets : tensor<?x10xf32>
  %7 = emb.dense %1 relu weight(%weights : tensor<1x4xf32>) : tensor<?x4xf32> -> tensor<?x1xf32>
  emb.return dense %4 : tensor<?x8xf32>, sparse %6 : tensor<?x10xf32>,
      token_weights %7 : tensor<?x1xf32>, multi_vector %1 : tensor<?x4xf32>
      {unweighted = array<i32: 0>, skipped = array<i32: 7>, skips_first}
}
