// RUN: emblem-opt %s -allow-unregistered-dialect -fuse-epilogues | FileCheck %s

// What may join: a residual, then a norm.
// CHECK-LABEL: @matmul_add_norm
func.func @matmul_add_norm(%x: tensor<?x4xf32>, %w: tensor<4x4xf32>, %g: tensor<4xf32>,
                           %b: tensor<4xf32>) {
  // CHECK-NEXT: %[[Y:.*]] = kernel.matmul %arg0, %arg1 residual(%arg0 : tensor<?x4xf32>) norm layer
  // CHECK-SAME: scale(%arg2 : tensor<4xf32>) shift(%arg3 : tensor<4xf32>) epsilon 1.000000e-03
  // CHECK-SAME: {stage = "down"}
  // CHECK-NEXT: kernel.output %[[Y]]
  %0 = kernel.matmul %x, %w : tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x4xf32> {stage = "down"}
  %1 = kernel.add %0, %x : tensor<?x4xf32>, tensor<?x4xf32> -> tensor<?x4xf32>
  %2 = kernel.row_norm layer %1 scale(%g : tensor<4xf32>) shift(%b : tensor<4xf32>)
      epsilon 1.0e-3 width 4 : tensor<?x4xf32> -> tensor<?x4xf32>
  kernel.output %2 width 4 : tensor<?x4xf32>
  return
}

// The residual may come first; the matmul keeps its activation, which the sum
// follows.
// CHECK-LABEL: @add_from_the_left
func.func @add_from_the_left(%x: tensor<?x4xf32>, %w: tensor<4x4xf32>) {
  // CHECK-NEXT: kernel.matmul %arg0, %arg1 activation gelu residual(%arg0 : tensor<?x4xf32>) :
  // CHECK-NEXT: kernel.output
  %0 = kernel.matmul %x, %w activation gelu
      : tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x4xf32>
  %1 = kernel.add %x, %0 : tensor<?x4xf32>, tensor<?x4xf32> -> tensor<?x4xf32>
  kernel.output %1 width 4 : tensor<?x4xf32>
  return
}

// Of two matmuls that meet, one takes in the other.
// CHECK-LABEL: @add_of_matmuls
func.func @add_of_matmuls(%x: tensor<?x4xf32>, %w: tensor<4x4xf32>, %v: tensor<4x4xf32>) {
  // CHECK-NEXT: %[[B:.*]] = kernel.matmul %arg0, %arg2 :
  // CHECK-NEXT: kernel.matmul %arg0, %arg1 residual(%[[B]] : tensor<?x4xf32>)
  // CHECK-NEXT: kernel.output
  %0 = kernel.matmul %x, %w : tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x4xf32>
  %1 = kernel.matmul %x, %v : tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x4xf32>
  %2 = kernel.add %0, %1 : tensor<?x4xf32>, tensor<?x4xf32> -> tensor<?x4xf32>
  kernel.output %2 width 4 : tensor<?x4xf32>
  return
}

// CHECK-LABEL: @pool_norm
func.func @pool_norm(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  // CHECK-NEXT: kernel.pool mean %arg0, %arg1 norm l2 epsilon 1.000000e-03 :
  // CHECK-NEXT: kernel.output
  %0 = kernel.pool mean %x, %offsets : tensor<?x4xf32>, tensor<?xi32> -> tensor<?x4xf32>
  %1 = kernel.row_norm l2 %0 epsilon 1.0e-3 width 4 : tensor<?x4xf32> -> tensor<?x4xf32>
  kernel.output %1 width 4 : tensor<?x4xf32>
  return
}

// The same where each token has the segment of its type.
// CHECK-LABEL: @gathers_of_types
func.func @gathers_of_types(%ids: tensor<?xi32>, %offsets: tensor<?xi32>, %types: tensor<?xi32>,
                            %words: tensor<9x4xf32>, %segments: tensor<2x4xf32>,
                            %positions: tensor<8x4xf32>) {
  // CHECK-NEXT: kernel.gather offsets(%arg1 : tensor<?xi32>) table(%arg0, %arg3 : tensor<?xi32>, tensor<9x4xf32>)
  // CHECK-SAME: segments(%arg2, %arg4 : tensor<?xi32>, tensor<2x4xf32>) positions(%arg5 : tensor<8x4xf32>)
  // CHECK-NEXT: kernel.output
  %0 = kernel.gather offsets(%offsets : tensor<?xi32>)
      table(%ids, %words : tensor<?xi32>, tensor<9x4xf32>) -> tensor<?x4xf32>
  %1 = kernel.gather offsets(%offsets : tensor<?xi32>) input(%0 : tensor<?x4xf32>)
      segments(%types, %segments : tensor<?xi32>, tensor<2x4xf32>) -> tensor<?x4xf32>
  %2 = kernel.gather offsets(%offsets : tensor<?xi32>) input(%1 : tensor<?x4xf32>)
      positions(%positions : tensor<8x4xf32>) -> tensor<?x4xf32>
  kernel.output %2 width 4 : tensor<?x4xf32>
  return
}

// Words, segment, positions and norm: one gather, in the order of the sum.
// CHECK-LABEL: @gathers
func.func @gathers(%ids: tensor<?xi32>, %offsets: tensor<?xi32>, %words: tensor<9x4xf32>,
                   %row: tensor<4xf32>, %positions: tensor<8x4xf32>) {
  // CHECK-NEXT: kernel.gather offsets(%arg1 : tensor<?xi32>) table(%arg0, %arg2 : tensor<?xi32>, tensor<9x4xf32>)
  // CHECK-SAME: row(%arg3 : tensor<4xf32>) positions(%arg4 : tensor<8x4xf32>) position_offset 2
  // CHECK-SAME: norm layer scale(%arg3 : tensor<4xf32>) shift(%arg3 : tensor<4xf32>) epsilon 1.000000e-03
  // CHECK-NEXT: kernel.output
  %0 = kernel.gather offsets(%offsets : tensor<?xi32>)
      table(%ids, %words : tensor<?xi32>, tensor<9x4xf32>) -> tensor<?x4xf32>
  %1 = kernel.gather offsets(%offsets : tensor<?xi32>) input(%0 : tensor<?x4xf32>)
      row(%row : tensor<4xf32>) -> tensor<?x4xf32>
  %2 = kernel.gather offsets(%offsets : tensor<?xi32>) input(%1 : tensor<?x4xf32>)
      positions(%positions : tensor<8x4xf32>) position_offset 2 -> tensor<?x4xf32>
  %3 = kernel.row_norm layer %2 scale(%row : tensor<4xf32>) shift(%row : tensor<4xf32>)
      epsilon 1.0e-3 width 4 : tensor<?x4xf32> -> tensor<?x4xf32>
  kernel.output %3 width 4 : tensor<?x4xf32>
  return
}

// What may not: another reader needs the value as it is.
// CHECK-LABEL: @add_with_another_reader
func.func @add_with_another_reader(%x: tensor<?x4xf32>, %w: tensor<4x4xf32>) {
  // CHECK-NEXT: %[[A:.*]] = kernel.matmul %arg0, %arg1 :
  // CHECK-NEXT: %[[B:.*]] = kernel.add %[[A]], %arg0
  // CHECK-NEXT: kernel.output %[[A]]
  // CHECK-NEXT: kernel.output %[[B]]
  %0 = kernel.matmul %x, %w : tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x4xf32>
  %1 = kernel.add %0, %x : tensor<?x4xf32>, tensor<?x4xf32> -> tensor<?x4xf32>
  kernel.output %0 width 4 : tensor<?x4xf32>
  kernel.output %1 width 4 : tensor<?x4xf32>
  return
}

// CHECK-LABEL: @add_to_itself
func.func @add_to_itself(%x: tensor<?x4xf32>, %w: tensor<4x4xf32>) {
  // CHECK-NEXT: %[[A:.*]] = kernel.matmul %arg0, %arg1 :
  // CHECK-NEXT: kernel.add %[[A]], %[[A]]
  %0 = kernel.matmul %x, %w : tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x4xf32>
  %1 = kernel.add %0, %0 : tensor<?x4xf32>, tensor<?x4xf32> -> tensor<?x4xf32>
  kernel.output %1 width 4 : tensor<?x4xf32>
  return
}

// CHECK-LABEL: @norm_with_another_reader
func.func @norm_with_another_reader(%x: tensor<?x4xf32>, %w: tensor<4x4xf32>) {
  // CHECK-NEXT: %[[A:.*]] = kernel.matmul %arg0, %arg1 :
  // CHECK-NEXT: %[[B:.*]] = kernel.row_norm l2 %[[A]]
  // The sum joins the later matmul, which has no other reader.
  // CHECK-NEXT: kernel.matmul %[[B]], %arg1 residual(%[[A]] : tensor<?x4xf32>)
  // CHECK-NEXT: kernel.output
  %0 = kernel.matmul %x, %w : tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x4xf32>
  %1 = kernel.row_norm l2 %0 epsilon 1.0e-3 width 4 : tensor<?x4xf32> -> tensor<?x4xf32>
  %2 = kernel.matmul %1, %w : tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x4xf32>
  %3 = kernel.add %2, %0 : tensor<?x4xf32>, tensor<?x4xf32> -> tensor<?x4xf32>
  kernel.output %3 width 4 : tensor<?x4xf32>
  return
}

// A residual comes before a norm, so it does not join a matmul that has one; nor
// do two residuals or two norms.
// CHECK-LABEL: @add_after_norm
func.func @add_after_norm(%x: tensor<?x4xf32>, %w: tensor<4x4xf32>) {
  // CHECK-NEXT: %[[A:.*]] = kernel.matmul %arg0, %arg1 norm l2
  // CHECK-NEXT: kernel.add %[[A]], %arg0
  %0 = kernel.matmul %x, %w norm l2 epsilon 1.0e-3
      : tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x4xf32>
  %1 = kernel.add %0, %x : tensor<?x4xf32>, tensor<?x4xf32> -> tensor<?x4xf32>
  kernel.output %1 width 4 : tensor<?x4xf32>
  return
}

// CHECK-LABEL: @two_residuals
func.func @two_residuals(%x: tensor<?x4xf32>, %y: tensor<?x4xf32>, %w: tensor<4x4xf32>) {
  // CHECK-NEXT: %[[A:.*]] = kernel.matmul %arg0, %arg2 residual(%arg0 : tensor<?x4xf32>) :
  // CHECK-NEXT: kernel.add %[[A]], %arg1
  %0 = kernel.matmul %x, %w residual(%x : tensor<?x4xf32>)
      : tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x4xf32>
  %1 = kernel.add %0, %y : tensor<?x4xf32>, tensor<?x4xf32> -> tensor<?x4xf32>
  kernel.output %1 width 4 : tensor<?x4xf32>
  return
}

// CHECK-LABEL: @two_norms
func.func @two_norms(%x: tensor<?x4xf32>, %w: tensor<4x4xf32>) {
  // CHECK-NEXT: %[[A:.*]] = kernel.matmul %arg0, %arg1 norm l2 epsilon 1.000000e-03 :
  // CHECK-NEXT: kernel.row_norm l2 %[[A]] epsilon 2.000000e-03
  %0 = kernel.matmul %x, %w : tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x4xf32>
  %1 = kernel.row_norm l2 %0 epsilon 1.0e-3 width 4 : tensor<?x4xf32> -> tensor<?x4xf32>
  %2 = kernel.row_norm l2 %1 epsilon 2.0e-3 width 4 : tensor<?x4xf32> -> tensor<?x4xf32>
  kernel.output %2 width 4 : tensor<?x4xf32>
  return
}

// Pooling takes in no layer norm.
// CHECK-LABEL: @pool_layer_norm
func.func @pool_layer_norm(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>, %g: tensor<4xf32>) {
  // CHECK-NEXT: %[[A:.*]] = kernel.pool mean %arg0, %arg1 :
  // CHECK-NEXT: kernel.row_norm layer %[[A]]
  %0 = kernel.pool mean %x, %offsets : tensor<?x4xf32>, tensor<?xi32> -> tensor<?x4xf32>
  %1 = kernel.row_norm layer %0 scale(%g : tensor<4xf32>) shift(%g : tensor<4xf32>)
      epsilon 1.0e-3 width 4 : tensor<?x4xf32> -> tensor<?x4xf32>
  kernel.output %1 width 4 : tensor<?x4xf32>
  return
}

// The order of a sum stays: a segment that comes after the positions, or a second
// one, is a gather of its own; so is one that has another reader.
// CHECK-LABEL: @gathers_in_another_order
func.func @gathers_in_another_order(%ids: tensor<?xi32>, %offsets: tensor<?xi32>,
    %words: tensor<9x4xf32>, %row: tensor<4xf32>, %positions: tensor<8x4xf32>) {
  // CHECK-NEXT: %[[A:.*]] = kernel.gather {{.*}} table({{.*}}) positions(
  // CHECK-NEXT: %[[B:.*]] = kernel.gather {{.*}} input(%[[A]] : tensor<?x4xf32>) row(
  // CHECK-NEXT: %[[C:.*]] = kernel.gather {{.*}} input(%[[B]] : tensor<?x4xf32>) row(
  // CHECK-NEXT: kernel.output
  %0 = kernel.gather offsets(%offsets : tensor<?xi32>)
      table(%ids, %words : tensor<?xi32>, tensor<9x4xf32>) -> tensor<?x4xf32>
  %1 = kernel.gather offsets(%offsets : tensor<?xi32>) input(%0 : tensor<?x4xf32>)
      positions(%positions : tensor<8x4xf32>) -> tensor<?x4xf32>
  %2 = kernel.gather offsets(%offsets : tensor<?xi32>) input(%1 : tensor<?x4xf32>)
      row(%row : tensor<4xf32>) -> tensor<?x4xf32>
  %3 = kernel.gather offsets(%offsets : tensor<?xi32>) input(%2 : tensor<?x4xf32>)
      row(%row : tensor<4xf32>) -> tensor<?x4xf32>
  kernel.output %3 width 4 : tensor<?x4xf32>
  return
}

// CHECK-LABEL: @gather_with_another_reader
func.func @gather_with_another_reader(%ids: tensor<?xi32>, %offsets: tensor<?xi32>,
    %words: tensor<9x4xf32>, %row: tensor<4xf32>) {
  // CHECK-NEXT: %[[A:.*]] = kernel.gather {{.*}} table(
  // CHECK-NOT: row(
  // CHECK: %[[B:.*]] = kernel.gather {{.*}} input(%[[A]] : tensor<?x4xf32>) row(
  %0 = kernel.gather offsets(%offsets : tensor<?xi32>)
      table(%ids, %words : tensor<?xi32>, tensor<9x4xf32>) -> tensor<?x4xf32>
  %1 = kernel.gather offsets(%offsets : tensor<?xi32>) input(%0 : tensor<?x4xf32>)
      row(%row : tensor<4xf32>) -> tensor<?x4xf32>
  kernel.output %0 width 4 : tensor<?x4xf32>
  kernel.output %1 width 4 : tensor<?x4xf32>
  return
}

// CHECK-LABEL: @gather_after_norm
func.func @gather_after_norm(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>, %row: tensor<4xf32>) {
  // CHECK-NEXT: %[[A:.*]] = kernel.gather {{.*}} input(%arg0 : tensor<?x4xf32>) norm l2
  // CHECK-NEXT: kernel.gather {{.*}} input(%[[A]] : tensor<?x4xf32>) row(
  %0 = kernel.gather offsets(%offsets : tensor<?xi32>) input(%x : tensor<?x4xf32>)
      norm l2 epsilon 1.0e-3 -> tensor<?x4xf32>
  %1 = kernel.gather offsets(%offsets : tensor<?xi32>) input(%0 : tensor<?x4xf32>)
      row(%row : tensor<4xf32>) -> tensor<?x4xf32>
  kernel.output %1 width 4 : tensor<?x4xf32>
  return
}

// Attention has no epilogue.
// CHECK-LABEL: @attention_add
func.func @attention_add(%x: tensor<?x12xf32>, %y: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  // CHECK-NEXT: %[[A:.*]] = kernel.attention
  // CHECK-NEXT: %[[B:.*]] = kernel.add %[[A]], %arg1
  // CHECK-NEXT: kernel.row_norm l2 %[[B]]
  %0 = kernel.attention %x, %offsets heads 1 head_size 4 scale 0.5
      : tensor<?x12xf32>, tensor<?xi32> -> tensor<?x4xf32>
  %1 = kernel.add %0, %y : tensor<?x4xf32>, tensor<?x4xf32> -> tensor<?x4xf32>
  %2 = kernel.row_norm l2 %1 epsilon 1.0e-3 width 4 : tensor<?x4xf32> -> tensor<?x4xf32>
  kernel.output %2 width 4 : tensor<?x4xf32>
  return
}

// A quantize to bf16 that is all that anyone reads becomes the result's type.
// CHECK-LABEL: @quantize_into_type
func.func @quantize_into_type(%x: tensor<?x4xf32>, %w: tensor<12x4xf32>, %offsets: tensor<?xi32>) {
  // CHECK-NEXT: %[[Y:.*]] = kernel.matmul %arg0, %arg1 : {{.*}} -> tensor<?x12xbf16> {stage = "qkv"}
  // CHECK-NEXT: %[[Z:.*]] = kernel.attention %[[Y]], {{.*}} -> tensor<?x4xbf16>
  // CHECK-NEXT: kernel.output %[[Z]]
  %0 = kernel.matmul %x, %w : tensor<?x4xf32>, tensor<12x4xf32> -> tensor<?x12xf32> {stage = "qkv"}
  %1 = kernel.quantize %0 width 12 : tensor<?x12xf32> -> tensor<?x12xbf16> {stage = "qkv.quantize"}
  %2 = kernel.attention %1, %offsets heads 1 head_size 4 scale 0.5
      : tensor<?x12xbf16>, tensor<?xi32> -> tensor<?x4xf32>
  %3 = kernel.quantize %2 width 4 : tensor<?x4xf32> -> tensor<?x4xbf16>
  kernel.output %3 width 4 : tensor<?x4xbf16>
  return
}

// To integers, with another reader, or after a norm (which is f32), it becomes
// the second result.
// CHECK-LABEL: @quantize_into_second_result
func.func @quantize_into_second_result(%x: tensor<?x4xf32>, %y: tensor<?x12xbf16>, %w: tensor<4x4xf32>,
                                       %v: tensor<4x4xi8>, %s: tensor<4xf32>, %offsets: tensor<?xi32>) {
  // CHECK-NEXT: %[[A:.*]]:2 = kernel.matmul %arg0, %arg2 : {{.*}} -> tensor<?x4xf32>, tensor<?x4xi16>
  // CHECK-NEXT: %[[B:.*]]:2 = kernel.matmul %[[A]]#1, %arg3 {{.*}} -> tensor<?x4xf32>, tensor<?x4xbf16>
  // CHECK-NEXT: %[[C:.*]]:2 = kernel.matmul %arg0, %arg2 norm l2 {{.*}} -> tensor<?x4xf32>, tensor<?x4xbf16>
  // CHECK-NEXT: %[[D:.*]]:2 = kernel.attention {{.*}} -> tensor<?x4xf32>, tensor<?x4xi8>
  // CHECK-NEXT: kernel.output %[[B]]#0
  // CHECK-NEXT: kernel.output %[[B]]#1
  // CHECK-NEXT: kernel.output %[[C]]#1
  // CHECK-NEXT: kernel.matmul %[[D]]#1,
  %0 = kernel.matmul %x, %w : tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x4xf32>
  %1 = kernel.quantize %0 width 4 : tensor<?x4xf32> -> tensor<?x4xi16>
  %2 = kernel.matmul %1, %v weight_scale(%s : tensor<4xf32>) : tensor<?x4xi16>, tensor<4x4xi8> -> tensor<?x4xf32>
  %3 = kernel.quantize %2 width 4 : tensor<?x4xf32> -> tensor<?x4xbf16>
  %4 = kernel.matmul %x, %w norm l2 epsilon 1.0e-3
      : tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x4xf32>
  %5 = kernel.quantize %4 width 4 : tensor<?x4xf32> -> tensor<?x4xbf16>
  %6 = kernel.attention %y, %offsets heads 1 head_size 4 scale 0.5
      : tensor<?x12xbf16>, tensor<?xi32> -> tensor<?x4xf32>
  %7 = kernel.quantize %6 width 4 : tensor<?x4xf32> -> tensor<?x4xi8>
  kernel.output %2 width 4 : tensor<?x4xf32>
  kernel.output %3 width 4 : tensor<?x4xbf16>
  kernel.output %5 width 4 : tensor<?x4xbf16>
  %8 = kernel.matmul %7, %v weight_scale(%s : tensor<4xf32>) correction(%s : tensor<4xf32>)
      : tensor<?x4xi8>, tensor<4x4xi8> -> tensor<?x4xf32>
  kernel.output %8 width 4 : tensor<?x4xf32>
  return
}

// A residual, a norm and a quantize: all in one, with the factors that smooth.
// CHECK-LABEL: @norm_with_second_result
func.func @norm_with_second_result(%x: tensor<?x4xf32>, %w: tensor<4x4xf32>, %v: tensor<4x4xi8>) {
  // CHECK: %[[F:.*]] = kernel.weight row ["factors"]
  // CHECK-NEXT: %[[Y:.*]]:2 = kernel.matmul %arg0, %arg1 residual(%arg0 : tensor<?x4xf32>) norm l2
  // CHECK-SAME: smoothing(%[[F]] : tensor<4xf32>) : {{.*}} -> tensor<?x4xf32>, tensor<?x4xi8>
  // CHECK-NOT: kernel.{{add|row_norm|quantize}}
  // CHECK: kernel.matmul %[[Y]]#1, {{.*}} residual(%[[Y]]#0 : tensor<?x4xf32>)
  %0 = kernel.matmul %x, %w : tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x4xf32>
  %1 = kernel.add %0, %x : tensor<?x4xf32>, tensor<?x4xf32> -> tensor<?x4xf32>
  %2 = kernel.row_norm l2 %1 epsilon 1.0e-3 width 4 : tensor<?x4xf32> -> tensor<?x4xf32>
  %f = kernel.weight row ["factors"] : tensor<4xf32>
  %3 = kernel.quantize %2 smoothing(%f : tensor<4xf32>) width 4 : tensor<?x4xf32> -> tensor<?x4xi8>
  %s = kernel.weight scales ["v"] : tensor<4xf32>
  %4 = kernel.matmul %3, %v weight_scale(%s : tensor<4xf32>) correction(%s : tensor<4xf32>)
      : tensor<?x4xi8>, tensor<4x4xi8> -> tensor<?x4xf32>
  %5 = kernel.add %4, %2 : tensor<?x4xf32>, tensor<?x4xf32> -> tensor<?x4xf32>
  kernel.output %5 width 4 : tensor<?x4xf32>
  return
}

// The same for gathers; and a norm that stands alone keeps its own.
// CHECK-LABEL: @gather_with_second_result
func.func @gather_with_second_result(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>, %row: tensor<4xf32>) {
  // CHECK-NEXT: %[[A:.*]]:2 = kernel.gather {{.*}} input(%arg0 : tensor<?x4xf32>) row(%arg2 : tensor<4xf32>)
  // CHECK-SAME: norm l2 epsilon 1.000000e-03 smoothing(%arg2 : tensor<4xf32>) -> tensor<?x4xf32>, tensor<?x4xi8>
  // CHECK-NEXT: %[[B:.*]]:2 = kernel.row_norm l2 %arg0 {{.*}} -> tensor<?x4xf32>, tensor<?x4xi16>
  %0 = kernel.gather offsets(%offsets : tensor<?xi32>) input(%x : tensor<?x4xf32>) -> tensor<?x4xf32>
  %1 = kernel.gather offsets(%offsets : tensor<?xi32>) input(%0 : tensor<?x4xf32>)
      row(%row : tensor<4xf32>) -> tensor<?x4xf32>
  %2 = kernel.row_norm l2 %1 epsilon 1.0e-3 width 4 : tensor<?x4xf32> -> tensor<?x4xf32>
  %3 = kernel.quantize %2 smoothing(%row : tensor<4xf32>) width 4 : tensor<?x4xf32> -> tensor<?x4xi8>
  %4 = kernel.row_norm l2 %x epsilon 1.0e-3 width 4 : tensor<?x4xf32> -> tensor<?x4xf32>
  %5 = kernel.quantize %4 width 4 : tensor<?x4xf32> -> tensor<?x4xi16>
  "test.read"(%3, %5) : (tensor<?x4xi8>, tensor<?x4xi16>) -> ()
  return
}

// It stays alone behind a kernel that has no second result, a function's
// argument, a kernel whose second result is taken, and, smoothed, attention.
// CHECK-LABEL: @quantize_alone
func.func @quantize_alone(%x: tensor<?x4xf32>, %y: tensor<?x12xf32>, %s: tensor<4xf32>, %offsets: tensor<?xi32>) {
  // CHECK-NEXT: kernel.quantize %arg0
  // CHECK-NEXT: %[[A:.*]] = kernel.add
  // CHECK-NEXT: kernel.quantize %[[A]]
  // CHECK-NEXT: %[[B:.*]]:2 = kernel.row_norm {{.*}} -> tensor<?x4xf32>, tensor<?x4x[[FIRST:i8|bf16]]>
  // CHECK-NEXT: kernel.quantize %[[B]]#0
  // CHECK-NEXT: %[[C:.*]] = kernel.attention
  // CHECK-NEXT: kernel.quantize %[[C]] smoothing
  %0 = kernel.quantize %x width 4 : tensor<?x4xf32> -> tensor<?x4xi8>
  %1 = kernel.add %x, %x : tensor<?x4xf32>, tensor<?x4xf32> -> tensor<?x4xf32>
  %2 = kernel.quantize %1 width 4 : tensor<?x4xf32> -> tensor<?x4xi8>
  %3 = kernel.row_norm l2 %x epsilon 1.0e-3 width 4 : tensor<?x4xf32> -> tensor<?x4xf32>
  %4 = kernel.quantize %3 width 4 : tensor<?x4xf32> -> tensor<?x4xi8>
  %5 = kernel.quantize %3 width 4 : tensor<?x4xf32> -> tensor<?x4xbf16>
  %6 = kernel.attention %y, %offsets heads 1 head_size 4 scale 0.5
      : tensor<?x12xf32>, tensor<?xi32> -> tensor<?x4xf32>
  %7 = kernel.quantize %6 smoothing(%s : tensor<4xf32>) width 4 : tensor<?x4xf32> -> tensor<?x4xi8>
  "test.read"(%0, %2, %4, %5, %7)
      : (tensor<?x4xi8>, tensor<?x4xi8>, tensor<?x4xi8>, tensor<?x4xbf16>, tensor<?x4xi8>) -> ()
  return
}

// What has a second result takes in nothing more: that was made of its rows.
// CHECK-LABEL: @after_second_result
func.func @after_second_result(%x: tensor<?x4xf32>, %w: tensor<4x4xf32>, %offsets: tensor<?xi32>) {
  // CHECK-NEXT: %[[A:.*]]:2 = kernel.matmul %arg0, %arg1 : {{.*}} -> tensor<?x4xf32>, tensor<?x4xi8>
  // CHECK-NEXT: %[[B:.*]] = kernel.add %[[A]]#0, %arg0
  // CHECK-NEXT: %[[C:.*]]:2 = kernel.gather
  // CHECK-NEXT: kernel.row_norm l2 %[[C]]#0
  %0:2 = kernel.matmul %x, %w : tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x4xf32>, tensor<?x4xi8>
  %1 = kernel.add %0#0, %x : tensor<?x4xf32>, tensor<?x4xf32> -> tensor<?x4xf32>
  %2:2 = kernel.gather offsets(%offsets : tensor<?xi32>) input(%x : tensor<?x4xf32>) -> tensor<?x4xf32>, tensor<?x4xi8>
  %3 = kernel.row_norm l2 %2#0 epsilon 1.0e-3 width 4 : tensor<?x4xf32> -> tensor<?x4xf32>
  "test.read"(%0#1, %1, %2#1, %3)
      : (tensor<?x4xi8>, tensor<?x4xf32>, tensor<?x4xi8>, tensor<?x4xf32>) -> ()
  return
}

// Kernels in their buffer form are finished.
// CHECK-LABEL: @buffers
func.func @buffers(%x: memref<?x16xf32>, %p: memref<1x4x16xf32>, %t: index) {
  // CHECK-NEXT: kernel.matmul
  // CHECK-NEXT: kernel.add
  // CHECK-NEXT: kernel.row_norm
  kernel.matmul %x, %p into(%x : memref<?x16xf32>) tile(%t, %t, %t, %t)
      : memref<?x16xf32>, memref<1x4x16xf32>
  kernel.add %x, %x into(%x : memref<?x16xf32>) tile(%t, %t, %t, %t)
      : memref<?x16xf32>, memref<?x16xf32>
  kernel.row_norm l2 %x epsilon 0.0 width 4 into(%x : memref<?x16xf32>)
      tile(%t, %t, %t, %t) : memref<?x16xf32>
  return
}

// What is prepared in f32 is written in bf16 where that is all that is read.
// CHECK-LABEL: @prepared
func.func @prepared(%x: tensor<?x12xf32>, %offsets: tensor<?xi32>) -> tensor<?x12xbf16> {
  %t = kernel.weight rotary<features = 4, base = 1.0e4, factor = 1.0> : tensor<8x4xf32>
  // CHECK: %[[Y:.*]] = kernel.prepare_heads {{.*}} : tensor<?x12xf32>, tensor<?xi32> -> tensor<?x12xbf16>
  // CHECK-NOT: kernel.quantize
  // CHECK: return %[[Y]]
  %0 = kernel.prepare_heads %x, %offsets heads 1 key_value_heads 1 head_size 4
      rotary 4 table(%t : tensor<8x4xf32>)
      : tensor<?x12xf32>, tensor<?xi32> -> tensor<?x12xf32>
  %1 = kernel.quantize %0 width 12 : tensor<?x12xf32> -> tensor<?x12xbf16>
  return %1 : tensor<?x12xbf16>
}

// What pads an image narrows it.
// CHECK-LABEL: @padded
func.func @padded(%x: tensor<?x32xf32>) -> tensor<?x72xbf16> {
  // CHECK: %[[Y:.*]] = kernel.pad2d {{.*}} : tensor<?x32xf32> -> tensor<?x72xbf16>
  // CHECK-NOT: kernel.quantize
  // CHECK: return %[[Y]]
  %0 = kernel.pad2d %x image [4, 4, 2] padding [1, 1]
      : tensor<?x32xf32> -> tensor<?x72xf32>
  %1 = kernel.quantize %0 width 72 : tensor<?x72xf32> -> tensor<?x72xbf16>
  return %1 : tensor<?x72xbf16>
}
