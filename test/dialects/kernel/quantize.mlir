// RUN: emblem-opt %s | emblem-opt | FileCheck %s
// RUN: emblem-opt %s -emit-bytecode | emblem-opt | FileCheck %s

// CHECK-LABEL: @values
func.func @values(%x: tensor<?x4xf32>, %h: tensor<?x4xbf16>, %s: tensor<16xf32>) {
  // CHECK: kernel.quantize %arg0 width 4 : tensor<?x4xf32> -> tensor<?x4xi8> {stage = "narrow"}
  %0 = kernel.quantize %x width 4 : tensor<?x4xf32> -> tensor<?x4xi8> {stage = "narrow"}
  // CHECK: kernel.quantize %arg1 width 4 : tensor<?x4xbf16> -> tensor<?x4xi16>
  %1 = kernel.quantize %h width 4 : tensor<?x4xbf16> -> tensor<?x4xi16>
  // CHECK: kernel.quantize %arg0 width 4 : tensor<?x4xf32> -> tensor<?x4xbf16>
  %2 = kernel.quantize %x width 4 : tensor<?x4xf32> -> tensor<?x4xbf16>
  // Smoothing is padded once it is packed.
  // CHECK: kernel.quantize %arg0 smoothing(%arg2 : tensor<16xf32>) width 4
  %3 = kernel.quantize %x smoothing(%s : tensor<16xf32>) width 4
      : tensor<?x4xf32> -> tensor<?x4xi8>
  return
}

// CHECK-LABEL: @buffers
func.func @buffers(%x: memref<?x16xf32>, %s: memref<16xf32>, %y: memref<?x64xi8>, %t: index) {
  // CHECK: kernel.quantize %arg0 smoothing(%arg1 : memref<16xf32>) width 4 into(%arg2 : memref<?x64xi8>)
  // CHECK-SAME: tile(%arg3, %arg3, %arg3, %arg3) : memref<?x16xf32>{{$}}
  kernel.quantize %x smoothing(%s : memref<16xf32>) width 4 into(%y : memref<?x64xi8>)
      tile(%t, %t, %t, %t) : memref<?x16xf32>
  return
}
