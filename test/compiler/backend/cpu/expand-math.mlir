// RUN: emblem-opt %s -expand-math=target=x86-64-v4 | FileCheck %s --check-prefixes=CHECK,FMA
// RUN: emblem-opt %s -expand-math=target=x86-64-v2 | FileCheck %s --check-prefix=NARROW
// RUN: emblem-opt %s -expand-math=target=x86-64-v2 | FileCheck %s --check-prefix=ADD \
// RUN:   --implicit-check-not=math.fma

// RUN: emblem-opt %s -expand-math=target=x86-64-v3 | FileCheck %s --check-prefix=EIGHT

// 2^x = 2^n * 2^f: n is x rounded, 2^f a polynomial, scaled in one instruction.
// CHECK-LABEL: @exp2(
// CHECK-NOT: math.exp2
// CHECK: %[[N:.*]] = math.roundeven
// CHECK: %[[F:.*]] = arith.subf %{{.*}}, %[[N]]
// CHECK-COUNT-5: math.fma %{{.*}}, %[[F]]
// CHECK: %[[Y:.*]] = llvm.call_intrinsic "llvm.x86.avx512.mask.scalef.ps.512"(%{{.*}}, %[[N]],
// CHECK-NEXT: return %[[Y]]
func.func @exp2(%x: vector<16xf32>) -> vector<16xf32> {
  %0 = math.exp2 %x : vector<16xf32>
  return %0 : vector<16xf32>
}

// Without that instruction n is added to the exponent.
// EIGHT-LABEL: @exp2_of_eight
// EIGHT: %[[N:.*]] = math.roundeven
// EIGHT: %[[EXPONENT:.*]] = arith.fptosi %[[N]] : vector<8xf32> to vector<8xi32>
// EIGHT: %[[SHIFTED:.*]] = arith.shli %[[EXPONENT]]
// EIGHT: %[[SUM:.*]] = arith.addi %{{.*}}, %[[SHIFTED]]
// EIGHT-NEXT: arith.bitcast %[[SUM]] : vector<8xi32> to vector<8xf32>
// EIGHT-NEXT: return
func.func @exp2_of_eight(%x: vector<8xf32>) -> vector<8xf32> {
  %0 = math.exp2 %x : vector<8xf32>
  return %0 : vector<8xf32>
}

// Clamped on both sides; not above where no result is infinite, nor below where
// scaling goes to zero.
// CHECK-LABEL: @finite_exp2(
// CHECK-NOT: arith.cmpf
// CHECK: return
func.func @finite_exp2(%x: vector<16xf32>) -> vector<16xf32> {
  %0 = math.exp2 %x fastmath<ninf> : vector<16xf32>
  return %0 : vector<16xf32>
}

// EIGHT-LABEL: @finite_exp2_of_eight
// EIGHT-COUNT-1: arith.cmpf ogt
// EIGHT-NOT: arith.cmpf
// EIGHT: return
func.func @finite_exp2_of_eight(%x: vector<8xf32>) -> vector<8xf32> {
  %0 = math.exp2 %x fastmath<ninf> : vector<8xf32>
  return %0 : vector<8xf32>
}

// A polynomial of fewer bits.
// CHECK-LABEL: @approximate_exp2
// CHECK-COUNT-3: math.fma
// CHECK-NOT: math.{{fma|exp2}}
// CHECK: return
func.func @approximate_exp2(%x: vector<16xf32>) -> vector<16xf32> {
  %0 = math.exp2 %x fastmath<afn> : vector<16xf32>
  return %0 : vector<16xf32>
}

// CHECK-LABEL: @exp(
// CHECK-NOT: math.exp
// CHECK: math.roundeven
// CHECK: llvm.call_intrinsic "llvm.x86.avx512.mask.scalef.ps.512"
// CHECK: return
func.func @exp(%x: vector<16xf32>) -> vector<16xf32> {
  %0 = math.exp %x : vector<16xf32>
  return %0 : vector<16xf32>
}

// CHECK-LABEL: @tanh
// CHECK-NOT: math.tanh
// CHECK: arith.divf
// CHECK: return
func.func @tanh(%x: vector<16xf32>) -> vector<16xf32> {
  %0 = math.tanh %x : vector<16xf32>
  return %0 : vector<16xf32>
}

// Does not apply: other widths, scalars, other precisions and other functions.
// CHECK-LABEL: @others
// CHECK-NEXT: math.exp %arg0 : vector<8xf32>
// CHECK-NEXT: math.exp %arg1 : f32
// CHECK-NEXT: math.exp %arg2 : vector<16xf16>
// CHECK-NEXT: math.sqrt %arg3 : vector<16xf32>
func.func @others(%a: vector<8xf32>, %b: f32, %c: vector<16xf16>, %d: vector<16xf32>)
    -> (vector<8xf32>, f32, vector<16xf16>, vector<16xf32>) {
  %0 = math.exp %a : vector<8xf32>
  %1 = math.exp %b : f32
  %2 = math.exp %c : vector<16xf16>
  %3 = math.sqrt %d : vector<16xf32>
  return %0, %1, %2, %3 : vector<8xf32>, f32, vector<16xf16>, vector<16xf32>
}

// Each target expands its own vectors; without a fused multiply-add, two
// operations.
// NARROW-LABEL: @exp2(
// NARROW: math.exp2 %arg0 : vector<16xf32>
// NARROW-LABEL: @four_lanes
// NARROW-NOT: math.exp2
// NARROW: arith.mulf
// ADD-LABEL: @four_lanes
// ADD: arith.mulf
// ADD-NEXT: arith.addf
// FMA-LABEL: @four_lanes
// FMA: math.exp2 %arg0 : vector<4xf32>
func.func @four_lanes(%x: vector<4xf32>) -> vector<4xf32> {
  %0 = math.exp2 %x : vector<4xf32>
  return %0 : vector<4xf32>
}
