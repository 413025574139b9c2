// RUN: emblem-opt %s | emblem-opt | FileCheck %s
// RUN: emblem-opt %s -emit-bytecode | emblem-opt | FileCheck %s

func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %w = emb.weight "w" : tensor<6x4xf32>
  %b = emb.weight "b" : tensor<6xf32>
  %o = emb.weight "o" : tensor<4x6xf32>
  %c = emb.weight "c" : tensor<4xf32>
  // Each projection on its line, each bias where there is one.
  // CHECK:      emb.attention %arg0, %arg1 heads 2{{$}}
  // CHECK-NEXT:   query(%w : tensor<6x4xf32>, %b : tensor<6xf32>){{$}}
  // CHECK-NEXT:   key(%w : tensor<6x4xf32>){{$}}
  // CHECK-NEXT:   value(%w : tensor<6x4xf32>, %b : tensor<6xf32>){{$}}
  // CHECK-NEXT:   output(%o : tensor<4x6xf32>, %c : tensor<4xf32>) : tensor<?x4xf32>
  %0 = emb.attention %x, %offsets heads 2
      query(%w : tensor<6x4xf32>, %b : tensor<6xf32>) key(%w : tensor<6x4xf32>)
      value(%w : tensor<6x4xf32>, %b : tensor<6xf32>)
      output(%o : tensor<4x6xf32>, %c : tensor<4xf32>) : tensor<?x4xf32>
  // CHECK:      emb.attention %{{.*}}, %arg1 heads 3 scale 2.500000e-01
  // CHECK-NEXT:   query(%w : tensor<6x4xf32>)
  // CHECK-NEXT:   key(%w : tensor<6x4xf32>, %b : tensor<6xf32>)
  // CHECK-NEXT:   value(%w : tensor<6x4xf32>)
  // CHECK-NEXT:   output(%o : tensor<4x6xf32>) : tensor<?x4xf32>
  %1 = emb.attention %0, %offsets heads 3 scale 0.25
      query(%w : tensor<6x4xf32>) key(%w : tensor<6x4xf32>, %b : tensor<6xf32>)
      value(%w : tensor<6x4xf32>)
      output(%o : tensor<4x6xf32>) : tensor<?x4xf32>
  return
}
