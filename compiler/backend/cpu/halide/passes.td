//===- passes.td - Kernels to calls of Halide's ------------*- tablegen -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CPU_HALIDE_PASSES_TD
#define EMBLEM_COMPILER_BACKEND_CPU_HALIDE_PASSES_TD

include "mlir/Pass/PassBase.td"

def CallHalideKernels : Pass<"call-halide-kernels", "::mlir::ModuleOp"> {
  let summary = "kernel (buffer form, by halide) -> calls of Halide's functions";
  let description = [{
    A kernel whose provider is halide becomes a call of a function that Halide
    will write: it takes pointers to `halide_buffer_t` (HalideRuntime.h), filled
    in on the stack, whose first elements are those of the part. The module's
    `kernel.halide_kernels` lists what is asked of Halide, a line a function.

    Before:
    ```mlir
    kernel.matmul %x, %w into(%y : memref<?x16xf32>) tile(%r0, %r1, %c0, %c1)
        : memref<?x16xf32>, memref<1x5x16xf32> {provider = "halide"}
    ```
    After (abridged):
    ```mlir
    module attributes {kernel.halide_kernels = ["matmul name=halide_0 inputs=5 ..."]} {
      llvm.func @halide_0(!llvm.ptr, !llvm.ptr, i32, !llvm.ptr) -> i32
      ...
        %4 = llvm.call @halide_0(%input, %weight, %height, %out) : ...
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::LLVM::LLVMDialect",
    "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect"];
  let options = [Option<"target", "target", "std::string", "\"native\"",
                        "whose vectors and tiles to write for">];
}

#endif // EMBLEM_COMPILER_BACKEND_CPU_HALIDE_PASSES_TD
