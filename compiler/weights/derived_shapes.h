//===- derived_shapes.h - Shapes of weights made of weights -----*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_WEIGHTS_DERIVED_SHAPES_H
#define EMBLEM_COMPILER_WEIGHTS_DERIVED_SHAPES_H

#include "compiler/files/safetensors.h"
#include "compiler/weights/weight_expression.h"

namespace emblem::frontend {

/// The shape and type of a weight that is made of `operands`. The error says
/// which of them does not fit.
llvm::Expected<WeightView> inferView(const WeightExpression &weight,
                                     llvm::ArrayRef<WeightView> operands);

/// A shape without its sides of 1, but for the last: a buffer of positions is
/// often [1, positions, features], and columns stay columns.
llvm::SmallVector<int64_t> withoutOnes(llvm::ArrayRef<int64_t> shape);

/// "[384, 1536]"
std::string shapeText(llvm::ArrayRef<int64_t> shape);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_WEIGHTS_DERIVED_SHAPES_H
