// RUN: emblem-opt %s | emblem-opt | FileCheck %s
// RUN: emblem-opt %s -emit-bytecode | emblem-opt | FileCheck %s

// CHECK-LABEL: @rms
func.func @rms(%x: tensor<?x4xf32>) {
  %g = kernel.weight row ["g"] : tensor<4xf32>
  // CHECK: kernel.row_norm rms %arg0 scale(%{{.*}} : tensor<4xf32>) epsilon 1.250000e-01 width 4
  %0 = kernel.row_norm rms %x scale(%g : tensor<4xf32>) epsilon 0.125 width 4
      : tensor<?x4xf32> -> tensor<?x4xf32>
  return
}

// CHECK-LABEL: @values
func.func @values(%x: tensor<?x4xf32>, %g: tensor<4xf32>, %padded: tensor<16xf32>) {
  // CHECK: kernel.row_norm layer %arg0 scale(%arg1 : tensor<4xf32>) shift(%arg1 : tensor<4xf32>)
  // CHECK-SAME: epsilon 1.000000e-03 width 4 : tensor<?x4xf32> -> tensor<?x4xf32>
  %0 = kernel.row_norm layer %x scale(%g : tensor<4xf32>) shift(%g : tensor<4xf32>)
      epsilon 1.0e-3 width 4 : tensor<?x4xf32> -> tensor<?x4xf32>
  // CHECK: kernel.row_norm l2 %arg0 epsilon 0.000000e+00 width 4 :
  %1 = kernel.row_norm l2 %x epsilon 0.0 width 4 : tensor<?x4xf32> -> tensor<?x4xf32>
  // CHECK: kernel.row_norm layer %arg0 scale(%arg2 : tensor<16xf32>)
  %2 = kernel.row_norm layer %x scale(%padded : tensor<16xf32>) shift(%padded : tensor<16xf32>)
      epsilon 1.0e-3 width 4 : tensor<?x4xf32> -> tensor<?x4xf32>
  return
}

// CHECK-LABEL: @buffers
func.func @buffers(%x: memref<?x16xf32>, %g: memref<16xf32>, %t: index) {
  // CHECK: kernel.row_norm layer %arg0 scale(%arg1 : memref<16xf32>) shift(%arg1 : memref<16xf32>)
  // CHECK-SAME: epsilon 1.000000e-03 width 4 into(%arg0 : memref<?x16xf32>)
  // CHECK-SAME: tile(%arg2, %arg2, %arg2, %arg2) : memref<?x16xf32>{{$}}
  kernel.row_norm layer %x scale(%g : memref<16xf32>) shift(%g : memref<16xf32>)
      epsilon 1.0e-3 width 4 into(%x : memref<?x16xf32>)
      tile(%t, %t, %t, %t) : memref<?x16xf32>
  return
}

// CHECK-LABEL: @second_result
func.func @second_result(%x: tensor<?x4xf32>, %s: tensor<4xf32>, %b: memref<?x16xf32>,
                         %q: memref<?x64xi8>, %m: memref<16xf32>, %t: index) {
  // CHECK: %{{.*}}:2 = kernel.row_norm l2 %arg0 epsilon 0.000000e+00 width 4 smoothing(%arg1 : tensor<4xf32>)
  // CHECK-SAME: : tensor<?x4xf32> -> tensor<?x4xf32>, tensor<?x4xi16>
  %0:2 = kernel.row_norm l2 %x epsilon 0.0 width 4 smoothing(%s : tensor<4xf32>)
      : tensor<?x4xf32> -> tensor<?x4xf32>, tensor<?x4xi16>
  // CHECK: kernel.row_norm l2 %arg2 epsilon 0.000000e+00 width 4 smoothing(%arg4 : memref<16xf32>)
  // CHECK-SAME: into(%arg2 : memref<?x16xf32>) quantized(%arg3 : memref<?x64xi8>)
  // CHECK-SAME: tile(%arg5, %arg5, %arg5, %arg5) : memref<?x16xf32>{{$}}
  kernel.row_norm l2 %b epsilon 0.0 width 4 smoothing(%m : memref<16xf32>)
      into(%b : memref<?x16xf32>) quantized(%q : memref<?x64xi8>)
      tile(%t, %t, %t, %t) : memref<?x16xf32>
  return
}
