//===- narrow_floats.h - Floats of 16 bits ----------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_DIALECTS_KERNEL_NARROW_FLOATS_H
#define EMBLEM_DIALECTS_KERNEL_NARROW_FLOATS_H

#include "mlir/IR/Types.h"

namespace emblem::kernel {

/// Whether an element is a float of 16 bits, as tensor cores multiply them.
inline bool isNarrowFloat(mlir::Type element) {
  return element.isBF16() || element.isF16();
}

} // namespace emblem::kernel

#endif // EMBLEM_DIALECTS_KERNEL_NARROW_FLOATS_H
