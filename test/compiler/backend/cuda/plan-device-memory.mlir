// RUN: emblem-opt --plan-device-memory %s | FileCheck %s
// RUN: not emblem-opt --plan-device-memory=target=abacus %s 2>&1 | FileCheck --check-prefix=BAD %s
// BAD: there is no device 'abacus'

// CHECK-LABEL: kernel.program @places
// CHECK-SAME: arena = #kernel.arena<bytes_per_token = 768, bytes_per_text = 0>
// CHECK-SAME: weight_bytes = 27648 : i64
kernel.program @places(%ids: tensor<?xi32>, %offsets: tensor<?xi32>) {
  // Rows of tables are a multiple of 128 bytes, weights begin at multiples of 256.
  // CHECK: kernel.weight table ["words"] at 0 : tensor<37x60xf32>
  %t = kernel.weight table ["words"] : tensor<37x60xf32>
  // What nobody reads has no place.
  // CHECK-NOT: "unread"
  %u = kernel.weight row ["unread"] : tensor<60xf32>
  // CHECK: kernel.weight matrix ["up"] at 9472 : tensor<70x60xbf16>
  %w = kernel.weight matrix ["up"] : tensor<70x60xbf16>
  // A matrix has rows up to the largest tile's columns.
  // CHECK: kernel.weight row ["bias"] at 25856 : tensor<70xf32>
  %b = kernel.weight row ["bias"] : tensor<70xf32>
  %s = kernel.weight table ["tail"] : tensor<3x70xf32>
  // CHECK: kernel.gather
  // CHECK-SAME: {places = array<i64: 0>}
  %0 = kernel.gather offsets(%offsets : tensor<?xi32>)
      table(%ids, %t : tensor<?xi32>, tensor<37x60xf32>) -> tensor<?x60xf32>
  // CHECK: kernel.quantize
  // CHECK-SAME: {places = array<i64: 256>}
  %1 = kernel.quantize %0 width 60 : tensor<?x60xf32> -> tensor<?x60xbf16>
  // The first rows are read no more, but theirs is too small a place.
  // CHECK: kernel.matmul
  // CHECK-SAME: {places = array<i64: 384>}
  %2 = kernel.matmul %1, %w bias(%b : tensor<70xf32>)
      : tensor<?x60xbf16>, tensor<70x60xbf16> -> tensor<?x70xf32>
  // Here it is not; quantized rows have eight bytes more than their elements.
  // CHECK: kernel.quantize
  // CHECK-SAME: {places = array<i64: 0>}
  %3 = kernel.quantize %2 width 70 : tensor<?x70xf32> -> tensor<?x70xi8>
  // CHECK: kernel.gather
  // CHECK-SAME: {places = array<i64: 0>}
  %4 = kernel.gather offsets(%offsets : tensor<?xi32>) input(%2 : tensor<?x70xf32>)
      positions(%s : tensor<3x70xf32>) -> tensor<?x70xf32>
  kernel.output %4 width 70 : tensor<?x70xf32>
}
