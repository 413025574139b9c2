// What the device has no code for is refused by its name.
// RUN: not emblem-opt %s -split-input-file -plan-device-memory -convert-kernel-to-gpu 2>&1 \
// RUN:   | FileCheck %s

// CHECK: error: has no code for a weight in 'i4' with an input in 'bf16' on this device
kernel.program @i4(%ids: tensor<?xi32>, %offsets: tensor<?xi32>) {
  %x = kernel.weight table ["x"] : tensor<64x64xbf16>
  %w = kernel.weight matrix ["w"] : tensor<64x64xi4>
  %s = kernel.weight group_scales ["w"] : tensor<64x2xbf16>
  %0 = kernel.matmul %x, %w weight_scale(%s : tensor<64x2xbf16>)
      : tensor<64x64xbf16>, tensor<64x64xi4> -> tensor<?x64xf32> {stage = "up"}
  kernel.output %0 width 64 : tensor<?x64xf32> {stage = "output"}
}

// -----

// CHECK: error: has no code for heads of 260 on this device: of up to 256
kernel.program @head_size(%ids: tensor<?xi32>, %offsets: tensor<?xi32>) {
  %x = kernel.weight table ["x"] : tensor<64x780xbf16>
  %0 = kernel.attention %x, %offsets heads 1 head_size 260 scale 0.25
      : tensor<64x780xbf16>, tensor<?xi32> -> tensor<?x260xbf16> {stage = "attention"}
  kernel.output %0 width 260 : tensor<?x260xbf16> {stage = "output"}
}

// -----

// CHECK: error: has no code for position tables in 'f32' with an input in 'bf16' on this device
kernel.program @wide_tables(%ids: tensor<?xi32>, %offsets: tensor<?xi32>) {
  %x = kernel.weight table ["x"] : tensor<64x96xbf16>
  %k = kernel.weight projection<table = "t"> : tensor<32x12xf32>
  %r = kernel.weight position_rows<height = 12, positions = 64> : tensor<1x127xf32>
  %0 = kernel.attention %x, %offsets heads 1 head_size 32 scale 0.25
      position_keys(%k : tensor<32x12xf32>) position_rows(%r : tensor<1x127xf32>) positions 64
      : tensor<64x96xbf16>, tensor<?xi32> -> tensor<?x32xbf16> {stage = "attention"}
  kernel.output %0 width 32 : tensor<?x32xbf16> {stage = "output"}
}

// -----

// The products with the tables are in shared memory, too.
// CHECK: error: has no code for position tables and heads of 256 on this device
kernel.program @large_heads(%ids: tensor<?xi32>, %offsets: tensor<?xi32>) {
  %x = kernel.weight table ["x"] : tensor<64x768xf32>
  %k = kernel.weight projection<table = "t"> : tensor<256x512xf32>
  %r = kernel.weight position_rows<height = 512, positions = 512> : tensor<1x1023xf32>
  %0 = kernel.attention %x, %offsets heads 1 head_size 256 scale 0.25
      position_keys(%k : tensor<256x512xf32>) position_rows(%r : tensor<1x1023xf32>) positions 512
      : tensor<64x768xf32>, tensor<?xi32> -> tensor<?x256xf32> {stage = "attention"}
  kernel.output %0 width 256 : tensor<?x256xf32> {stage = "output"}
}
