//===- passes.td - The choice of a provider ----------------*- tablegen -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CPU_REGISTRY_PASSES_TD
#define EMBLEM_COMPILER_BACKEND_CPU_REGISTRY_PASSES_TD

include "mlir/Pass/PassBase.td"

def AssignProviders : Pass<"assign-providers", "::mlir::ModuleOp"> {
  let summary = "Each kernel gets the provider of its code";
  let description = [{
    Every kernel that the provider `kernels` supports on the target is given to
    it; the others stay with mlir. With `auto` all of them do, but for those that
    another is known to write faster on the target (faster_kernels.cpp); where the
    module has `kernel.providers`, from measuring this model, that decides instead (a
    dictionary from kinds of stages, "layer.*.attention", to providers). The entries of `kernel.stages` then
    name the providers of their kernels.

    Before:
    ```mlir
    kernel.matmul %x, %w into(%y : memref<?x16xf32>) tile(%r0, %r1, %c0, %c1)
        : memref<?x16xf32>, memref<1x5x16xf32>
    ```
    After, for kernels=halide:
    ```mlir
    kernel.matmul %x, %w into(%y : memref<?x16xf32>) tile(%r0, %r1, %c0, %c1)
        : memref<?x16xf32>, memref<1x5x16xf32> {provider = "halide"}
    ```
  }];
  let options = [Option<"target", "target", "std::string", "\"native\"",
                        "the machine to write for">,
                 Option<"kernels", "kernels", "std::string", "\"auto\"",
                        "auto, mlir or halide">];
}

#endif // EMBLEM_COMPILER_BACKEND_CPU_REGISTRY_PASSES_TD
