// Every pass that writes for a machine says which machines there are.
// RUN: not emblem-opt %s -lower-precision=target=x86-64-v5 2>&1 | FileCheck %s
// RUN: not emblem-opt %s -pack-weights=target=x86-64-v5 2>&1 | FileCheck %s
// RUN: not emblem-opt %s -plan-memory=target=x86-64-v5 2>&1 | FileCheck %s
// RUN: not emblem-opt %s -outline-stages=target=x86-64-v5 2>&1 | FileCheck %s
// RUN: not emblem-opt %s -lower-kernels=target=x86-64-v5 2>&1 | FileCheck %s
// RUN: not emblem-opt %s -expand-math=target=x86-64-v5 2>&1 | FileCheck %s
// CHECK: error: unknown target 'x86-64-v5'; known are native, x86-64-v2, x86-64-v3, x86-64-v3-vnni, x86-64-v4, x86-64-v4-vnni, x86-64-v4-bf16, znver4, aarch64, aarch64-v8.2-dotprod, aarch64-v8.6

func.func @f() {
  return
}
