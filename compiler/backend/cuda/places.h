//===- places.h - Places of rows in a device's arena ------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CUDA_PLACES_H
#define EMBLEM_COMPILER_BACKEND_CUDA_PLACES_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Value.h"

namespace emblem::cuda {

/// On a kernel: where each result begins in the arena, in bytes for each token
/// that the arena is laid out for.
inline constexpr llvm::StringLiteral kPlaces = "places";

inline int64_t getPlace(mlir::OpResult rows) {
  return rows.getOwner()->getAttrOfType<mlir::DenseI64ArrayAttr>(
      kPlaces)[rows.getResultNumber()];
}

} // namespace emblem::cuda

#endif // EMBLEM_COMPILER_BACKEND_CUDA_PLACES_H
