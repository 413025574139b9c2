// RUN: emblem-opt %s -pack-weights=target=x86-64-v2 | FileCheck %s --check-prefixes=CHECK,V2
// RUN: emblem-opt %s -pack-weights=target=x86-64-v3 | FileCheck %s --check-prefixes=CHECK,V3
// RUN: emblem-opt %s -pack-weights=target=x86-64-v4 | FileCheck %s --check-prefixes=CHECK,V4

// Panels are as wide as the tile: 2 vectors of 4, 2 of 8, 3 of 16. Each weight begins on a cache
// line, where the one before it ends.
// V2-LABEL: @model{{.*}} attributes {weight_bytes = 1600 : i64}
// V3-LABEL: @model{{.*}} attributes {weight_bytes = 2240 : i64}
// V4-LABEL: @model{{.*}} attributes {weight_bytes = 4416 : i64}
kernel.program @model(%x: tensor<?x4xf32>) {
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
  // V2: kernel.weight sinusoid<width = 17> at 896 : tensor<7x24xf32>
  // V3: kernel.weight sinusoid<width = 17> at 1344 : tensor<7x32xf32>
  // V4: kernel.weight sinusoid<width = 17> at 3072 : tensor<7x48xf32>
  %s = kernel.weight sinusoid<width = 17> : tensor<7x17xf32>
  // The result keeps its true width.
  // V2: kernel.matmul %arg0, %[[W]] bias(%[[B]] : tensor<24xf32>) : tensor<?x4xf32>, tensor<3x4x8xf32> -> tensor<?x20xf32>
  // V3: kernel.matmul %arg0, %[[W]] bias(%[[B]] : tensor<32xf32>) : tensor<?x4xf32>, tensor<2x4x16xf32> -> tensor<?x20xf32>
  // V4: kernel.matmul %arg0, %[[W]] bias(%[[B]] : tensor<48xf32>) : tensor<?x4xf32>, tensor<1x4x48xf32> -> tensor<?x20xf32>
  %0 = kernel.matmul %x, %w bias(%b : tensor<20xf32>)
      : tensor<?x4xf32>, tensor<20x4xf32> -> tensor<?x20xf32>
  kernel.output %0 width 20 : tensor<?x20xf32>
}

// Elements of other precisions take the bytes that they have.
// CHECK-LABEL: @precisions
kernel.program @precisions() {
  // CHECK: kernel.weight panels ["a"] at 0 :
  %a = kernel.weight matrix ["a"] : tensor<96x3xbf16>
  // CHECK: kernel.weight panels ["b"] at 576 :
  %b = kernel.weight matrix ["b"] : tensor<96x3xi8>
  // CHECK: kernel.weight panels ["c"] at 896 :
  %c = kernel.weight matrix ["c"] : tensor<96x3xf32>
}

// Panels in groups, as many inputs as fill 32 bits of what a matmul reads; where K
// does not fill the last, the matmul learns how much of it is true.
// CHECK-LABEL: @groups
kernel.program @groups(%h: tensor<?x6xbf16>, %u: tensor<?x6xi8>, %q: tensor<?x7xi16>, %x: tensor<?x6xf32>) {
  // V2: kernel.weight panels ["pairs"] at 0 : tensor<3x3x8x2xbf16>
  // V3: kernel.weight panels ["pairs"] at 0 : tensor<2x3x16x2xbf16>
  // V4: kernel.weight panels ["pairs"] at 0 : tensor<1x3x48x2xbf16>
  // CHECK: kernel.matmul %arg0, %{{[^ ]*}} : tensor<?x6xbf16>
  %a = kernel.weight matrix ["pairs"] : tensor<20x6xbf16>
  %0 = kernel.matmul %h, %a : tensor<?x6xbf16>, tensor<20x6xbf16> -> tensor<?x20xf32>
  // V2: kernel.weight panels ["quads"] smoothing {{.*}} : tensor<3x2x8x4xi8>
  // V3: kernel.weight panels ["quads"] smoothing {{.*}} : tensor<2x2x16x4xi8>
  // V4: kernel.weight panels ["quads"] smoothing {{.*}} : tensor<1x2x48x4xi8>
  %b = kernel.weight matrix ["quads"] smoothing dense<2.0> : tensor<6xf32> : tensor<20x6xi8>
  // V2: kernel.weight scales ["quads"] {{.*}} : tensor<24xf32>
  // V4: kernel.weight scales ["quads"] {{.*}} : tensor<48xf32>
  %s = kernel.weight scales ["quads"] smoothing dense<2.0> : tensor<6xf32> : tensor<20xf32>
  // V2: kernel.weight corrections ["quads"] {{.*}} : tensor<24xf32>
  // V4: kernel.weight corrections ["quads"] {{.*}} : tensor<48xf32>
  %c = kernel.weight corrections ["quads"] smoothing dense<2.0> : tensor<6xf32> : tensor<20xf32>
  // CHECK: kernel.matmul %arg1, {{.*}} input_size 6 : tensor<?x6xi8>
  %1 = kernel.matmul %u, %b weight_scale(%s : tensor<20xf32>) correction(%c : tensor<20xf32>)
      : tensor<?x6xi8>, tensor<20x6xi8> -> tensor<?x20xf32>
  // i8 in memory, i16 in registers: pairs.
  // V2: kernel.weight panels ["words"] at {{.*}} : tensor<3x4x8x2xi8>
  // V4: kernel.weight panels ["words"] at {{.*}} : tensor<1x4x48x2xi8>
  // CHECK: kernel.matmul %arg2, {{.*}} input_size 7 : tensor<?x7xi16>
  %d = kernel.weight matrix ["words"] : tensor<20x7xi8>
  %2 = kernel.matmul %q, %d weight_scale(%s : tensor<20xf32>)
      : tensor<?x7xi16>, tensor<20x7xi8> -> tensor<?x20xf32>
  // bf16 that an input in f32 reads widens one by one.
  // V2: kernel.weight panels ["widened"] at {{.*}} : tensor<3x6x8xbf16>
  // CHECK: kernel.matmul %arg3, %{{[^ ]*}} : tensor<?x6xf32>
  %e = kernel.weight matrix ["widened"] : tensor<20x6xbf16>
  %3 = kernel.matmul %x, %e : tensor<?x6xf32>, tensor<20x6xbf16> -> tensor<?x20xf32>
}

// CHECK-LABEL: @no_weights
// CHECK-SAME: attributes {weight_bytes = 0 : i64}
kernel.program @no_weights(%x: tensor<?x4xf32>) {
  kernel.output %x width 4 : tensor<?x4xf32>
}
