// RUN: emblem-opt %s -lower-precision="target=znver4 precision=int4" | FileCheck %s --check-prefixes=CHECK,BF16
// RUN: emblem-opt %s -lower-precision="target=x86-64-v3 precision=int4" | FileCheck %s --check-prefixes=CHECK,F32
// RUN: emblem-opt %s -lower-precision="target=x86-64-v3 precision=int4 keep=down" | FileCheck %s --check-prefixes=CHECK,KEEP
// RUN: emblem-opt %s -lower-precision="target=x86-64-v2 precision=int4" -pack-weights=target=x86-64-v2 | FileCheck %s --check-prefixes=PACKED

// CHECK-LABEL: @model
// PACKED-LABEL: @model
kernel.program @model(%ids: tensor<?xi32>, %offsets: tensor<?xi32>) {
  // The table of tokens in i8, with a scale a row; the positions in bf16.
  // CHECK-DAG: %[[WORDS:.*]] = kernel.weight table ["words"] : tensor<10x70xi8>
  // CHECK-DAG: %[[SCALE:.*]] = kernel.weight scales ["words"] : tensor<10xf32>
  // CHECK-DAG: %[[POSITIONS:.*]] = kernel.weight table ["positions"] : tensor<5x70xbf16>
  // CHECK: %[[X:.*]] = kernel.gather offsets(%arg1 : tensor<?xi32>)
  // CHECK-SAME: table(%arg0, %[[WORDS]] : tensor<?xi32>, tensor<10x70xi8>) table_scale(%[[SCALE]] : tensor<10xf32>)
  // CHECK-SAME: positions(%[[POSITIONS]] : tensor<5x70xbf16>) -> tensor<?x70xf32>
  // PACKED-DAG: kernel.weight table ["words"] at {{[0-9]+}} : tensor<10x72xi8>
  // PACKED-DAG: kernel.weight scales ["words"] at {{[0-9]+}} : tensor<16xf32>
  %words = kernel.weight table ["words"] : tensor<10x70xf32>
  %positions = kernel.weight table ["positions"] : tensor<5x70xf32>
  %x = kernel.gather offsets(%offsets : tensor<?xi32>)
      table(%ids, %words : tensor<?xi32>, tensor<10x70xf32>)
      positions(%positions : tensor<5x70xf32>) -> tensor<?x70xf32> {stage = "embedding"}

  // Three groups of a column's 70 inputs. Inputs are bf16 where the target has a dot
  // product of them.
  // BF16-DAG: %[[H:.*]] = kernel.quantize %[[X]] width 70 : tensor<?x70xf32> -> tensor<?x70xbf16>
  // CHECK-DAG: %[[W:.*]] = kernel.weight matrix ["up"] : tensor<20x70xi4>
  // CHECK-DAG: %[[S:.*]] = kernel.weight group_scales ["up"] : tensor<20x3xbf16>
  // BF16: kernel.matmul %[[H]], %[[W]] weight_scale(%[[S]] : tensor<20x3xbf16>)
  // BF16-SAME: : tensor<?x70xbf16>, tensor<20x70xi4> -> tensor<?x20xf32>
  // F32: %[[U:.*]] = kernel.matmul %[[X]], %[[W]] weight_scale(%[[S]] : tensor<20x3xbf16>)
  // F32-SAME: : tensor<?x70xf32>, tensor<20x70xi4> -> tensor<?x20xf32>
  // Panels of pairs, and their scales as these read them.
  // PACKED-DAG: kernel.weight panels ["up"] at {{[0-9]+}} : tensor<3x35x8x2xi4>
  // PACKED-DAG: kernel.weight group_scales ["up"] at {{[0-9]+}} : tensor<3x3x8xbf16>
  %up = kernel.weight matrix ["up"] : tensor<20x70xf32>
  %0 = kernel.matmul %x, %up : tensor<?x70xf32>, tensor<20x70xf32> -> tensor<?x20xf32>
      {stage = "layer.0.up"}

  // An odd number of inputs: the last pair has one. Kept stages are as in bf16.
  // KEEP: %[[V:.*]] = kernel.weight matrix ["down"] : tensor<7x19xbf16>
  // KEEP: kernel.matmul %{{.*}}, %[[V]] : tensor<?x19xf32>, tensor<7x19xbf16> -> tensor<?x7xf32>
  // PACKED: %[[P:.*]] = kernel.weight panels ["down"] at {{[0-9]+}} : tensor<1x10x8x2xi4>
  // PACKED: kernel.matmul %{{.*}}, %[[P]] weight_scale(%{{.*}} : tensor<1x1x8xbf16>) input_size 19
  %odd = kernel.weight matrix ["odd"] : tensor<19x20xf32>
  %1 = kernel.matmul %0, %odd : tensor<?x20xf32>, tensor<19x20xf32> -> tensor<?x19xf32>
      {stage = "layer.0.odd"}
  %down = kernel.weight matrix ["down"] : tensor<7x19xf32>
  %2 = kernel.matmul %1, %down : tensor<?x19xf32>, tensor<7x19xf32> -> tensor<?x7xf32>
      {stage = "layer.0.down"}

  // Does not apply: one row a text.
  // CHECK: kernel.pool
  // CHECK: kernel.weight matrix ["dense"] : tensor<4x7xf32>
  %3 = kernel.pool mean %2, %offsets : tensor<?x7xf32>, tensor<?xi32> -> tensor<?x7xf32>
      {stage = "pool"}
  %dense = kernel.weight matrix ["dense"] : tensor<4x7xf32>
  %4 = kernel.matmul %3, %dense : tensor<?x7xf32>, tensor<4x7xf32> -> tensor<?x4xf32>
      {stage = "dense"}
  kernel.output %4 width 4 : tensor<?x4xf32> {stage = "output"}
}
