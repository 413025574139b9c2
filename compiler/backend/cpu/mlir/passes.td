//===- passes.td - Kernels to vector and scf ---------------*- tablegen -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CPU_MLIR_PASSES_TD
#define EMBLEM_COMPILER_BACKEND_CPU_MLIR_PASSES_TD

include "mlir/Pass/PassBase.td"

def LowerKernels : Pass<"lower-kernels", "::mlir::func::FuncOp"> {
  let summary = "kernel (buffer form) -> vector, scf, memref, math";
  let description = [{
    Each kernel becomes loops over its tile, written for the target's vectors:
    a file a kernel beside this one says how. The arithmetic of a row does not
    depend on the tile.

    Before:
    ```mlir
    kernel.row_norm l2 %x epsilon 1.0e-12 width 32 into(%x : memref<?x32xf32>)
        tile(%r0, %r1, %c0, %c1) : memref<?x32xf32>
    ```
    After, for 16 lanes (abridged):
    ```mlir
    scf.for %row = %r0 to %r1 step %c1 {
      %0 = vector.load %x[%row, %c0] : memref<?x32xf32>, vector<16xf32>
      ...
      vector.store %scaled, %x[%row, %c0] : memref<?x32xf32>, vector<16xf32>
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::LLVM::LLVMDialect",
    "::mlir::math::MathDialect", "::mlir::memref::MemRefDialect",
    "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect"];
  let options = [Option<"target", "target", "std::string", "\"native\"",
                        "whose vectors and tiles to write for">];
}

def ExpandMath : Pass<"expand-math", "::mlir::func::FuncOp"> {
  let summary = "math functions of f32 vectors -> polynomials";
  let description = [{
    `math.exp2`, `math.exp`, `math.tanh` and `math.log1p` of vectors become
    straight-line arithmetic; expand_math.cpp states each one's error bound.

    Before:
    ```mlir
    %1 = math.exp2 %0 : vector<16xf32>
    ```
    After (abridged):
    ```mlir
    %n = math.roundeven %0 : vector<16xf32>
    %f = arith.subf %0, %n : vector<16xf32>
    %p = math.fma %f, %c5, %c4 : vector<16xf32>
    ...
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::LLVM::LLVMDialect",
                           "::mlir::math::MathDialect",
                           "::mlir::vector::VectorDialect"];
  let options = [Option<"target", "target", "std::string", "\"native\"",
                        "whose arithmetic to write">];
}

#endif // EMBLEM_COMPILER_BACKEND_CPU_MLIR_PASSES_TD
