// RUN: emblem-opt --separate-epilogues %s | FileCheck %s

// A norm takes the second result with it, and its stage's name.
// CHECK-LABEL: kernel.program @norm
kernel.program @norm(%ids: tensor<?xi32>, %offsets: tensor<?xi32>) {
  %t = kernel.weight table ["words"] : tensor<37x64xf32>
  %w = kernel.weight matrix ["up"] : tensor<64x64xf32>
  %g = kernel.weight row ["scale"] : tensor<64xf32>
  %s = kernel.weight row ["shift"] : tensor<64xf32>
  %m = kernel.weight row ["smoothing"] : tensor<64xf32>
  // CHECK: %[[ROWS:.*]] = kernel.gather
  // CHECK-NOT: norm
  // CHECK-SAME: -> tensor<?x64xf32> {stage = "words"}
  // CHECK: %[[NORMED:.*]]:2 = kernel.row_norm layer %[[ROWS]]
  // CHECK-SAME: scale(%{{[^ ]*}} : tensor<64xf32>) shift(%{{[^ ]*}} : tensor<64xf32>)
  // CHECK-SAME: epsilon 9.9999999999999998E-13 width 64 smoothing(%{{[^ ]*}} : tensor<64xf32>)
  // CHECK-SAME: -> tensor<?x64xf32>, tensor<?x64xi8> {stage = "words.norm"}
  %0:2 = kernel.gather offsets(%offsets : tensor<?xi32>)
      table(%ids, %t : tensor<?xi32>, tensor<37x64xf32>)
      norm layer scale(%g : tensor<64xf32>) shift(%s : tensor<64xf32>) epsilon 1.0e-12
      smoothing(%m : tensor<64xf32>)
      -> tensor<?x64xf32>, tensor<?x64xi8> {stage = "words"}
  // CHECK: %[[UP:.*]] = kernel.matmul %[[NORMED]]#0
  // CHECK-NOT: norm
  // CHECK-SAME: -> tensor<?x64xf32> {stage = "up"}
  // CHECK: %[[UNIT:.*]] = kernel.row_norm l2 %[[UP]]
  // CHECK-SAME: {stage = "up.norm"}
  %1 = kernel.matmul %0#0, %w norm l2 epsilon 1.0e-12
      : tensor<?x64xf32>, tensor<64x64xf32> -> tensor<?x64xf32> {stage = "up"}
  // CHECK: %[[POOLED:.*]] = kernel.pool mean %[[UNIT]]
  // CHECK-NOT: norm
  // CHECK: %[[LAST:.*]] = kernel.row_norm l2 %[[POOLED]]
  // CHECK-SAME: {stage = "pool.norm"}
  %2 = kernel.pool mean %1, %offsets norm l2 epsilon 1.0e-12
      : tensor<?x64xf32>, tensor<?xi32> -> tensor<?x64xf32> {stage = "pool"}
  // CHECK: kernel.output %[[LAST]]
  kernel.output %2 width 64 : tensor<?x64xf32> {stage = "output"}
}

// Without a norm the second result is a kernel of its own.
// CHECK-LABEL: kernel.program @second
kernel.program @second(%ids: tensor<?xi32>, %offsets: tensor<?xi32>) {
  %t = kernel.weight table ["words"] : tensor<37x64xf32>
  %w = kernel.weight matrix ["up"] : tensor<64x64xbf16>
  // CHECK: %[[ROWS:.*]] = kernel.gather
  // CHECK-SAME: -> tensor<?x64xf32> {stage = "words"}
  // CHECK: %[[NARROW:.*]] = kernel.quantize %[[ROWS]] width 64
  // CHECK-SAME: -> tensor<?x64xbf16> {stage = "words.quantize"}
  %0:2 = kernel.gather offsets(%offsets : tensor<?xi32>)
      table(%ids, %t : tensor<?xi32>, tensor<37x64xf32>)
      -> tensor<?x64xf32>, tensor<?x64xbf16> {stage = "words"}
  // What has neither stays as it is.
  // CHECK: kernel.matmul %[[NARROW]], %{{.*}} residual(%[[ROWS]] : tensor<?x64xf32>)
  // CHECK-NEXT: kernel.output
  %1 = kernel.matmul %0#1, %w residual(%0#0 : tensor<?x64xf32>)
      : tensor<?x64xbf16>, tensor<64x64xbf16> -> tensor<?x64xf32> {stage = "up"}
  kernel.output %1 width 64 : tensor<?x64xf32> {stage = "output"}
}
