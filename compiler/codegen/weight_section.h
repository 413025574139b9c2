//===- weight_section.h - The weights, packed as kernels read them -*- C++
//-*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_CODEGEN_WEIGHT_SECTION_H
#define EMBLEM_COMPILER_CODEGEN_WEIGHT_SECTION_H

#include "compiler/weights/weight_store.h"

#include "mlir/IR/BuiltinOps.h"

#include <new>
#include <vector>

namespace emblem::codegen {

/// Memory that begins where the compiled code wants its weights to: they may be
/// read in place.
template <typename T> struct WeightAllocator {
  using value_type = T;
  static constexpr std::align_val_t alignment{64};

  T *allocate(size_t count) {
    return static_cast<T *>(::operator new(count * sizeof(T), alignment));
  }
  void deallocate(T *memory, size_t) { ::operator delete(memory, alignment); }
  bool operator==(const WeightAllocator &) const = default;
};

struct WeightSection {
  std::vector<char, WeightAllocator<char>> bytes; // aligned parts, gaps zero
  int64_t parameters = 0; // elements of the model's own weights
};

/// Fills the section as the module's `kernel.weights` says (outline-stages).
/// Packs on the context's threads; the same model gives the same bytes.
llvm::Expected<WeightSection> packWeights(mlir::ModuleOp module,
                                          const frontend::WeightStore &store);

} // namespace emblem::codegen

#endif // EMBLEM_COMPILER_CODEGEN_WEIGHT_SECTION_H
