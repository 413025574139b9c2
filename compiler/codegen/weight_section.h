//===- weight_section.h - The weights, packed as kernels read them -*- C++
//-*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_CODEGEN_WEIGHT_SECTION_H
#define EMBLEM_COMPILER_CODEGEN_WEIGHT_SECTION_H

#include "compiler/frontend/weights/weight_store.h"

#include "mlir/IR/BuiltinOps.h"

#include <vector>

namespace emblem::codegen {

struct WeightSection {
  std::vector<char> bytes; // 64-byte aligned parts, gaps zero
  int64_t parameters = 0;  // elements of the model's own weights
};

/// Fills the section as the module's `kernel.weights` says (outline-stages).
/// Packs on the context's threads; the same model gives the same bytes.
llvm::Expected<WeightSection> packWeights(mlir::ModuleOp module,
                                          const frontend::WeightStore &store);

} // namespace emblem::codegen

#endif // EMBLEM_COMPILER_CODEGEN_WEIGHT_SECTION_H
