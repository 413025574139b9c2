// RUN: emblem-opt %s | emblem-opt | FileCheck %s
// RUN: emblem-opt %s --mlir-print-op-generic | emblem-opt | FileCheck %s

// Before a backend has it: kernels, and what callers must know.
// CHECK-LABEL: kernel.program @first(%{{.*}}: tensor<?xi32>, %{{.*}}: tensor<?xi32>) attributes
// CHECK-SAME: {interface = #kernel.interface<dimension = 8, max_tokens = 128, max_positions = 512,
// CHECK-SAME: vocabulary_size = 100, token_types = 2, pairs = true, distance = euclidean,
// CHECK-SAME: threshold = 5.000000e-01 : f64, prompts = {q = "query: "},
// CHECK-SAME: prompt_rules = {q = {marker = 3 : i64}}, default_prompt = "q",
// CHECK-SAME: outputs = [<kind = dense, width = 8>,
// CHECK-SAME: <kind = multi_vector, width = 8, skipped = [7], skips_first = true>],
// CHECK-SAME: inner = [<kind = tokens, width = 8>]>}
// CHECK: kernel.pool
// CHECK: kernel.output
kernel.program @first(%ids: tensor<?xi32>, %offsets: tensor<?xi32>)
    attributes {interface = #kernel.interface<
        dimension = 8, max_tokens = 128, max_positions = 512, vocabulary_size = 100,
        token_types = 2, pairs = true, distance = euclidean, threshold = 0.5 : f64,
        prompts = {q = "query: "}, prompt_rules = {q = {marker = 3 : i64}}, default_prompt = "q",
        outputs = [<kind = dense, width = 8>,
                   <kind = multi_vector, width = 8, skipped = [7], skips_first = true>],
        inner = [<kind = tokens, width = 8>]>} {
  %w = kernel.weight table ["words"] : tensor<100x8xf32>
  %0 = kernel.gather offsets(%offsets : tensor<?xi32>)
      table(%ids, %w : tensor<?xi32>, tensor<100x8xf32>) -> tensor<?x8xf32> {stage = "embedding"}
  %1 = kernel.pool mean %0, %offsets : tensor<?x8xf32>, tensor<?xi32> -> tensor<?x8xf32>
  kernel.output %1 width 8 : tensor<?x8xf32>
}

// After: its memory, and a stage for each kernel.
// CHECK-LABEL: kernel.program @then
// CHECK-SAME: {arena = #kernel.arena<bytes_per_token = 64, bytes_per_text = 128>, weight_bytes = 3200 : i64}
// CHECK: kernel.stage "embedding" run @f finish @g over tokens columns 1 weights(%[[W:.*]] : tensor<100x8xf32>) token_table(%[[W]] : tensor<100x8xf32>) row_local
// CHECK: kernel.stage "output" run @f over texts columns 3 output 1
// CHECK-SAME: {bytes_fixed = 1.000000e+00 : f64, finish_provider = "mlir", flops_per_pair = 2.000000e+00 : f64, provider = "halide"}
kernel.program @then(%ids: tensor<?xi32>, %offsets: tensor<?xi32>)
    attributes {weight_bytes = 3200 : i64,
                arena = #kernel.arena<bytes_per_token = 64, bytes_per_text = 128>} {
  %w = kernel.weight table ["words"] at 0 : tensor<100x8xf32>
  kernel.stage "embedding" run @f finish @g over tokens columns 1
      weights(%w : tensor<100x8xf32>) token_table(%w : tensor<100x8xf32>) row_local
  kernel.stage "output" run @f over texts columns 3 output 1
      {provider = "halide", finish_provider = "mlir", bytes_fixed = 1.0, flops_per_pair = 2.0}
}
func.func private @f()
func.func private @g()
