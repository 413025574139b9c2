// RUN: emblem-opt %s -call-halide-kernels=target=x86-64-v3 -canonicalize | FileCheck %s

// What is asked of Halide: equal kernels once.
// CHECK: kernel.halide_kernels = ["matmul name=halide_0 inputs=5 lanes=8 panel_columns=16 tile_rows=6 input_stride=16 out_stride=48 bias=yes activation=gelu residual_stride=48",
// CHECK-SAME: "row_norm name=halide_1 lanes=8 norm=layer width=37 epsilon=9.9999999999999998E-13 input_stride=48 out_stride=48",
// CHECK-SAME: "gather name=halide_2 lanes=8 out_stride=48 table_stride=40 row=yes positions_stride=40",
// CHECK-SAME: "gather name=halide_3 lanes=8 out_stride=48 input_stride=48 segments_stride=40",
// CHECK-SAME: "pool name=halide_4 lanes=8 kind=mean input_stride=48",
// CHECK-SAME: "attention name=halide_5 lanes=8 head_size=8 chunk_keys=128 query_block=128 tile_rows=8 tile_vectors=1 scale=0.5 input_stride=48 out_stride=16 before=3 after=0 positions=9 bias_stride=24",
// CHECK-SAME: "attention name=halide_6 lanes=8 head_size=8 chunk_keys=128 query_block=128 tile_rows=8 tile_vectors=1 scale=0.5 input_stride=48 out_stride=16",
// CHECK-SAME: "heads name=halide_7 lanes=8 head_size=8 input_stride=48 out_stride=48 epsilon=9.9999999999999995E-7 rotary=4 table_stride=8",
// CHECK-SAME: "heads name=halide_8 lanes=8 head_size=8 input_stride=48 out_stride=48 rotary=4 table_stride=8",
// CHECK-SAME: "rows name=halide_9 lanes=8 width=16 input_stride=48 out_stride=48",
// CHECK-SAME: "rows name=halide_10 lanes=8 width=48 input_stride=48 addend_stride=48 out_stride=48",
// CHECK-SAME: "rows name=halide_11 lanes=8 width=37 input_stride=48 out_stride=37",
// CHECK-SAME: "conv2d name=halide_12 lanes=8 channels=2 input_stride=80 out_stride=336 columns=16 panel_columns=16 outputs=21 line=12 window_lines=3 window_pixels=3 stride_lines=1 stride_pixels=1 result_pixels=4 tile_pixels=4 activation=relu",
// CHECK-SAME: "conv2d name=halide_13 lanes=8 channels=2 input_stride=80 out_stride=336 columns=5 panel_columns=16 outputs=21
// CHECK-SAME: "pool2d name=halide_14 lanes=8 channels=3 input_stride=48 out_stride=48 kind=max lines=4 pixels=4 window_lines=2 window_pixels=2 stride_lines=2 stride_pixels=2 padding_lines=1 padding_pixels=0 result_pixels=2",
// CHECK-SAME: "pad2d name=halide_15 lanes=8 channels=2 input_stride=80 out_stride=128 lines=6 pixels=6 padding_lines=1 padding_pixels=1",
// CHECK-SAME: "patches name=halide_16 lanes=8 channels=3 input_stride=192 out_stride=96 lines=8 pixels=8 patch_lines=4 patch_pixels=8 prefix=1",
// CHECK-SAME: "pooled_matmul name=halide_17 inputs=5 lanes=8 panel_columns=16 tile_rows=6 input_stride=16 out_stride=48 bias=yes activation=log1p_relu pool=max"]
// CHECK-DAG: llvm.func @halide_0(!llvm.ptr, !llvm.ptr, !llvm.ptr, !llvm.ptr, i32, !llvm.ptr) -> i32
// CHECK-DAG: llvm.func @halide_17(!llvm.ptr, !llvm.ptr, !llvm.ptr, i32, i32, !llvm.ptr) -> i32
// CHECK-DAG: llvm.func @halide_1(!llvm.ptr, !llvm.ptr, !llvm.ptr, !llvm.ptr) -> i32

// Two calls: tiles of one height each, none of them empty. Their buffers have room
// in the function's frame.
// CHECK-LABEL: @matmul
// CHECK-COUNT-20: llvm.alloca
// CHECK-NOT: llvm.alloca
// CHECK: scf.if
// CHECK: memref.extract_aligned_pointer_as_index %arg0
// CHECK: llvm.call @halide_0
// CHECK: scf.if
// CHECK: llvm.call @halide_0
// CHECK-NOT: kernel.matmul
func.func @matmul(%x: memref<?x16xf32>, %w: memref<3x5x16xf32>, %b: memref<48xf32>,
                  %r: memref<?x48xf32>, %y: memref<?x48xf32>,
                  %r0: index, %r1: index, %c0: index, %c1: index) {
  kernel.matmul %x, %w bias(%b : memref<48xf32>) activation gelu
      residual(%r : memref<?x48xf32>) into(%y : memref<?x48xf32>)
      tile(%r0, %r1, %c0, %c1) : memref<?x16xf32>, memref<3x5x16xf32> {provider = "halide"}
  return
}

// The same again, in place.
// CHECK-LABEL: @again
// CHECK: llvm.call @halide_0
func.func @again(%x: memref<?x16xf32>, %w: memref<3x5x16xf32>, %b: memref<48xf32>,
                 %y: memref<?x48xf32>, %r0: index, %r1: index, %c0: index, %c1: index) {
  kernel.matmul %x, %w bias(%b : memref<48xf32>) activation gelu
      residual(%y : memref<?x48xf32>) into(%y : memref<?x48xf32>)
      tile(%r0, %r1, %c0, %c1) : memref<?x16xf32>, memref<3x5x16xf32> {provider = "halide"}
  return
}

// CHECK-LABEL: @norm
// CHECK: llvm.call @halide_1
func.func @norm(%y: memref<?x48xf32>, %g: memref<48xf32>, %s: memref<48xf32>,
                %r0: index, %r1: index, %c0: index, %c1: index) {
  kernel.row_norm layer %y scale(%g : memref<48xf32>) shift(%s : memref<48xf32>)
      epsilon 1.0e-12 width 37 into(%y : memref<?x48xf32>) tile(%r0, %r1, %c0, %c1) : memref<?x48xf32>
      {provider = "halide"}
  return
}

// CHECK-LABEL: @gather
// CHECK: llvm.call @halide_2
func.func @gather(%offsets: memref<?xi32>, %sequences: memref<?xi32>, %ids: memref<?xi32>,
                  %table: memref<97x40xf32>, %row: memref<40xf32>, %positions: memref<64x40xf32>,
                  %y: memref<?x48xf32>, %r0: index, %r1: index, %c0: index, %c1: index) {
  kernel.gather offsets(%offsets : memref<?xi32>) sequences(%sequences : memref<?xi32>)
      table(%ids, %table : memref<?xi32>, memref<97x40xf32>) row(%row : memref<40xf32>)
      positions(%positions : memref<64x40xf32>) into(%y : memref<?x48xf32>)
      tile(%r0, %r1, %c0, %c1) {provider = "halide"}
  return
}

// CHECK-LABEL: @segments
// CHECK: llvm.call @halide_3
func.func @segments(%offsets: memref<?xi32>, %sequences: memref<?xi32>, %types: memref<?xi32>,
                    %x: memref<?x48xf32>, %segments: memref<2x40xf32>, %y: memref<?x48xf32>,
                    %r0: index, %r1: index, %c0: index, %c1: index) {
  kernel.gather offsets(%offsets : memref<?xi32>) sequences(%sequences : memref<?xi32>)
      input(%x : memref<?x48xf32>)
      segments(%types, %segments : memref<?xi32>, memref<2x40xf32>)
      into(%y : memref<?x48xf32>) tile(%r0, %r1, %c0, %c1) {provider = "halide"}
  return
}

// A call a text.
// CHECK-LABEL: @pool
// CHECK-COUNT-4: llvm.alloca
// CHECK-NOT: llvm.alloca
// CHECK: scf.for
// CHECK-COUNT-2: memref.load %arg1
// CHECK: llvm.call @halide_4
func.func @pool(%x: memref<?x48xf32>, %offsets: memref<?xi32>, %y: memref<?x48xf32>,
                %r0: index, %r1: index, %c0: index, %c1: index) {
  kernel.pool mean %x, %offsets into(%y : memref<?x48xf32>) tile(%r0, %r1, %c0, %c1)
      : memref<?x48xf32>, memref<?xi32> {provider = "halide"}
  return
}

// Texts, blocks of queries, chunks of keys; the chunks that a block sees.
// CHECK-LABEL: @attention
// CHECK: scf.for %{{.*}} = %arg6 to %arg7
// CHECK-COUNT-3: scf.for
// CHECK-DAG: arith.cmpi eq
// CHECK-DAG: arith.cmpi sge
// CHECK: llvm.call @halide_5
func.func @attention(%x: memref<?x48xf32>, %o: memref<?xi32>, %s: memref<?xi32>, %b: memref<2x24xf32>,
                     %r0: index, %r1: index, %c0: index, %c1: index, %y: memref<?x16xf32>) {
  kernel.attention %x, %o sequences(%s : memref<?xi32>) heads 2 head_size 8 scale 0.5
      before 3 after 0 bias(%b : memref<2x24xf32>) positions 9
      into(%y : memref<?x16xf32>) tile(%r0, %r1, %c0, %c1) : memref<?x48xf32>, memref<?xi32>
      {provider = "halide"}
  return
}

// CHECK-LABEL: @attention_pool
// CHECK: llvm.call @halide_6
func.func @attention_pool(%x: memref<?x48xf32>, %o: memref<?xi32>, %q: memref<16xf32>, %y: memref<?x16xf32>,
                          %r0: index, %r1: index, %c0: index, %c1: index) {
  kernel.attention_pool %x, %o query(%q : memref<16xf32>) heads 2 head_size 8 scale 0.5
      into(%y : memref<?x16xf32>) tile(%r0, %r1, %c0, %c1) : memref<?x48xf32>, memref<?xi32>
      {provider = "halide"}
  return
}

// Heads of queries are normed and turned, keys turned, values copied.
// CHECK-LABEL: @heads
// CHECK: llvm.call @halide_7
// CHECK: llvm.call @halide_8
// CHECK: llvm.call @halide_9
func.func @heads(%x: memref<?x48xf32>, %o: memref<?xi32>, %s: memref<?xi32>, %n: memref<8xf32>,
                 %t: memref<64x8xf32>, %y: memref<?x48xf32>,
                 %r0: index, %r1: index, %c0: index, %c1: index) {
  kernel.prepare_heads %x, %o sequences(%s : memref<?xi32>) heads 2 key_value_heads 2 head_size 8
      query_norm(%n : memref<8xf32>) epsilon 1.0e-6 rotary 4 table(%t : memref<64x8xf32>)
      into(%y : memref<?x48xf32>) tile(%r0, %r1, %c0, %c1) : memref<?x48xf32>, memref<?xi32>
      {provider = "halide"}
  return
}

// CHECK-LABEL: @rows
// CHECK: llvm.call @halide_10
// CHECK: llvm.call @halide_11
func.func @rows(%x: memref<?x48xf32>, %y: memref<?x48xf32>, %v: memref<?xf32>,
                %r0: index, %r1: index, %c0: index, %c1: index) {
  kernel.add %x, %x into(%y : memref<?x48xf32>) tile(%r0, %r1, %c0, %c1)
      : memref<?x48xf32>, memref<?x48xf32> {provider = "halide"}
  kernel.output %y width 37 into(%v : memref<?xf32>) tile(%r0, %r1, %c0, %c1)
      : memref<?x48xf32> {provider = "halide"}
  return
}

// A call of a whole panel, and one of what is left.
// CHECK-LABEL: @images
// CHECK: llvm.call @halide_12
// CHECK: llvm.call @halide_13
// CHECK: llvm.call @halide_14
// CHECK: llvm.call @halide_15
// CHECK: llvm.call @halide_16
func.func @images(%x: memref<?x80xf32>, %w: memref<2x18x16xf32>, %y: memref<?x336xf32>,
                  %p: memref<?x48xf32>, %q: memref<?x48xf32>, %z: memref<?x128xf32>,
                  %i: memref<?x192xf32>, %t: memref<?x96xf32>,
                  %r0: index, %r1: index, %c0: index, %c1: index) {
  kernel.conv2d %x, %w activation relu image [6, 6, 2] window [3, 3] stride [1, 1] outputs 21
      into(%y : memref<?x336xf32>) tile(%r0, %r1, %c0, %c1) : memref<?x80xf32>, memref<2x18x16xf32>
      {provider = "halide"}
  kernel.pool2d max %p image [4, 4, 3] window [2, 2] stride [2, 2] padding [1, 0]
      into(%q : memref<?x48xf32>) tile(%r0, %r1, %c0, %c1) : memref<?x48xf32> {provider = "halide"}
  kernel.pad2d %x image [6, 6, 2] padding [1, 1] into(%z : memref<?x128xf32>)
      tile(%r0, %r1, %c0, %c1) : memref<?x80xf32> {provider = "halide"}
  kernel.patches %i image [8, 8, 3] patch [4, 8] prefix 1 into(%t : memref<?x96xf32>)
      tile(%r0, %r1, %c0, %c1) : memref<?x192xf32> {provider = "halide"}
  return
}

// A call for each panel and text: tiles of two heights.
// CHECK-LABEL: @pooled_matmul
// CHECK: scf.for %{{.*}} = %arg7 to %arg8
// CHECK: scf.for %[[TEXT:.*]] = %arg5 to %arg6
// CHECK: memref.load %arg3[%[[TEXT]]]
// CHECK: llvm.call @halide_17
// CHECK-NOT: llvm.call
// CHECK: return
func.func @pooled_matmul(%x: memref<?x16xf32>, %w: memref<3x5x16xf32>, %b: memref<48xf32>,
                         %o: memref<?xi32>, %y: memref<?x48xf32>,
                         %r0: index, %r1: index, %c0: index, %c1: index) {
  kernel.matmul %x, %w bias(%b : memref<48xf32>) activation log1p_relu
      pool max offsets(%o : memref<?xi32>) into(%y : memref<?x48xf32>)
      tile(%r0, %r1, %c0, %c1) : memref<?x16xf32>, memref<3x5x16xf32> {provider = "halide"}
  return
}

// Does not apply: another provider's.
// CHECK-LABEL: @mlirs
// CHECK: kernel.row_norm
func.func @mlirs(%y: memref<?x48xf32>, %r0: index, %r1: index, %c0: index, %c1: index) {
  kernel.row_norm l2 %y epsilon 1.0e-12 width 37 into(%y : memref<?x48xf32>)
      tile(%r0, %r1, %c0, %c1) : memref<?x48xf32>
  return
}
