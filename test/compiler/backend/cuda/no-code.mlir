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
