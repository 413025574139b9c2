//===- position_weights.cpp - Attention's weights by position -------------===//
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
  int64_t features = op.getRotaryAttr().getInt();
  SmallVector<int64_t> shape = {positions.getInt(), features};
  FloatAttr one = weights.builder.getF64FloatAttr(1.0);
  if (auto given = op.getRotaryFrequencies()) {
    auto type = RankedTensorType::get({static_cast<int64_t>(given->size())},
                                      weights.builder.getF64Type());
    FloatAttr amplitude = op.getRotaryAmplitudeAttr();
    return weights.computed<kernel::RotaryLayoutAttr>(
        shape, features, FloatAttr(), FloatAttr(),
        DenseElementsAttr::get(type, *given), amplitude ? amplitude : one);
  }
  FloatAttr factor = op.getRotaryFactorAttr();
  return weights.computed<kernel::RotaryLayoutAttr>(
      shape, features, op.getRotaryBaseAttr(), factor ? factor : one,
      DenseElementsAttr(), FloatAttr());
}

Value emblem::distanceBias(WeightBuilder &weights, emb::AttentionOp op,
                           IntegerAttr positions) {
  SmallVector<int64_t> shape = {static_cast<int64_t>(op.getHeads()),
                                2 * positions.getInt() - 1};
  if (op.getAlibi())
    return weights.computed<kernel::AlibiLayoutAttr>(shape, positions.getInt());
  if (!op.getPositionBias())
    return {};
  return weights.computed<kernel::PositionBiasLayoutAttr>(
      shape, weights.sourceOf(op.getPositionBias()),
      op.getMaxDistanceAttr().getInt(), positions.getInt());
}

Value emblem::positionRows(WeightBuilder &weights, emb::AttentionOp op,
                           IntegerAttr positions) {
  Value table =
      op.getPositionKeys() ? op.getPositionKeys() : op.getPositionQueries();
  if (!table)
    return {};
  std::optional<int64_t> most;
  if (op.getMaxDistance())
    most = op.getMaxDistanceAttr().getInt();
  return weights.computed<kernel::PositionRowsLayoutAttr>(
      {1, 2 * positions.getInt() - 1}, WeightBuilder::height(table), most,
      positions.getInt());
}
