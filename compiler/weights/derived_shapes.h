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

/// The sides that a weight of this shape has for those who read it as rows: where
/// there are more than two, those of 1 go, from the first on, until two are left.
/// The last stays, for columns are columns. A buffer of positions is often
/// [1, positions, features], and one of a stack of matrices is [1, rows, columns].
llvm::SmallVector<int64_t, 4> sidesOf(llvm::ArrayRef<int64_t> shape);

/// Whether a weight of the shape `stored` is what the model asks for as
/// `wanted`: their sidesOf() are the same, or a vector is a row of a matrix.
bool isReadAs(llvm::ArrayRef<int64_t> stored, llvm::ArrayRef<int64_t> wanted);

/// "[384, 1536]"
std::string shapeText(llvm::ArrayRef<int64_t> shape);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_WEIGHTS_DERIVED_SHAPES_H
