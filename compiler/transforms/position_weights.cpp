//===- position_weights.cpp - What attention reads by position ------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/transforms/position_weights.h"

using namespace mlir;
using namespace emblem;

Value emblem::rotaryTable(WeightBuilder &weights, emb::AttentionOp op,
                          IntegerAttr positions) {
  if (!op.getRotary())
    return {};
  Attribute speed = op.getRotaryBaseAttr(), stretch = op.getRotaryFactorAttr();
  if (auto given = op.getRotaryFrequencies()) {
    auto type = RankedTensorType::get({static_cast<int64_t>(given->size())},
                                      weights.builder.getF64Type());
    speed = DenseElementsAttr::get(type, *given);
    stretch = op.getRotaryAmplitudeAttr();
  }
  if (!stretch)
    stretch = weights.builder.getF64FloatAttr(1.0);
  return weights.computed(kernel::Layout::Rotary,
                          {op.getRotaryAttr(), speed, stretch},
                          {positions.getInt(), op.getRotaryAttr().getInt()});
}

Value emblem::distanceBias(WeightBuilder &weights, emb::AttentionOp op,
                           IntegerAttr positions) {
  SmallVector<int64_t> shape = {static_cast<int64_t>(op.getHeads()),
                                2 * positions.getInt() - 1};
  if (op.getAlibi())
    return weights.computed(kernel::Layout::Alibi, {positions}, shape);
  if (!op.getPositionBias())
    return {};
  return weights.computed(kernel::Layout::PositionBias,
                          {weights.sourceOf(op.getPositionBias()),
                           op.getMaxDistanceAttr(), positions},
                          shape);
}

Value emblem::positionRows(WeightBuilder &weights, emb::AttentionOp op,
                           IntegerAttr positions) {
  Value table =
      op.getPositionKeys() ? op.getPositionKeys() : op.getPositionQueries();
  if (!table)
    return {};
  OpBuilder &builder = weights.builder;
  Attribute most = op.getMaxDistanceAttr();
  return weights.computed(
      kernel::Layout::PositionRows,
      {builder.getI64IntegerAttr(WeightBuilder::height(table)),
       most ? most : builder.getUnitAttr(), positions},
      {1, 2 * positions.getInt() - 1});
}
