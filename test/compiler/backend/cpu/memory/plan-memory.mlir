// RUN: emblem-opt %s -plan-memory=target=x86-64-v2 | FileCheck %s

// Rows of up to 16 features take 64 bytes, those of 40 take 192: whole panels and
// an odd number of cache lines.

// A value that was read for the last time gives its place to the next one of its
// width: two places for a chain of any length.
// CHECK-LABEL: @chain
// CHECK-SAME: arena = #kernel.arena<bytes_per_token = 128, bytes_per_text = 0>
kernel.program @chain(%x: tensor<?x4xf32>, %w: tensor<4x4xf32>) {
  // CHECK: kernel.matmul %arg0, %{{.*}} {arena = array<i64: 0>}
  %0 = kernel.matmul %x, %w : tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x4xf32>
  // CHECK: kernel.matmul %0, %{{.*}} {arena = array<i64: 64>}
  %1 = kernel.matmul %0, %w : tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x4xf32>
  // CHECK: kernel.matmul %1, %{{.*}} {arena = array<i64: 0>}
  %2 = kernel.matmul %1, %w : tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x4xf32>
  // CHECK: kernel.matmul %2, %{{.*}} {arena = array<i64: 64>}
  %3 = kernel.matmul %2, %w : tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x4xf32>
  kernel.output %3 width 4 : tensor<?x4xf32>
}

// A kernel never writes where it reads: the residual is alive as long as its
// reader runs.
// CHECK-LABEL: @residual
// CHECK-SAME: arena = #kernel.arena<bytes_per_token = 192, bytes_per_text = 0>
kernel.program @residual(%x: tensor<?x4xf32>, %w: tensor<4x4xf32>) {
  // CHECK: {arena = array<i64: 0>}
  %0 = kernel.matmul %x, %w : tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x4xf32>
  // CHECK: {arena = array<i64: 64>}
  %1 = kernel.matmul %0, %w : tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x4xf32>
  // CHECK: residual(%0 : tensor<?x4xf32>) {{.*}} {arena = array<i64: 128>}
  %2 = kernel.matmul %1, %w residual(%0 : tensor<?x4xf32>)
      : tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x4xf32>
  // CHECK: {arena = array<i64: 0>}
  %3 = kernel.matmul %2, %w : tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x4xf32>
  kernel.output %3 width 4 : tensor<?x4xf32>
}

// Within a phase threads are at different rows of different kernels, so a place
// passes only to rows of the same width.
// CHECK-LABEL: @another_width
// CHECK-SAME: arena = #kernel.arena<bytes_per_token = 320, bytes_per_text = 0>
kernel.program @another_width(%x: tensor<?x4xf32>, %up: tensor<40x4xf32>, %down: tensor<4x40xf32>) {
  // CHECK: {arena = array<i64: 0>}
  %0 = kernel.matmul %x, %up : tensor<?x4xf32>, tensor<40x4xf32> -> tensor<?x40xf32>
  // CHECK: {arena = array<i64: 192>}
  %1 = kernel.matmul %0, %down : tensor<?x40xf32>, tensor<4x40xf32> -> tensor<?x4xf32>
  // CHECK: {arena = array<i64: 256>}
  %2 = kernel.add %1, %1 : tensor<?x4xf32>, tensor<?x4xf32> -> tensor<?x4xf32>
  // The place of %0, now of its width again.
  // CHECK: {arena = array<i64: 0>}
  %3 = kernel.matmul %2, %up : tensor<?x4xf32>, tensor<40x4xf32> -> tensor<?x40xf32>
  kernel.output %3 width 40 : tensor<?x40xf32>
}

// Attention waits for all rows, and others go on while it still reads: what it
// reads keeps its place until the next kernel that waits. What was last read
// before it gives up its bytes to any width.
// CHECK-LABEL: @attention
// CHECK-SAME: arena = #kernel.arena<bytes_per_token = 512, bytes_per_text = 0>
kernel.program @attention(%x: tensor<?x8xf32>, %offsets: tensor<?xi32>, %w: tensor<8x8xf32>,
                     %qkv: tensor<36x8xf32>, %o: tensor<8x12xf32>, %up: tensor<40x8xf32>,
                     %down: tensor<8x40xf32>) {
  // CHECK: {arena = array<i64: 0>}
  %0 = kernel.matmul %x, %w : tensor<?x8xf32>, tensor<8x8xf32> -> tensor<?x8xf32>
  // CHECK: {arena = array<i64: 64>}
  %1 = kernel.matmul %0, %qkv : tensor<?x8xf32>, tensor<36x8xf32> -> tensor<?x36xf32>
  // CHECK: kernel.attention {{.*}} {arena = array<i64: 0>}
  %2 = kernel.attention %1, %offsets heads 1 head_size 12 scale 0.5
      : tensor<?x36xf32>, tensor<?xi32> -> tensor<?x12xf32>
  // CHECK: {arena = array<i64: 256>}
  %3 = kernel.matmul %2, %o : tensor<?x12xf32>, tensor<8x12xf32> -> tensor<?x8xf32>
  // Of %1's width, but not at 64, which other threads' attention may still read.
  // CHECK: {arena = array<i64: 320>}
  %4 = kernel.matmul %3, %up : tensor<?x8xf32>, tensor<40x8xf32> -> tensor<?x40xf32>
  // CHECK: {arena = array<i64: 0>}
  %5 = kernel.matmul %4, %down : tensor<?x40xf32>, tensor<8x40xf32> -> tensor<?x8xf32>
  kernel.output %5 width 8 : tensor<?x8xf32>
}

// Rows of texts lie behind all rows of tokens, in a region of their own.
// CHECK-LABEL: @pooled
// CHECK-SAME: arena = #kernel.arena<bytes_per_token = 64, bytes_per_text = 128>
kernel.program @pooled(%x: tensor<?x4xf32>, %offsets: tensor<?xi32>, %w: tensor<4x4xf32>) {
  // CHECK: kernel.matmul {{.*}} {arena = array<i64: 0>}
  %0 = kernel.matmul %x, %w : tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x4xf32>
  // CHECK: kernel.pool {{.*}} {arena = array<i64: 0>}
  %1 = kernel.pool mean %0, %offsets : tensor<?x4xf32>, tensor<?xi32> -> tensor<?x4xf32>
  // CHECK: kernel.matmul {{.*}} {arena = array<i64: 64>}
  %2 = kernel.matmul %1, %w : tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x4xf32>
  // CHECK: kernel.matmul {{.*}} {arena = array<i64: 0>}
  %3 = kernel.matmul %2, %w : tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x4xf32>
  kernel.output %3 width 4 : tensor<?x4xf32>
}

// Both results have a place; a narrow row takes its elements, with a scale and
// a zero point behind bytes (8), a scale behind words (4). 64 bytes, padded, and 8
// are two cache lines, so three; so are 32 words and 4 bytes; 32 bf16 are one.
// CHECK-LABEL: @two_results
// CHECK-SAME: arena = #kernel.arena<bytes_per_token = 1088, bytes_per_text = 0>
kernel.program @two_results(%x: tensor<?x60xf32>, %w: tensor<60x60xf32>, %v: tensor<30x60xi8>,
                       %t: tensor<30xf32>) {
  // CHECK: kernel.matmul %arg0, {{.*}} {arena = array<i64: 0, 320>}
  %0:2 = kernel.matmul %x, %w : tensor<?x60xf32>, tensor<60x60xf32> -> tensor<?x60xf32>, tensor<?x60xi8>
  // CHECK: kernel.matmul %{{.*}}#1, {{.*}} -> tensor<?x30xbf16>, tensor<?x30xi16> {arena = array<i64: 512, 576>}
  %1:2 = kernel.matmul %0#1, %v weight_scale(%t : tensor<30xf32>) correction(%t : tensor<30xf32>)
      : tensor<?x60xi8>, tensor<30x60xi8> -> tensor<?x30xbf16>, tensor<?x30xi16>
  kernel.output %1#0 width 30 : tensor<?x30xbf16>
  // The place of %0#1, which nobody reads any more, but not of %0#0.
  // CHECK: kernel.matmul %arg0, {{.*}} {arena = array<i64: 768, 320>}
  %2:2 = kernel.matmul %x, %w residual(%0#0 : tensor<?x60xf32>)
      : tensor<?x60xf32>, tensor<60x60xf32> -> tensor<?x60xf32>, tensor<?x60xi8>
  kernel.output %2#0 width 60 : tensor<?x60xf32>
}

// Does not apply: nothing but an argument is written out.
// CHECK-LABEL: @empty
// CHECK-SAME: arena = #kernel.arena<bytes_per_token = 0, bytes_per_text = 0>
kernel.program @empty(%x: tensor<?x4xf32>) {
  kernel.output %x width 4 : tensor<?x4xf32>
}
