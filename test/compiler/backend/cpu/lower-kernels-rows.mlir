// RUN: emblem-opt %s -split-input-file -lower-kernels=target=x86-64-v2 -canonicalize -cse \
// RUN:   | FileCheck %s --implicit-check-not=math.fma -DLANES=4
// RUN: emblem-opt %s -split-input-file -lower-kernels=target=x86-64-v4 -canonicalize -cse \
// RUN:   | FileCheck %s --check-prefixes=CHECK,FMA -DLANES=16

// Row by row, a vector of columns at a time. What a row has in common is read
// once: its id, and its position in its own text.
// CHECK-LABEL: @gather
// CHECK: scf.for %[[ROW:.*]] = %arg7 to %arg8
// CHECK: %[[ID:.*]] = memref.load %arg0[%[[ROW]]]
// CHECK: %[[TEXT:.*]] = memref.load %arg2[%[[ROW]]]
// CHECK: memref.load %arg1[
// CHECK: arith.subi %[[ROW]],
// CHECK: arith.addi %{{.*}}, %c2
// CHECK: scf.for %{{.*}} = %c0 to %c48 step %c[[LANES]]
// CHECK: vector.load %arg3{{.*}}, vector<[[LANES]]xf32>
// CHECK: vector.load %arg4
// CHECK: arith.addf
// CHECK: vector.load %arg5
// CHECK: arith.addf
// CHECK-NEXT: vector.store %{{.*}}, %arg6
func.func @gather(%ids: memref<?xi32>, %offsets: memref<?xi32>, %sequences: memref<?xi32>,
    %words: memref<9x48xf32>, %row: memref<48xf32>, %positions: memref<8x48xf32>,
    %y: memref<?x48xf32>, %r0: index, %r1: index, %c0: index, %c1: index) {
  kernel.gather offsets(%offsets : memref<?xi32>) sequences(%sequences : memref<?xi32>)
      table(%ids, %words : memref<?xi32>, memref<9x48xf32>) row(%row : memref<48xf32>)
      positions(%positions : memref<8x48xf32>) position_offset 2
      into(%y : memref<?x48xf32>) tile(%r0, %r1, %c0, %c1)
  return
}

// -----

// CHECK-LABEL: @gather_types
// CHECK: scf.for %[[ROW:.*]] = %arg5 to %arg6
// CHECK: memref.load %arg2[%[[ROW]]]
// CHECK-NOT: memref.load
// CHECK: scf.for
// CHECK: vector.load %arg0
// CHECK: vector.load %arg3
// CHECK: arith.addf
// CHECK-NEXT: vector.store %{{.*}}, %arg4
func.func @gather_types(%x: memref<?x48xf32>, %offsets: memref<?xi32>, %types: memref<?xi32>,
    %segments: memref<2x48xf32>, %y: memref<?x48xf32>,
    %r0: index, %r1: index, %c0: index, %c1: index) {
  kernel.gather offsets(%offsets : memref<?xi32>) sequences(%offsets : memref<?xi32>)
      input(%x : memref<?x48xf32>)
      segments(%types, %segments : memref<?xi32>, memref<2x48xf32>)
      into(%y : memref<?x48xf32>) tile(%r0, %r1, %c0, %c1)
  return
}

// -----

// Without positions nobody asks for the text.
// CHECK-LABEL: @gather_words
// CHECK: memref.load %arg0
// CHECK-NOT: memref.load
// CHECK: vector.store
func.func @gather_words(%ids: memref<?xi32>, %offsets: memref<?xi32>, %words: memref<9x48xf32>,
    %y: memref<?x48xf32>, %r0: index, %r1: index, %c0: index, %c1: index) {
  kernel.gather offsets(%offsets : memref<?xi32>) sequences(%offsets : memref<?xi32>)
      table(%ids, %words : memref<?xi32>, memref<9x48xf32>)
      into(%y : memref<?x48xf32>) tile(%r0, %r1, %c0, %c1)
  return
}

// -----

// CHECK-LABEL: @add
// CHECK: scf.for %[[ROW:.*]] = %arg2 to %arg3
// CHECK: scf.for %[[COLUMN:.*]] = %c0 to %c48 step %c[[LANES]]
// CHECK: arith.addf %{{.*}} : vector<[[LANES]]xf32>
// CHECK-NEXT: vector.store %{{.*}}, %arg1[%[[ROW]], %[[COLUMN]]]
func.func @add(%x: memref<?x48xf32>, %y: memref<?x48xf32>,
               %r0: index, %r1: index, %c0: index, %c1: index) {
  kernel.add %x, %y into(%y : memref<?x48xf32>) tile(%r0, %r1, %c0, %c1)
      : memref<?x48xf32>, memref<?x48xf32>
  return
}

// -----

// A text's rows, first to last, for each vector of columns.
// CHECK-LABEL: @mean
// CHECK: scf.for %[[TEXT:.*]] = %arg3 to %arg4
// CHECK: memref.load %arg1[%[[TEXT]]]
// CHECK: memref.load %arg1[
// CHECK: scf.for %{{.*}} step %c[[LANES]]
// CHECK: scf.for %{{.*}} iter_args({{.*}}) -> (vector<[[LANES]]xf32>)
// CHECK: arith.addf
// CHECK: scf.yield
// CHECK: arith.divf
// CHECK: vector.store %{{.*}}, %arg2[%[[TEXT]],
func.func @mean(%x: memref<?x48xf32>, %offsets: memref<?xi32>, %y: memref<?x48xf32>,
                %r0: index, %r1: index, %c0: index, %c1: index) {
  kernel.pool mean %x, %offsets into(%y : memref<?x48xf32>) tile(%r0, %r1, %c0, %c1)
      : memref<?x48xf32>, memref<?xi32>
  return
}

// -----

// CHECK-LABEL: @cls
// CHECK: scf.for
// CHECK: scf.for
// CHECK-NOT: scf.for
// CHECK: vector.store
func.func @cls(%x: memref<?x48xf32>, %offsets: memref<?xi32>, %y: memref<?x48xf32>,
               %r0: index, %r1: index, %c0: index, %c1: index) {
  kernel.pool cls %x, %offsets into(%y : memref<?x48xf32>) tile(%r0, %r1, %c0, %c1)
      : memref<?x48xf32>, memref<?xi32>
  return
}

// -----

// The caller's vectors are not padded: 20 columns, none beyond.
// CHECK-LABEL: @output
// CHECK: scf.for %[[ROW:.*]] = %arg2 to %arg3
// CHECK: arith.muli %[[ROW]], %c20
// CHECK: vector.store {{.*}}, %arg1[%{{.*}}] : memref<?xf32>, vector<[[LANES]]xf32>
// FMA: scf.for %{{.*}} = %c16 to %c20
// FMA: memref.store %{{.*}}, %arg1
func.func @output(%x: memref<?x48xf32>, %vectors: memref<?xf32>,
                  %r0: index, %r1: index, %c0: index, %c1: index) {
  kernel.output %x width 20 into(%vectors : memref<?xf32>) tile(%r0, %r1, %c0, %c1)
      : memref<?x48xf32>
  return
}

// -----

// Mean, squares around it, result. What lies in the padding is masked out of the
// sums.
// CHECK-LABEL: @layer
// CHECK: scf.for %[[ROW:.*]] = %arg2 to %arg3
// FMA: arith.select
// CHECK: arith.divf
// CHECK: arith.subf
// FMA: arith.select
// CHECK: math.sqrt
// CHECK: arith.divf
// CHECK: scf.for
// FMA: math.fma
// CHECK: vector.store %{{.*}}, %arg0[%[[ROW]],
func.func @layer(%x: memref<?x48xf32>, %g: memref<48xf32>,
                 %r0: index, %r1: index, %c0: index, %c1: index) {
  kernel.row_norm layer %x scale(%g : memref<48xf32>) shift(%g : memref<48xf32>)
      epsilon 1.0e-3 width 20 into(%x : memref<?x48xf32>) tile(%r0, %r1, %c0, %c1)
      : memref<?x48xf32>
  return
}

// -----

// CHECK-LABEL: @l2
// CHECK: math.sqrt
// CHECK: scf.for
// CHECK: arith.divf
// CHECK-NEXT: vector.store
func.func @l2(%x: memref<?x48xf32>, %r0: index, %r1: index, %c0: index, %c1: index) {
  kernel.row_norm l2 %x epsilon 1.0e-3 width 20 into(%x : memref<?x48xf32>)
      tile(%r0, %r1, %c0, %c1) : memref<?x48xf32>
  return
}
