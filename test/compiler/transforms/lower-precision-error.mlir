// RUN: not emblem-opt %s -lower-precision="precision=fp8" 2>&1 | FileCheck %s
// CHECK: error: unknown precision 'fp8'; known are f32, bf16, int8, int4

func.func @f() {
  return
}
