// RUN: emblem-opt %s -pack-weights=target=x86-64-v2 | FileCheck %s --check-prefixes=CHECK,V2
// RUN: emblem-opt %s -pack-weights=target=x86-64-v3 | FileCheck %s --check-prefixes=CHECK,V3
// RUN: emblem-opt %s -pack-weights=target=x86-64-v4 | FileCheck %s --check-prefixes=CHECK,V4

// Panels are as wide as the tile: 2 vectors of 4, 2 of 8, 3 of 16. Each weight begins on a cache
// line, where the one before it ends.
// V2-LABEL: @model{{.*}} attributes {kernel.weight_bytes = 1600 : i64}
// V3-LABEL: @model{{.*}} attributes {kernel.weight_bytes = 2240 : i64}
// V4-LABEL: @model{{.*}} attributes {kernel.weight_bytes = 4416 : i64}
func.func @model(%x: tensor<?x4xf32>) {
  // V2: %[[W:.*]] = kernel.weight panels ["up"] at 0 : tensor<3x4x8xf32>
  // V3: %[[W:.*]] = kernel.weight panels ["up"] at 0 : tensor<2x4x16xf32>
  // V4: %[[W:.*]] = kernel.weight panels ["up"] at 0 : tensor<1x4x48xf32>
  %w = kernel.weight matrix ["up"] : tensor<20x4xf32>
  // V2: %[[B:.*]] = kernel.weight row ["bias"] at 384 : tensor<24xf32>
  // V3: %[[B:.*]] = kernel.weight row ["bias"] at 512 : tensor<32xf32>
  // V4: %[[B:.*]] = kernel.weight row ["bias"] at 768 : tensor<48xf32>
  %b = kernel.weight row ["bias"] : tensor<20xf32>
  // V2: kernel.weight table ["words"] at 512 : tensor<10x8xf32>
  // V3: kernel.weight table ["words"] at 640 : tensor<10x16xf32>
  // V4: kernel.weight table ["words"] at 960 : tensor<10x48xf32>
  %t = kernel.weight table ["words"] : tensor<10x4xf32>
  // V2: kernel.weight row ["segments"] table_row 1 at 832 : tensor<8xf32>
  // V3: kernel.weight row ["segments"] table_row 1 at 1280 : tensor<16xf32>
  // V4: kernel.weight row ["segments"] table_row 1 at 2880 : tensor<48xf32>
  %r = kernel.weight row ["segments"] table_row 1 : tensor<4xf32>
  // V2: kernel.weight sinusoid [17] at 896 : tensor<7x24xf32>
  // V3: kernel.weight sinusoid [17] at 1344 : tensor<7x32xf32>
  // V4: kernel.weight sinusoid [17] at 3072 : tensor<7x48xf32>
  %s = kernel.weight sinusoid [17] : tensor<7x17xf32>
  // The result keeps its true width.
  // V2: kernel.matmul %arg0, %[[W]] bias(%[[B]] : tensor<24xf32>) : tensor<?x4xf32>, tensor<3x4x8xf32> -> tensor<?x20xf32>
  // V3: kernel.matmul %arg0, %[[W]] bias(%[[B]] : tensor<32xf32>) : tensor<?x4xf32>, tensor<2x4x16xf32> -> tensor<?x20xf32>
  // V4: kernel.matmul %arg0, %[[W]] bias(%[[B]] : tensor<48xf32>) : tensor<?x4xf32>, tensor<1x4x48xf32> -> tensor<?x20xf32>
  %0 = kernel.matmul %x, %w bias(%b : tensor<20xf32>)
      : tensor<?x4xf32>, tensor<20x4xf32> -> tensor<?x20xf32>
  kernel.output %0 width 20 : tensor<?x20xf32>
  return
}

// Elements of other precisions take the bytes that they have.
// CHECK-LABEL: @precisions
func.func @precisions() {
  // CHECK: kernel.weight panels ["a"] at 0 :
  %a = kernel.weight matrix ["a"] : tensor<96x3xbf16>
  // CHECK: kernel.weight panels ["b"] at 576 :
  %b = kernel.weight matrix ["b"] : tensor<96x3xi8>
  // CHECK: kernel.weight panels ["c"] at 896 :
  %c = kernel.weight matrix ["c"] : tensor<96x3xf32>
  return
}

// CHECK-LABEL: @no_weights() attributes {kernel.weight_bytes = 0 : i64}
func.func @no_weights() {
  return
}
