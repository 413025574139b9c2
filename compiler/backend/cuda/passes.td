//===- passes.td - From kernels to a device's code ---------*- tablegen -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CUDA_PASSES_TD
#define EMBLEM_COMPILER_BACKEND_CUDA_PASSES_TD

include "mlir/Pass/PassBase.td"

def SeparateEpilogues : Pass<"separate-epilogues", "::mlir::ModuleOp"> {
  let summary = "What needs whole rows becomes a kernel of its own";
  let description = [{
    A block of a device's matmul has a tile of the result, and no whole rows: the
    norm at a kernel's end becomes a `row_norm`, with the kernel's second result;
    where there is no norm, that becomes a `quantize`.

    Before:
    ```mlir
    %0:2 = kernel.matmul %x, %w norm l2 epsilon 1.0e-12
        : tensor<?x64xf32>, tensor<64x64xf32> -> tensor<?x64xf32>, tensor<?x64xbf16>
        {stage = "up"}
    ```
    After:
    ```mlir
    %1 = kernel.matmul %x, %w : tensor<?x64xf32>, tensor<64x64xf32> -> tensor<?x64xf32>
        {stage = "up"}
    %0:2 = kernel.row_norm l2 %1 epsilon 1.0e-12 width 64
        : tensor<?x64xf32> -> tensor<?x64xf32>, tensor<?x64xbf16> {stage = "up.norm"}
    ```
  }];
}

def PlanDeviceMemory : Pass<"plan-device-memory", "::mlir::ModuleOp"> {
  let summary = "Places of rows in the arena, and of weights";
  let description = [{
    Each kernel gets `places`: where its results begin in the arena, in bytes for
    each token that the arena is laid out for. Kernels run one after the other, so
    rows share a place with those that nobody reads any more. Each weight gets its
    place, a multiple of 256 bytes; the program, the sizes of both.

    Before:
    ```mlir
    %w = kernel.weight matrix ["up"] : tensor<64x64xbf16>
    %1 = kernel.matmul %0, %w : tensor<?x64xbf16>, tensor<64x64xbf16> -> tensor<?x64xf32>
    ```
    After:
    ```mlir
    %w = kernel.weight matrix ["up"] at 0 : tensor<64x64xbf16>
    %1 = kernel.matmul %0, %w : ... {places = array<i64: 128>}
    ```
  }];
  let options = [Option<"target", "target", "std::string", "\"cuda\"",
                        "the device">];
}

def ConvertKernelToGpu : Pass<"convert-kernel-to-gpu", "::mlir::ModuleOp"> {
  let summary = "kernel -> device.stage and gpu.func";
  let description = [{
    Each kernel of the program becomes a `device.stage`, and one `gpu.func` or
    several, of a row class each, in modules of their own; kernels that are alike
    but for their places share them. A function's parameters are pointers: the
    batch's shape, the kernel's operands and results, each token's text, the query
    tiles. Weights take the shape that they have on the device.

    Before:
    ```mlir
    kernel.output %3 width 64 : tensor<?x64xf32> {stage = "output"}
    ```
    After (abridged):
    ```mlir
    device.stage "output" over texts
        kernels [<@output::@output, block_rows = 4, grid = 1, threads = 128>]
        arguments [<shape>, <arena>, <output>, <sequences>, <query_tiles>] output 0

    gpu.module @output {
      gpu.func @output(%arg0: !llvm.ptr<1>, ...) kernel { ... }
    }
    ```
  }];
  let dependentDialects = [
    "::emblem::device::DeviceDialect", "::mlir::arith::ArithDialect",
    "::mlir::gpu::GPUDialect", "::mlir::LLVM::LLVMDialect",
    "::mlir::math::MathDialect", "::mlir::NVVM::NVVMDialect",
    "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect"];
  let options = [Option<"target", "target", "std::string", "\"cuda\"",
                        "the device">,
                 Option<"plainF32", "plain-f32", "bool", "false",
                        "multiply f32 as it is, not in parts of tf32">];
}

#endif // EMBLEM_COMPILER_BACKEND_CUDA_PASSES_TD
