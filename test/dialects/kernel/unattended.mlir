// RUN: emblem-opt %s -split-input-file -verify-diagnostics | FileCheck %s

// CHECK-LABEL: @expanded
func.func @expanded(%x: tensor<?x12xf32>, %offsets: tensor<?xi32>, %ids: tensor<?xi32>) -> tensor<?x4xf32> {
  // CHECK: kernel.attention {{.*}} unattended 3 ids(%{{.*}} : tensor<?xi32>)
  %0 = kernel.attention %x, %offsets heads 1 head_size 4 scale 0.5
      unattended 3 ids(%ids : tensor<?xi32>)
      : tensor<?x12xf32>, tensor<?xi32> -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// -----

func.func @f(%x: tensor<?x12xf32>, %offsets: tensor<?xi32>) {
  // expected-error@+1 {{ids and unattended come together}}
  %0 = kernel.attention %x, %offsets heads 1 head_size 4 scale 0.5 unattended 3
      : tensor<?x12xf32>, tensor<?xi32> -> tensor<?x4xf32>
  return
}

// -----

func.func @f(%x: tensor<?x12xf32>, %offsets: tensor<?xi32>, %ids: tensor<?xi32>) {
  // expected-error@+1 {{unattended must not be negative, but is -1}}
  %0 = kernel.attention %x, %offsets heads 1 head_size 4 scale 0.5
      unattended -1 ids(%ids : tensor<?xi32>)
      : tensor<?x12xf32>, tensor<?xi32> -> tensor<?x4xf32>
  return
}
