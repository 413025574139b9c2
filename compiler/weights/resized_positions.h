//===- resized_positions.h - Positions for another size ---------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_WEIGHTS_RESIZED_POSITIONS_H
#define EMBLEM_COMPILER_WEIGHTS_RESIZED_POSITIONS_H

#include "compiler/weights/weight_expression.h"

#include "llvm/ADT/ArrayRef.h"

namespace emblem::frontend {

/// Rows of a table of positions whose square has another size: those from
/// `first` on, as many as `rows` holds. `table` is the whole before that, and
/// both are `width` wide.
void resizePositions(const WeightDerivation::Resized &resized,
                     llvm::ArrayRef<float> table, int64_t width, int64_t first,
                     llvm::MutableArrayRef<float> rows);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_WEIGHTS_RESIZED_POSITIONS_H
