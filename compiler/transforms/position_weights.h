//===- position_weights.h - Attention's weights by position -----*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TRANSFORMS_POSITION_WEIGHTS_H
#define EMBLEM_COMPILER_TRANSFORMS_POSITION_WEIGHTS_H

#include "compiler/transforms/weight_builder.h"

namespace emblem {

// Of a model of so many positions; null where the attention has none.

/// The cosines and sines that heads are turned by: [positions, features].
mlir::Value rotaryTable(WeightBuilder &builder, emb::AttentionOp op,
                        mlir::IntegerAttr positions);

/// What scores gain by distance: [heads, 2 * positions - 1].
mlir::Value distanceBias(WeightBuilder &builder, emb::AttentionOp op,
                         mlir::IntegerAttr positions);

/// The number of the position tables' row by distance: [1, 2 * positions - 1].
mlir::Value positionRows(WeightBuilder &builder, emb::AttentionOp op,
                         mlir::IntegerAttr positions);

} // namespace emblem

#endif // EMBLEM_COMPILER_TRANSFORMS_POSITION_WEIGHTS_H
