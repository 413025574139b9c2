// RUN: emblem-opt %s -lower-precision="target=znver4 precision=bf16" | FileCheck %s --check-prefixes=CHECK,BF16
// RUN: emblem-opt %s -lower-precision="target=x86-64-v3 precision=bf16" | FileCheck %s --check-prefixes=CHECK,WIDEN
// RUN: emblem-opt %s -lower-precision="target=x86-64-v3-vnni precision=int8" | FileCheck %s --check-prefixes=CHECK,QUADS
// RUN: emblem-opt %s -lower-precision="target=x86-64-v3 precision=int8" | FileCheck %s --check-prefixes=CHECK,PAIRS
// RUN: emblem-opt %s -lower-precision="target=znver4 precision=int8 keep=down,layer.0.qkv" | FileCheck %s --check-prefixes=CHECK,KEEP
// RUN: emblem-opt %s -lower-precision="target=znver4 precision=bf16 keep=layer.0 keep-precision=f32" | FileCheck %s --check-prefixes=CHECK,HIGHER
// RUN: emblem-opt %s -lower-precision="target=cuda precision=f16" | FileCheck %s --check-prefixes=CHECK,F16
// RUN: emblem-opt %s -lower-precision="target=znver4 precision=f32" | FileCheck %s --check-prefixes=CHECK,F32

// CHECK-LABEL: @model
func.func @model(%ids: tensor<?xi32>, %offsets: tensor<?xi32>) {
  // Tables are bf16 in every low precision; they widen as they are read.
  // BF16: %[[WORDS:.*]] = kernel.weight table ["words"] : tensor<10x8xbf16>
  // F16: %[[WORDS:.*]] = kernel.weight table ["words"] : tensor<10x8xf16>
  // WIDEN: %[[WORDS:.*]] = kernel.weight table ["words"] : tensor<10x8xbf16>
  // QUADS: %[[WORDS:.*]] = kernel.weight table ["words"] : tensor<10x8xbf16>
  // HIGHER: %[[WORDS:.*]] = kernel.weight table ["words"] : tensor<10x8xbf16>
  // F32: %[[WORDS:.*]] = kernel.weight table ["words"] : tensor<10x8xf32>
  // CHECK: %[[X:.*]] = kernel.gather {{.*}} -> tensor<?x8xf32> {stage = "embedding"}
  %words = kernel.weight table ["words"] : tensor<10x8xf32>
  %x = kernel.gather offsets(%offsets : tensor<?xi32>)
      table(%ids, %words : tensor<?xi32>, tensor<10x8xf32>) -> tensor<?x8xf32>
      {stage = "embedding"}

  // With a dot product of bf16 the input is narrowed, else the weight alone.
  // BF16-NEXT: %[[H:.*]] = kernel.quantize %[[X]] width 8 : tensor<?x8xf32> -> tensor<?x8xbf16> {stage = "embedding.quantize"}
  // BF16-NEXT: %[[W:.*]] = kernel.weight matrix ["q", "k", "v"] : tensor<24x8xbf16>
  // BF16: %[[QKV:.*]] = kernel.matmul %[[H]], %[[W]] bias(%{{.*}} : tensor<24xf32>) : tensor<?x8xbf16>, tensor<24x8xbf16> -> tensor<?x24xf32>
  // F16-NEXT: %[[H:.*]] = kernel.quantize %[[X]] width 8 : tensor<?x8xf32> -> tensor<?x8xf16> {stage = "embedding.quantize"}
  // F16-NEXT: %[[W:.*]] = kernel.weight matrix ["q", "k", "v"] : tensor<24x8xf16>
  // F16: %[[QKV:.*]] = kernel.matmul %[[H]], %[[W]] bias(%{{.*}} : tensor<24xf32>) : tensor<?x8xf16>, tensor<24x8xf16> -> tensor<?x24xf32>
  // WIDEN-NEXT: %[[W:.*]] = kernel.weight matrix ["q", "k", "v"] : tensor<24x8xbf16>
  // WIDEN: %[[QKV:.*]] = kernel.matmul %[[X]], %[[W]] bias(%{{.*}} : tensor<24xf32>) : tensor<?x8xf32>, tensor<24x8xbf16> -> tensor<?x24xf32>

  // Quads take unsigned bytes, with a correction for their zero point; pairs
  // take words around zero.
  // QUADS-NEXT: %[[Q:.*]] = kernel.quantize %[[X]] width 8 : tensor<?x8xf32> -> tensor<?x8xi8>
  // QUADS-DAG: %[[W:.*]] = kernel.weight matrix ["q", "k", "v"] : tensor<24x8xi8>
  // QUADS-DAG: %[[S:.*]] = kernel.weight scales ["q", "k", "v"] : tensor<24xf32>
  // QUADS-DAG: %[[C:.*]] = kernel.weight corrections ["q", "k", "v"] : tensor<24xf32>
  // QUADS: %[[QKV:.*]] = kernel.matmul %[[Q]], %[[W]] weight_scale(%[[S]] : tensor<24xf32>) correction(%[[C]] : tensor<24xf32>)
  // QUADS-SAME: bias(%{{.*}} : tensor<24xf32>) : tensor<?x8xi8>, tensor<24x8xi8> -> tensor<?x24xf32>
  // PAIRS: %[[Q:.*]] = kernel.quantize %[[X]] width 8 : tensor<?x8xf32> -> tensor<?x8xi16>
  // PAIRS-NOT: corrections
  // PAIRS: kernel.matmul %[[Q]], %{{.*}} weight_scale(%{{.*}} : tensor<24xf32>) bias(%{{.*}} : tensor<24xf32>)
  // PAIRS-SAME: : tensor<?x8xi16>, tensor<24x8xi8> -> tensor<?x24xf32>

  // A stage that is kept, by its whole name, is as in bf16.
  // KEEP: kernel.matmul %{{.*}} : tensor<?x8xbf16>, tensor<24x8xbf16> -> tensor<?x24xf32>
  // A whole layer, by what its stages' names begin with; in f32, attention too.
  // HIGHER: kernel.matmul %{{.*}} : tensor<?x8xf32>, tensor<24x8xf32>
  // HIGHER: kernel.attention %{{.*}} : tensor<?x24xf32>
  // HIGHER: kernel.matmul %{{.*}} : tensor<?x8xf32>, tensor<16x8xf32>
  // HIGHER: kernel.matmul %{{.*}} : tensor<?x16xf32>, tensor<8x16xf32>
  // F32: %[[QKV:.*]] = kernel.matmul %[[X]], %{{.*}} : tensor<?x8xf32>, tensor<24x8xf32>
  %qkv = kernel.weight matrix ["q", "k", "v"] : tensor<24x8xf32>
  %b = kernel.weight row ["b"] : tensor<24xf32>
  %0 = kernel.matmul %x, %qkv bias(%b : tensor<24xf32>)
      : tensor<?x8xf32>, tensor<24x8xf32> -> tensor<?x24xf32> {stage = "layer.0.qkv"}

  // Attention takes bf16 in int8 as well, where it has a dot product for it.
  // BF16: %[[N:.*]] = kernel.quantize %[[QKV]] width 24 : tensor<?x24xf32> -> tensor<?x24xbf16>
  // BF16-NEXT: kernel.attention %[[N]], {{.*}} : tensor<?x24xbf16>, tensor<?xi32> -> tensor<?x8xf32>
  // F16: %[[N:.*]] = kernel.quantize %[[QKV]] width 24 : tensor<?x24xf32> -> tensor<?x24xf16>
  // F16-NEXT: kernel.attention %[[N]], {{.*}} : tensor<?x24xf16>, tensor<?xi32> -> tensor<?x8xf32>
  // WIDEN-NEXT: kernel.attention %[[QKV]], {{.*}} : tensor<?x24xf32>
  // QUADS-NEXT: kernel.attention %[[QKV]], {{.*}} : tensor<?x24xf32>
  // KEEP: kernel.attention %{{.*}} : tensor<?x24xbf16>
  // F32-NEXT: kernel.attention %[[QKV]], {{.*}} : tensor<?x24xf32>
  %1 = kernel.attention %0, %offsets heads 1 head_size 8 scale 0.5
      : tensor<?x24xf32>, tensor<?xi32> -> tensor<?x8xf32> {stage = "layer.0.attention"}

  // KEEP: kernel.matmul %{{.*}} : tensor<?x8xi8>, tensor<16x8xi8> -> tensor<?x16xf32>
  %w1 = kernel.weight matrix ["up"] : tensor<16x8xf32>
  %2 = kernel.matmul %1, %w1 : tensor<?x8xf32>, tensor<16x8xf32> -> tensor<?x16xf32>
      {stage = "layer.0.up"}
  // By the end of its name.
  // KEEP: kernel.matmul %{{.*}} : tensor<?x16xbf16>, tensor<8x16xbf16> -> tensor<?x8xf32>
  %w2 = kernel.weight matrix ["down"] : tensor<8x16xf32>
  %3 = kernel.matmul %2, %w2 : tensor<?x16xf32>, tensor<8x16xf32> -> tensor<?x8xf32>
      {stage = "layer.0.down"}

  // One row a text takes no time: f32.
  // CHECK: %[[P:.*]] = kernel.pool
  // CHECK-NEXT: %[[D:.*]] = kernel.weight matrix ["dense"] : tensor<4x8xf32>
  // CHECK-NEXT: kernel.matmul %[[P]], %[[D]] : tensor<?x8xf32>, tensor<4x8xf32>
  %4 = kernel.pool mean %3, %offsets
      : tensor<?x8xf32>, tensor<?xi32> -> tensor<?x8xf32> {stage = "pool"}
  %w3 = kernel.weight matrix ["dense"] : tensor<4x8xf32>
  %5 = kernel.matmul %4, %w3 : tensor<?x8xf32>, tensor<4x8xf32> -> tensor<?x4xf32>
      {stage = "dense"}
  kernel.output %5 width 4 : tensor<?x4xf32> {stage = "output"}
  return
}

// Who reads the same rows in the same type reads the same quantize, and it
// stands after what makes them, or where the function begins.
// CHECK-LABEL: @shared
func.func @shared(%x: tensor<?x8xf32>) {
  // BF16-NEXT: %[[H:.*]] = kernel.quantize %arg0 width 8 : tensor<?x8xf32> -> tensor<?x8xbf16>
  // BF16-NOT: kernel.quantize
  // BF16: kernel.matmul %[[H]],
  // BF16-NOT: kernel.quantize
  // BF16: kernel.matmul %[[H]],
  %w = kernel.weight matrix ["w"] : tensor<4x8xf32>
  %0 = kernel.matmul %x, %w : tensor<?x8xf32>, tensor<4x8xf32> -> tensor<?x4xf32>
  %v = kernel.weight matrix ["v"] : tensor<4x8xf32>
  %1 = kernel.matmul %x, %v : tensor<?x8xf32>, tensor<4x8xf32> -> tensor<?x4xf32>
  kernel.output %0 width 4 : tensor<?x4xf32>
  kernel.output %1 width 4 : tensor<?x4xf32>
  return
}

// Does not apply: weights that are no kernel.weight cannot be had in another
// type, and buffers are finished.
// CHECK-LABEL: @others
func.func @others(%x: tensor<?x8xf32>, %w: tensor<4x8xf32>, %b: memref<?x16xf32>,
                  %p: memref<1x8x16xf32>, %t: index) {
  // CHECK-NEXT: kernel.matmul %arg0, %arg1 : tensor<?x8xf32>, tensor<4x8xf32>
  // CHECK-NEXT: kernel.matmul %arg2, %arg3 into
  // CHECK-NEXT: return
  %0 = kernel.matmul %x, %w : tensor<?x8xf32>, tensor<4x8xf32> -> tensor<?x4xf32>
  kernel.matmul %b, %p into(%b : memref<?x16xf32>) tile(%t, %t, %t, %t)
      : memref<?x16xf32>, memref<1x8x16xf32>
  return
}

// What reads pixels stays in bf16 where others become bytes.
// CHECK-LABEL: @patches
// QUADS: kernel.weight matrix ["patch"] channels 3 : tensor<8x48xbf16>
// QUADS: kernel.matmul {{.*}} : tensor<?x48xf32>, tensor<8x48xbf16>
// BF16: kernel.weight matrix ["patch"] channels 3 : tensor<8x48xbf16>
// F32: kernel.weight matrix ["patch"] channels 3 : tensor<8x48xf32>
func.func @patches(%rows: tensor<?x48xf32>) -> tensor<?x8xf32> {
  %patch = kernel.weight matrix ["patch"] channels 3 : tensor<8x48xf32>
  %y = kernel.matmul %rows, %patch
      : tensor<?x48xf32>, tensor<8x48xf32> -> tensor<?x8xf32> {stage = "patch_projection"}
  return %y : tensor<?x8xf32>
}

// Convolutions of an even number of channels take bf16 where the target multiplies
// it.
// CHECK-LABEL: @convolutions
// BF16: %[[PADDED:.*]] = kernel.pad2d %arg0 {{.*}} : tensor<?x32xf32> -> tensor<?x72xf32>
// BF16: %[[PIXELS:.*]] = kernel.quantize %[[PADDED]] width 72 : tensor<?x72xf32> -> tensor<?x72xbf16>
// BF16: kernel.weight matrix ["first"] channels 2 : tensor<4x18xbf16>
// BF16: %[[FIRST:.*]] = kernel.conv2d %[[PIXELS]], {{.*}} : tensor<?x72xbf16>, tensor<4x18xbf16> -> tensor<?x64xf32>
// BF16: %[[NARROW:.*]] = kernel.quantize %[[FIRST]] width 64 : tensor<?x64xf32> -> tensor<?x64xbf16>
// BF16: %[[SECOND:.*]] = kernel.conv2d %[[NARROW]], {{.*}} : tensor<?x64xbf16>, tensor<3x16xbf16> -> tensor<?x27xf32>
// BF16: kernel.conv2d %[[SECOND]], {{.*}} : tensor<?x27xf32>, tensor<2x12xf32> -> tensor<?x8xf32>
// WIDEN-NOT: bf16
// F32-NOT: bf16
func.func @convolutions(%x: tensor<?x32xf32>) -> tensor<?x8xf32> {
  %0 = kernel.pad2d %x image [4, 4, 2] padding [1, 1]
      : tensor<?x32xf32> -> tensor<?x72xf32> {stage = "conv2d.0.padding"}
  %w0 = kernel.weight matrix ["first"] channels 2 : tensor<4x18xf32>
  %1 = kernel.conv2d %0, %w0 image [6, 6, 2] window [3, 3] stride [1, 1] outputs 4
      : tensor<?x72xf32>, tensor<4x18xf32> -> tensor<?x64xf32> {stage = "conv2d.0"}
  %w1 = kernel.weight matrix ["second"] channels 4 : tensor<3x16xf32>
  %2 = kernel.conv2d %1, %w1 image [4, 4, 4] window [2, 2] stride [1, 1] outputs 3
      : tensor<?x64xf32>, tensor<3x16xf32> -> tensor<?x27xf32> {stage = "conv2d.1"}
  %w2 = kernel.weight matrix ["third"] channels 3 : tensor<2x12xf32>
  %3 = kernel.conv2d %2, %w2 image [3, 3, 3] window [2, 2] stride [1, 1] outputs 2
      : tensor<?x27xf32>, tensor<2x12xf32> -> tensor<?x8xf32> {stage = "conv2d.2"}
  return %3 : tensor<?x8xf32>
}
