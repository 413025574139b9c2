// RUN: emblem-opt %s | emblem-opt | FileCheck %s
// RUN: emblem-opt %s -emit-bytecode | emblem-opt | FileCheck %s

func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %p = emb.weight "p" : tensor<8x4xf32>
  // CHECK: emb.positional_encoding learned %arg0, %arg1 table(%p : tensor<8x4xf32>) : tensor<?x4xf32>
  %0 = emb.positional_encoding learned %x, %offsets table(%p : tensor<8x4xf32>) : tensor<?x4xf32>
  // CHECK: emb.positional_encoding learned %arg0, %arg1 table(%p : tensor<8x4xf32>) offset 2 : tensor<?x4xf32>
  %1 = emb.positional_encoding learned %x, %offsets table(%p : tensor<8x4xf32>) offset 2 : tensor<?x4xf32>
  // An offset of zero is not printed.
  // CHECK: emb.positional_encoding sinusoidal %arg0, %arg1 : tensor<?x4xf32>
  %2 = emb.positional_encoding sinusoidal %x, %offsets offset 0 : tensor<?x4xf32>
  // CHECK: emb.positional_encoding sinusoidal %arg0, %arg1 offset 1 : tensor<?x4xf32>
  %3 = emb.positional_encoding sinusoidal %x, %offsets offset 1 : tensor<?x4xf32>
  return
}


// CHECK-LABEL: func @uncounted
func.func @uncounted(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>, %p: tensor<8x4xf32>) -> tensor<?x4xf32> {
  // CHECK: emb.positional_encoding learned %arg0, %arg1 table(%arg2 : tensor<8x4xf32>) offset 2 uncounted 1 : tensor<?x4xf32>
  %0 = emb.positional_encoding learned %x, %offsets table(%p : tensor<8x4xf32>) offset 2 uncounted 1 : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
