// RUN: emblem-opt %s | emblem-opt | FileCheck %s
// RUN: emblem-opt %s -emit-bytecode | emblem-opt | FileCheck %s

func.func @f(%x: tensor<?x2xf32>) {
  %u = emb.weight "u" : tensor<4x2xf32>
  %ub = emb.weight "ub" : tensor<4xf32>
  %d = emb.weight "d" : tensor<3x4xf32>
  %db = emb.weight "db" : tensor<3xf32>
  // CHECK:      emb.feed_forward %arg0 gelu{{$}}
  // CHECK-NEXT:   up(%u : tensor<4x2xf32>, %ub : tensor<4xf32>){{$}}
  // CHECK-NEXT:   down(%d : tensor<3x4xf32>, %db : tensor<3xf32>) : tensor<?x2xf32> -> tensor<?x3xf32>
  %0 = emb.feed_forward %x gelu up(%u : tensor<4x2xf32>, %ub : tensor<4xf32>)
      down(%d : tensor<3x4xf32>, %db : tensor<3xf32>) : tensor<?x2xf32> -> tensor<?x3xf32>
  // CHECK:      emb.feed_forward %arg0 relu{{$}}
  // CHECK-NEXT:   up(%u : tensor<4x2xf32>){{$}}
  // CHECK-NEXT:   down(%d : tensor<3x4xf32>) : tensor<?x2xf32> -> tensor<?x3xf32>
  %1 = emb.feed_forward %x relu up(%u : tensor<4x2xf32>)
      down(%d : tensor<3x4xf32>) : tensor<?x2xf32> -> tensor<?x3xf32>
  // CHECK:      emb.feed_forward %arg0 silu{{$}}
  // CHECK-NEXT:   up(%u : tensor<4x2xf32>){{$}}
  // CHECK-NEXT:   gate(%u : tensor<4x2xf32>, %ub : tensor<4xf32>){{$}}
  // CHECK-NEXT:   down(%d : tensor<3x4xf32>) : tensor<?x2xf32> -> tensor<?x3xf32>
  %2 = emb.feed_forward %x silu up(%u : tensor<4x2xf32>)
      gate(%u : tensor<4x2xf32>, %ub : tensor<4xf32>)
      down(%d : tensor<3x4xf32>) : tensor<?x2xf32> -> tensor<?x3xf32>
  return
}
