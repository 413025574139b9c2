// RUN: emblem-opt %s | emblem-opt | FileCheck %s
// RUN: emblem-opt %s -emit-bytecode | emblem-opt | FileCheck %s

func.func @f(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>) {
  %q = emb.weight "q" : tensor<16x4xf32>
  %k = emb.weight "k" : tensor<8x4xf32>
  %o = emb.weight "o" : tensor<4x16xf32>
  %n = emb.weight "n" : tensor<4xf32>
  %t = emb.weight "t" : tensor<8x4xf32>
  // CHECK:      emb.attention %arg0, %arg1 heads 4 key_value_heads 2 scale 5.000000e-01
  // CHECK-SAME:   before 3 after 0 softcap 3.000000e+01 rotary 4 base 1.000000e+04
  // CHECK-SAME:   factor 2.000000e+00 interleaved{{$}}
  // CHECK-NEXT:   query(%q : tensor<16x4xf32>){{$}}
  // CHECK-NEXT:   key(%k : tensor<8x4xf32>){{$}}
  // CHECK-NEXT:   value(%k : tensor<8x4xf32>){{$}}
  // CHECK-NEXT:   output(%o : tensor<4x16xf32>) query_norm(%n : tensor<4xf32>)
  // CHECK-SAME:   key_norm(%n : tensor<4xf32>) norm_epsilon 1.250000e-01 : tensor<?x4xf32>
  %0 = emb.attention %x, %offsets heads 4 key_value_heads 2 scale 0.5 before 3 after 0
      softcap 30.0 rotary 4 base 1.0e4 factor 2.0 interleaved
      query(%q : tensor<16x4xf32>) key(%k : tensor<8x4xf32>)
      value(%k : tensor<8x4xf32>) output(%o : tensor<4x16xf32>)
      query_norm(%n : tensor<4xf32>) key_norm(%n : tensor<4xf32>)
      norm_epsilon 0.125 : tensor<?x4xf32>
  // CHECK:      emb.attention %arg0, %arg1 heads 4 alibi{{$}}
  %1 = emb.attention %x, %offsets heads 4 alibi
      query(%q : tensor<16x4xf32>) key(%q : tensor<16x4xf32>)
      value(%q : tensor<16x4xf32>) output(%o : tensor<4x16xf32>) : tensor<?x4xf32>
  // CHECK:      emb.attention %arg0, %arg1 heads 4{{$}}
  // CHECK:        output(%o : tensor<4x16xf32>) position_bias(%t : tensor<8x4xf32>)
  // CHECK-SAME:   max_distance 20 : tensor<?x4xf32>
  %2 = emb.attention %x, %offsets heads 4
      query(%q : tensor<16x4xf32>) key(%q : tensor<16x4xf32>)
      value(%q : tensor<16x4xf32>) output(%o : tensor<4x16xf32>)
      position_bias(%t : tensor<8x4xf32>) max_distance 20 : tensor<?x4xf32>
  // CHECK:      emb.attention %arg0, %arg1 heads 4 rotary 4
  // CHECK-SAME:   frequencies [1.000000e+00, 2.500000e-01]
  // CHECK-SAME:   amplitude 1.500000e+00{{$}}
  %3 = emb.attention %x, %offsets heads 4 rotary 4 frequencies [1.0, 0.25]
      amplitude 1.5
      query(%q : tensor<16x4xf32>) key(%q : tensor<16x4xf32>)
      value(%q : tensor<16x4xf32>) output(%o : tensor<4x16xf32>) : tensor<?x4xf32>
  // CHECK:      %[[ROWS:.*]] = emb.layer_norm %t epsilon 1.250000e-01 : tensor<8x4xf32>
  // CHECK:      %[[KEYS:.*]] = emb.dense %[[ROWS]] identity weight(%q : tensor<16x4xf32>) :
  // CHECK-SAME:   tensor<8x4xf32> -> tensor<8x16xf32>
  %4 = emb.layer_norm %t epsilon 0.125 : tensor<8x4xf32>
  %5 = emb.dense %4 identity weight(%q : tensor<16x4xf32>)
      : tensor<8x4xf32> -> tensor<8x16xf32>
  // CHECK:      output(%o : tensor<4x16xf32>) position_keys(%[[KEYS]] : tensor<8x16xf32>)
  // CHECK-SAME:   position_queries(%[[KEYS]] : tensor<8x16xf32>) max_distance 20 :
  %6 = emb.attention %x, %offsets heads 4
      query(%q : tensor<16x4xf32>) key(%q : tensor<16x4xf32>)
      value(%q : tensor<16x4xf32>) output(%o : tensor<4x16xf32>)
      position_keys(%5 : tensor<8x16xf32>) position_queries(%5 : tensor<8x16xf32>)
      max_distance 20 : tensor<?x4xf32>
  return
}
