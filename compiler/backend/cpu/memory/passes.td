//===- passes.td - Places of weights and rows --------------*- tablegen -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CPU_MEMORY_PASSES_TD
#define EMBLEM_COMPILER_BACKEND_CPU_MEMORY_PASSES_TD

include "mlir/Pass/PassBase.td"

def PackWeights : Pass<"pack-weights", "::mlir::ModuleOp"> {
  let summary = "Weights take the layout that the target's tile reads";
  let description = [{
    A matmul's weight becomes `panels` as wide as the target's register tile, in
    the order in which the tile reads it; rows and tables are padded to whole
    panels. Every weight gets its place in the program's weight section, 64-byte
    aligned. The values are moved later, once, when the section is written.

    Before, for panels of 32 columns:
    ```mlir
    %w = kernel.weight matrix ["up"] : tensor<1536x384xf32>
    ```
    After:
    ```mlir
    %w = kernel.weight panels ["up"] at 0 : tensor<48x384x32xf32>
    ```
  }];
  let options = [Option<"target", "target", "std::string", "\"native\"",
                        "whose panels to pack for">];
}

def PlanMemory : Pass<"plan-memory", "::mlir::ModuleOp"> {
  let summary = "Every activation gets its place in one arena";
  let description = [{
    Each kernel gets an `arena` attribute: where its rows begin, in bytes for each
    token of the batch (for each text, after pooling), with rows padded to whole
    panels. The program's `arena` holds the totals.

    Between two attentions threads run ahead of one another through their own
    rows, so a value is alive from the first to the last such *phase* that
    touches it. Within a phase a place may pass to a value of the same width:
    then row r replaces row r, which its thread has finished with.

    Before:
    ```mlir
    %1 = kernel.matmul %0, %w : tensor<?x8xf32>, tensor<1x8x16xf32> -> tensor<?x8xf32>
    ```
    After:
    ```mlir
    %1 = kernel.matmul %0, %w : ... {arena = array<i64: 64>}
    ```
  }];
  let options = [Option<"target", "target", "std::string", "\"native\"",
                        "whose panels rows are padded to">];
}

def OutlineStages : Pass<"outline-stages", "::mlir::ModuleOp"> {
  let summary = "Each kernel a function, each use of it a stage";
  let description = [{
    Kernels that differ only in which buffers they read become one private
    function over the buffer form. Each kernel of the model becomes a stage: a
    public function, as `EmblemStageFunction` (emblem/model_table.h) wants it,
    that finds the buffers, calls the kernel and returns 0. A norm in an epilogue becomes
    the stage's finish function. In the program a `kernel.stage` stands for each, with
    its grid and its work; the weights stay there, too.

    Before:
    ```mlir
    %1 = kernel.matmul %0, %w : ... {arena = array<i64: 64>, stage = "layer.0.up"}
    %2 = kernel.matmul %1, %v : ... {arena = array<i64: 0>, stage = "layer.1.up"}
    ```
    After:
    ```mlir
    func.func private @matmul_0(%input: memref<?x16xf32>, ...) {
      kernel.matmul %input, %weight into(%out : ...) tile(%r0, %r1, %c0, %c1) : ...
    }
    func.func @stage_0(%arena: memref<?xi8>, ...) -> i32 {
      %input = memref.view %arena[...][%tokens] : memref<?xi8> to memref<?x16xf32>
      ...
      call @matmul_0(%input, ...)
      return %zero : i32
    }
    func.func @stage_1(...) -> i32   // the same kernel, the other buffers

    kernel.stage "layer.0.up" run @stage_0 over tokens columns 1 weights(%w : ...)
    kernel.stage "layer.1.up" run @stage_1 over tokens columns 1 weights(%v : ...)
    ```
  }];
  let dependentDialects = ["::mlir::func::FuncDialect",
                           "::mlir::memref::MemRefDialect",
                           "::mlir::arith::ArithDialect"];
  let options = [Option<"target", "target", "std::string", "\"native\"",
                        "whose panels rows are padded to">];
}

#endif // EMBLEM_COMPILER_BACKEND_CPU_MEMORY_PASSES_TD
