// RUN: not emblem-opt %s -lower-precision="precision=fp8" 2>&1 | FileCheck %s
// CHECK: error: unknown precision 'fp8'; known are f32, f16, bf16, int8, int4
// RUN: not emblem-opt %s -lower-precision="target=x86-64-v3 precision=f16" 2>&1 | FileCheck %s --check-prefix=CPU
// CPU: error: 'x86-64-v3' multiplies no f16; choose bf16

func.func @f() {
  return
}
