//===- weight_attribute.h - Weights in IR -----------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_WEIGHTS_WEIGHT_ATTRIBUTE_H
#define EMBLEM_COMPILER_WEIGHTS_WEIGHT_ATTRIBUTE_H

#include "compiler/weights/weight_expression.h"

#include "mlir/IR/Attributes.h"

namespace emblem::frontend {

/// A name, or an attribute of emb_weights.td, as a source of emb.weight has it.
mlir::Attribute toAttribute(const WeightExpression &weight,
                            mlir::MLIRContext &context);

/// The weight that such an attribute is.
WeightExpression toWeight(mlir::Attribute attribute);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_WEIGHTS_WEIGHT_ATTRIBUTE_H
