// RUN: emblem-opt %s -lower-precision="target=znver4 precision=int8" | FileCheck %s --check-prefixes=CHECK,SMOOTH
// RUN: emblem-opt %s -lower-precision="target=x86-64-v2 precision=int8" | FileCheck %s --check-prefixes=CHECK,SMOOTH
// RUN: emblem-opt %s -lower-precision="target=znver4 precision=bf16" | FileCheck %s --implicit-check-not=smoothing

// The largest element of each column, as a calibration saw it, per stage.
module attributes {kernel.input_ranges = {
    up = dense<[4.0, 1.0, 0.25, 0.0625]> : tensor<4xf32>,
    outlier = dense<[1.0e4, 1.0, 1.0, 0.0]> : tensor<4xf32>}} {

// Half of each column's range, in logarithms, around a mean factor of 1. The
// weight and what goes with it know the factors that the input is multiplied by.
// CHECK-LABEL: @norm
func.func @norm(%x: tensor<?x4xf32>) {
  // CHECK: %[[X:.*]] = kernel.row_norm
  // SMOOTH-NEXT: %[[F:.*]] = kernel.weight row [dense<[0.468{{[0-9]*}}, 0.937{{[0-9]*}}, 1.87{{[0-9]*}}, 3.7{{[0-9]*}}]> : tensor<4xf32>] : tensor<4xf32>
  // SMOOTH-NEXT: %[[Q:.*]] = kernel.quantize %[[X]] smoothing(%[[F]] : tensor<4xf32>) width 4
  // x86-64-v2 has no corrections.
  // SMOOTH: kernel.weight scales ["w"] smoothing dense<[0.468{{.*}}]> : tensor<4xf32> : tensor<8xf32>
  // SMOOTH: kernel.weight matrix ["w"] smoothing dense<[0.468{{.*}}]> : tensor<4xf32> : tensor<8x4xi8>
  %0 = kernel.row_norm l2 %x epsilon 0.0 width 4 : tensor<?x4xf32> -> tensor<?x4xf32>
  %w = kernel.weight matrix ["w"] : tensor<8x4xf32>
  %1 = kernel.matmul %0, %w : tensor<?x4xf32>, tensor<8x4xf32> -> tensor<?x8xf32> {stage = "up"}
  // Who reads the same rows shares their smoothing, whatever its own ranges.
  // SMOOTH: kernel.matmul %[[Q]],
  // SMOOTH: kernel.weight matrix ["v"] smoothing dense<[0.468{{.*}}]> : tensor<4xf32> : tensor<8x4xi8>
  // SMOOTH: kernel.matmul %[[Q]],
  %v = kernel.weight matrix ["v"] : tensor<8x4xf32>
  %2 = kernel.matmul %0, %v : tensor<?x4xf32>, tensor<8x4xf32> -> tensor<?x8xf32> {stage = "outlier"}
  kernel.output %1 width 8 : tensor<?x8xf32>
  kernel.output %2 width 8 : tensor<?x8xf32>
  return
}

// No factor is more than ten times the mean's.
// CHECK-LABEL: @outlier
func.func @outlier(%x: tensor<?x4xf32>) {
  // SMOOTH: kernel.quantize %{{.*}} smoothing(
  // SMOOTH: kernel.weight matrix ["w"] smoothing dense<[{{[^,]*}}, 1.000000e+01, 1.000000e+01, 1.000000e+01]>
  %0 = kernel.row_norm l2 %x epsilon 0.0 width 4 : tensor<?x4xf32> -> tensor<?x4xf32>
  %w = kernel.weight matrix ["w"] : tensor<8x4xf32>
  %1 = kernel.matmul %0, %w : tensor<?x4xf32>, tensor<8x4xf32> -> tensor<?x8xf32> {stage = "outlier"}
  kernel.output %1 width 8 : tensor<?x8xf32>
  return
}

// Does not apply: rows that no norm makes, and stages without ranges; nor where
// the first reader has none.
// CHECK-LABEL: @none
// SMOOTH-NOT: smoothing
func.func @none(%x: tensor<?x4xf32>) {
  %w = kernel.weight matrix ["w"] : tensor<4x4xf32>
  %0 = kernel.matmul %x, %w : tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x4xf32> {stage = "up"}
  %1 = kernel.row_norm l2 %0 epsilon 0.0 width 4 : tensor<?x4xf32> -> tensor<?x4xf32>
  %2 = kernel.matmul %1, %w : tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x4xf32> {stage = "down"}
  %3 = kernel.matmul %1, %w : tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x4xf32> {stage = "up"}
  kernel.output %2 width 4 : tensor<?x4xf32>
  kernel.output %3 width 4 : tensor<?x4xf32>
  return
}

}
