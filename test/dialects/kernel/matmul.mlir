// RUN: emblem-opt %s | emblem-opt | FileCheck %s
// RUN: emblem-opt %s -emit-bytecode | emblem-opt | FileCheck %s

// CHECK-LABEL: @values
func.func @values(%x: tensor<?x4xf32>, %w: tensor<6x4xf32>, %b: tensor<6xf32>,
                  %r: tensor<?x6xf32>, %p: tensor<1x4x16xf32>, %c: tensor<16xf32>,
                  %h: tensor<?x4xf16>, %v: tensor<6x4xf16>) {
  // CHECK: kernel.matmul %arg0, %arg1 : tensor<?x4xf32>, tensor<6x4xf32> -> tensor<?x6xf32>
  %0 = kernel.matmul %x, %w : tensor<?x4xf32>, tensor<6x4xf32> -> tensor<?x6xf32>
  // CHECK: kernel.matmul %arg0, %arg1 bias(%arg2 : tensor<6xf32>) activation gelu
  // CHECK-SAME: : tensor<?x4xf32>, tensor<6x4xf32> -> tensor<?x6xf32> {stage = "up"}
  %1 = kernel.matmul %x, %w bias(%b : tensor<6xf32>) activation gelu
      : tensor<?x4xf32>, tensor<6x4xf32> -> tensor<?x6xf32> {stage = "up"}
  // CHECK: kernel.matmul %arg0, %arg1 residual(%arg3 : tensor<?x6xf32>) norm layer
  // CHECK-SAME: scale(%arg2 : tensor<6xf32>) shift(%arg2 : tensor<6xf32>) epsilon 1.000000e-03
  %2 = kernel.matmul %x, %w residual(%r : tensor<?x6xf32>) norm layer
      scale(%b : tensor<6xf32>) shift(%b : tensor<6xf32>) epsilon 1.0e-3
      : tensor<?x4xf32>, tensor<6x4xf32> -> tensor<?x6xf32>
  // CHECK: kernel.matmul %arg0, %arg1 norm l2 epsilon 1.000000e-03 :
  %3 = kernel.matmul %x, %w norm l2 epsilon 1.0e-3
      : tensor<?x4xf32>, tensor<6x4xf32> -> tensor<?x6xf32>
  // CHECK: kernel.matmul %arg6, %arg7 : tensor<?x4xf16>, tensor<6x4xf16> -> tensor<?x6xf16>
  %5 = kernel.matmul %h, %v : tensor<?x4xf16>, tensor<6x4xf16> -> tensor<?x6xf16>
  // Packed: what is read of weights is padded, the result is not.
  // CHECK: kernel.matmul %arg0, %arg4 bias(%arg5 : tensor<16xf32>)
  // CHECK-SAME: : tensor<?x4xf32>, tensor<1x4x16xf32> -> tensor<?x6xf32>
  %4 = kernel.matmul %x, %p bias(%c : tensor<16xf32>)
      : tensor<?x4xf32>, tensor<1x4x16xf32> -> tensor<?x6xf32>
  return
}

// CHECK-LABEL: @buffers
func.func @buffers(%x: memref<?x16xf32>, %w: memref<2x4x16xf32>, %b: memref<32xf32>,
                   %r: memref<?x48xf32>, %t: index) {
  // CHECK: kernel.matmul %arg0, %arg1 bias(%arg2 : memref<32xf32>) activation relu
  // CHECK-SAME: residual(%arg3 : memref<?x48xf32>) into(%arg3 : memref<?x48xf32>)
  // CHECK-SAME: tile(%arg4, %arg4, %arg4, %arg4) : memref<?x16xf32>, memref<2x4x16xf32>{{$}}
  kernel.matmul %x, %w bias(%b : memref<32xf32>) activation relu
      residual(%r : memref<?x48xf32>) into(%r : memref<?x48xf32>)
      tile(%t, %t, %t, %t) : memref<?x16xf32>, memref<2x4x16xf32>
  return
}

// CHECK-LABEL: @precisions
func.func @precisions(%x: tensor<?x6xf32>, %h: tensor<?x6xbf16>, %u: tensor<?x6xi8>,
                      %q: tensor<?x6xi16>, %w: tensor<8x6xbf16>, %p: tensor<1x3x8x2xbf16>,
                      %v: tensor<8x6xi8>, %quads: tensor<1x2x8x4xi8>, %s: tensor<8xf32>) {
  // CHECK: kernel.matmul %arg0, %arg4 : tensor<?x6xf32>, tensor<8x6xbf16> -> tensor<?x8xf32>
  %0 = kernel.matmul %x, %w : tensor<?x6xf32>, tensor<8x6xbf16> -> tensor<?x8xf32>
  // CHECK: kernel.matmul %arg1, %arg5 : tensor<?x6xbf16>, tensor<1x3x8x2xbf16> -> tensor<?x8xbf16>
  %1 = kernel.matmul %h, %p : tensor<?x6xbf16>, tensor<1x3x8x2xbf16> -> tensor<?x8xbf16>
  // CHECK: kernel.matmul %arg3, %arg6 weight_scale(%arg8 : tensor<8xf32>)
  // CHECK-SAME: : tensor<?x6xi16>, tensor<8x6xi8> -> tensor<?x8xf32>
  %2 = kernel.matmul %q, %v weight_scale(%s : tensor<8xf32>)
      : tensor<?x6xi16>, tensor<8x6xi8> -> tensor<?x8xf32>
  // CHECK: kernel.matmul %arg2, %arg7 weight_scale(%arg8 : tensor<8xf32>) correction(%arg8 : tensor<8xf32>)
  // CHECK-SAME: input_size 6 bias(%arg8 : tensor<8xf32>) activation gelu residual(%{{.*}} : tensor<?x8xf32>)
  %h8 = kernel.matmul %h, %p : tensor<?x6xbf16>, tensor<1x3x8x2xbf16> -> tensor<?x8xf32>
  %3 = kernel.matmul %u, %quads weight_scale(%s : tensor<8xf32>) correction(%s : tensor<8xf32>)
      input_size 6 bias(%s : tensor<8xf32>) activation gelu residual(%h8 : tensor<?x8xf32>)
      : tensor<?x6xi8>, tensor<1x2x8x4xi8> -> tensor<?x8xf32>
  return
}

// CHECK-LABEL: @second_result
func.func @second_result(%x: tensor<?x6xf32>, %w: tensor<8x6xf32>, %s: tensor<8xf32>) {
  // CHECK: %{{.*}}:2 = kernel.matmul %arg0, %arg1 : tensor<?x6xf32>, tensor<8x6xf32> -> tensor<?x8xbf16>, tensor<?x8xi16>
  %0:2 = kernel.matmul %x, %w : tensor<?x6xf32>, tensor<8x6xf32> -> tensor<?x8xbf16>, tensor<?x8xi16>
  // CHECK: %{{.*}}:2 = kernel.matmul %arg0, %arg1 norm l2 epsilon 1.000000e-03 smoothing(%arg2 : tensor<8xf32>)
  // CHECK-SAME: -> tensor<?x8xf32>, tensor<?x8xi8>
  %1:2 = kernel.matmul %x, %w norm l2 epsilon 1.0e-3 smoothing(%s : tensor<8xf32>)
      : tensor<?x6xf32>, tensor<8x6xf32> -> tensor<?x8xf32>, tensor<?x8xi8>
  return
}

// CHECK-LABEL: @quantized_buffers
func.func @quantized_buffers(%x: memref<?x64xi8>, %w: memref<1x2x8x4xi8>, %s: memref<8xf32>,
                             %o: memref<?x16xbf16>, %t: index) {
  // CHECK: kernel.matmul %arg0, %arg1 weight_scale(%arg2 : memref<8xf32>) correction(%arg2 : memref<8xf32>)
  // CHECK-SAME: input_size 5 into(%arg3 : memref<?x16xbf16>) tile(%arg4, %arg4, %arg4, %arg4)
  // CHECK-SAME: : memref<?x64xi8>, memref<1x2x8x4xi8>{{$}}
  kernel.matmul %x, %w weight_scale(%s : memref<8xf32>) correction(%s : memref<8xf32>)
      input_size 5 into(%o : memref<?x16xbf16>) tile(%t, %t, %t, %t)
      : memref<?x64xi8>, memref<1x2x8x4xi8>
  return
}

// CHECK-LABEL: @multiplier
func.func @multiplier(%x: tensor<?x4xf32>, %gate: tensor<?x8xf32>) {
  %w = kernel.weight matrix ["w"] : tensor<8x4xf32>
  // CHECK: kernel.matmul %arg0, %{{.*}} multiplier(%arg1 : tensor<?x8xf32>) residual(%arg1 : tensor<?x8xf32>)
  %0 = kernel.matmul %x, %w multiplier(%gate : tensor<?x8xf32>) residual(%gate : tensor<?x8xf32>)
      : tensor<?x4xf32>, tensor<8x4xf32> -> tensor<?x8xf32>
  return
}
