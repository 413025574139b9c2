//===- emb_layers.cpp - Verifiers and inferred types of the layers --------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Each check cites its constraint in emb_layers.td, in the order given there.
//
//===----------------------------------------------------------------------===//

#include "dialects/emb/emb_verifiers.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::emb;

/// The rows that a linear layer with this weight gives.
static LogicalResult inferLinear(MLIRContext *context,
                                 std::optional<Location> location, Value input,
                                 StringRef name, Value weight,
                                 SmallVectorImpl<Type> &inferred) {
  auto matrix = dyn_cast<RankedTensorType>(weight.getType());
  if (!matrix || matrix.getRank() != 2)
    return emitOptionalError(location, "the ", name,
                             " must be a matrix, but is ", weight.getType());
  auto rows = dyn_cast<RankedTensorType>(input.getType());
  inferred.push_back(RankedTensorType::get(
      {rows ? height(rows) : ShapedType::kDynamic, height(matrix)},
      Float32Type::get(context)));
  return success();
}

LogicalResult FeedForwardOp::inferReturnTypes(MLIRContext *context,
                                              std::optional<Location> location,
                                              Adaptor adaptor,
                                              SmallVectorImpl<Type> &inferred) {
  return inferLinear(context, location, adaptor.getInput(), "down weight",
                     adaptor.getDownWeight(), inferred);
}

LogicalResult FeedForwardOp::verify() {
  RankedTensorType up = getUpWeight().getType();
  RankedTensorType down = getDownWeight().getType();
  // feed_forward_c1
  if (failed(verifyWidth(*this, "up weight", up, getInput().getType())))
    return failure();
  // feed_forward_c2
  if (width(down) != height(up))
    return emitOpError() << "the down weight is " << width(down)
                         << " wide, but the up weight " << height(up)
                         << " high";
  // feed_forward_c3
  if (getGateWeight() && getGateWeight().getType().getShape() != up.getShape())
    return emitOpError() << "the gate weight is "
                         << shape(getGateWeight().getType())
                         << ", but the up weight " << shape(up);
  if (getGateBias() && !getGateWeight())
    return emitOpError() << "a gate bias needs a gate weight";
  // feed_forward_c4
  if (failed(verifyBias(*this, "up bias", getUpBias(), up)) ||
      failed(verifyBias(*this, "gate bias", getGateBias(), up)) ||
      failed(verifyBias(*this, "down bias", getDownBias(), down)))
    return failure();
  // feed_forward_c5
  return verifyResultWidth(*this, "down weight", height(down), " high");
}

LogicalResult DenseOp::inferReturnTypes(MLIRContext *context,
                                        std::optional<Location> location,
                                        Adaptor adaptor,
                                        SmallVectorImpl<Type> &inferred) {
  return inferLinear(context, location, adaptor.getInput(), "weight",
                     adaptor.getWeight(), inferred);
}

LogicalResult DenseOp::verify() {
  RankedTensorType weight = getWeight().getType();
  // dense_c1
  if (failed(verifyWidth(*this, "weight", weight, getInput().getType())))
    return failure();
  // dense_c2
  if (failed(verifyBias(*this, "bias", getBias(), weight)))
    return failure();
  // dense_c3
  if (height(getInput().getType()) != height(getResult().getType()))
    return emitOpError("the result must have as many rows as the input");
  return verifyResultWidth(*this, "weight", height(weight), " high");
}

/// A norm's scale or shift, where there is one, has an entry for each feature.
static LogicalResult verifyFeatures(Operation *op, StringRef name,
                                    TypedValue<RankedTensorType> vector,
                                    RankedTensorType input) {
  if (!vector || vector.getType().getDimSize(0) == width(input))
    return success();
  return op->emitOpError() << "the " << name << " is "
                           << vector.getType().getDimSize(0)
                           << " long, but the input " << width(input)
                           << " wide";
}

LogicalResult LayerNormOp::verify() {
  RankedTensorType input = getInput().getType();
  // layer_norm_c1
  if (failed(verifyFeatures(*this, "scale", getScale(), input)) ||
      failed(verifyFeatures(*this, "shift", getShift(), input)))
    return failure();
  // layer_norm_c2
  return verifyNotNegative(*this, "epsilon", getEpsilonAttr());
}

LogicalResult RmsNormOp::verify() {
  // rms_norm_c1
  if (failed(verifyFeatures(*this, "scale", getScale(), getInput().getType())))
    return failure();
  // rms_norm_c2
  return verifyNotNegative(*this, "epsilon", getEpsilonAttr());
}
