// RUN: emblem-opt %s -call-halide-kernels=target=x86-64-v3 -canonicalize | FileCheck %s

// What is asked of Halide: equal kernels once.
// CHECK: kernel.halide_kernels = ["matmul name=halide_0 inputs=5 lanes=8 panel_columns=16 tile_rows=6 input_stride=16 out_stride=48 bias=yes activation=gelu residual_stride=48",
// CHECK-SAME: "row_norm name=halide_1 lanes=8 norm=layer width=37 epsilon=9.9999999999999998E-13 input_stride=48 out_stride=48",
// CHECK-SAME: "gather name=halide_2 lanes=8 out_stride=48 table_stride=40 row=yes positions_stride=40",
// CHECK-SAME: "gather name=halide_3 lanes=8 out_stride=48 input_stride=48 segments_stride=40",
// CHECK-SAME: "pool name=halide_4 lanes=8 kind=mean input_stride=48"]
// CHECK-DAG: llvm.func @halide_0(!llvm.ptr, !llvm.ptr, !llvm.ptr, !llvm.ptr, i32, !llvm.ptr) -> i32
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

// Does not apply: another provider's.
// CHECK-LABEL: @mlirs
// CHECK: kernel.row_norm
func.func @mlirs(%y: memref<?x48xf32>, %r0: index, %r1: index, %c0: index, %c1: index) {
  kernel.row_norm l2 %y epsilon 1.0e-12 width 37 into(%y : memref<?x48xf32>)
      tile(%r0, %r1, %c0, %c1) : memref<?x48xf32>
  return
}
