//===- layout_verifiers.cpp - The layouts' part in verifying a weight -----===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// The layouts' answers to constraints 2 and 5 of kernel_weight.td.
//
//===----------------------------------------------------------------------===//

#include "dialects/kernel/kernel_dialect.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::kernel;
using emblem::emb::isWeightExpression;

//===----------------------------------------------------------------------===//
// weight_c2: sources of the op
//===----------------------------------------------------------------------===//

static LogicalResult verifyKnown(const LaidOutWeight &weight,
                                 Attribute source) {
  auto count = dyn_cast<IntegerAttr>(source);
  auto values = dyn_cast<DenseElementsAttr>(source);
  if (isWeightExpression(source) ||
      (values && isa<FloatType>(values.getElementType())) ||
      (count && count.getType().isSignlessInteger(64) && count.getInt() > 0))
    return success();
  return weight.emitError()
         << "a source is a weight's name, its float values or a positive "
            "count of zeros, but not "
         << source;
}

static LogicalResult verifyTable(const LaidOutWeight &weight,
                                 Attribute source) {
  auto values = dyn_cast<DenseElementsAttr>(source);
  if (isWeightExpression(source) ||
      (values && values.getType().getRank() == 2) ||
      (values && weight.hasChannels && values.getType().getRank() == 4))
    return success();
  return weight.emitError()
         << "the layout '" << weight.layout
         << "' takes names and tables of values, but not " << source;
}

LogicalResult kernel::verifyRowSources(const LaidOutWeight &weight) {
  return success(llvm::all_of(weight.sources, [&](Attribute source) {
    return succeeded(verifyKnown(weight, source));
  }));
}

LogicalResult kernel::verifyTableSources(const LaidOutWeight &weight) {
  for (auto [index, source] : llvm::enumerate(weight.sources)) {
    bool areRowsOfZeros = index > 0 && isa<IntegerAttr>(source);
    if (failed(verifyKnown(weight, source)) ||
        (!areRowsOfZeros && failed(verifyTable(weight, source))))
      return failure();
  }
  return success();
}

LogicalResult kernel::verifyMatrixSources(const LaidOutWeight &weight) {
  return success(llvm::all_of(weight.sources, [&](Attribute source) {
    return succeeded(verifyKnown(weight, source)) &&
           succeeded(verifyTable(weight, source));
  }));
}

//===----------------------------------------------------------------------===//
// weight_c2: parameters of positions
//===----------------------------------------------------------------------===//

static InFlightDiagnostic parameterError(const LaidOutWeight &weight,
                                         StringRef name) {
  return weight.emitError()
         << "'" << name << "' of the layout '" << weight.layout << "'";
}

static LogicalResult verifyCount(const LaidOutWeight &weight, StringRef name,
                                 int64_t count) {
  if (count > 0 && count <= INT32_MAX)
    return success();
  return parameterError(weight, name)
         << " must be positive and less than 2^31, but is " << count;
}

static LogicalResult verifyPositive(const LaidOutWeight &weight, StringRef name,
                                    FloatAttr number) {
  if (number.getValue().isFiniteNonZero() && !number.getValue().isNegative())
    return success();
  return parameterError(weight, name)
         << " must be positive and finite, but is " << number;
}

/// True columns, which packing pads.
static LogicalResult verifyWidth(const LaidOutWeight &weight, StringRef name,
                                 int64_t width) {
  if (failed(verifyCount(weight, name, width)))
    return failure();
  if (width <= weight.type.getDimSize(1))
    return success();
  return parameterError(weight, name) << " is " << width << ", but the result "
                                      << weight.type.getDimSize(1) << " wide";
}

/// A column for each distance between so many positions.
static LogicalResult verifyDistances(const LaidOutWeight &weight,
                                     int64_t positions) {
  if (failed(verifyCount(weight, "positions", positions)))
    return failure();
  if (weight.type.getDimSize(1) >= 2 * positions - 1)
    return success();
  return weight.emitError()
         << positions << " positions need a result " << 2 * positions - 1
         << " wide, but it is " << weight.type.getDimSize(1);
}

/// A weight or values in place, or nothing.
static LogicalResult verifySource(const LaidOutWeight &weight, StringRef name,
                                  Attribute source, int64_t rank) {
  auto values = dyn_cast_if_present<DenseFPElementsAttr>(source);
  if (!source || isWeightExpression(source) ||
      (values && values.getType().getRank() == rank))
    return success();
  return parameterError(weight, name)
         << " is a weight's name or float values of rank " << rank
         << ", but not " << source;
}

LogicalResult
SinusoidLayoutAttr::verifySources(const LaidOutWeight &weight) const {
  return verifyWidth(weight, "width", getWidth());
}

LogicalResult
RotaryLayoutAttr::verifySources(const LaidOutWeight &weight) const {
  bool computes = getBase() && getFactor();
  bool isGiven = getFrequencies() && getAmplitude();
  if (computes == isGiven || bool(getBase()) != bool(getFactor()) ||
      bool(getFrequencies()) != bool(getAmplitude()))
    return weight.emitError() << "a rotary has, beside its features, the base "
                                 "and the factor, or the frequencies and the "
                                 "amplitude";
  if (failed(verifyWidth(weight, "features", getFeatures())))
    return failure();
  if (getFeatures() % 2 != 0)
    return weight.emitError() << "a rotary turns an even number of features, "
                                 "but not "
                              << getFeatures();
  if (computes)
    return success(succeeded(verifyPositive(weight, "base", getBase())) &&
                   succeeded(verifyPositive(weight, "factor", getFactor())));
  if (failed(verifySource(weight, "frequencies", getFrequencies(), 1)))
    return failure();
  if (getFrequencies().getNumElements() != getFeatures() / 2)
    return weight.emitError()
           << getFeatures() << " features need " << getFeatures() / 2
           << " frequencies, one for each pair, but there are "
           << getFrequencies().getNumElements();
  return verifyPositive(weight, "amplitude", getAmplitude());
}

LogicalResult
AlibiLayoutAttr::verifySources(const LaidOutWeight &weight) const {
  return verifyDistances(weight, getPositions());
}

LogicalResult
PositionBiasLayoutAttr::verifySources(const LaidOutWeight &weight) const {
  if (failed(verifySource(weight, "table", getTable(), 2)) ||
      failed(verifyCount(weight, "max_distance", getMaxDistance())))
    return failure();
  return verifyDistances(weight, getPositions());
}

LogicalResult
PositionRowsLayoutAttr::verifySources(const LaidOutWeight &weight) const {
  if (failed(verifyCount(weight, "height", getHeight())))
    return failure();
  if (getHeight() < 4 || getHeight() % 2 != 0)
    return weight.emitError() << "position_rows are of tables of an even "
                                 "height, at least 4, but not "
                              << getHeight();
  if (getMaxDistance() &&
      failed(verifyCount(weight, "max_distance", *getMaxDistance())))
    return failure();
  return verifyDistances(weight, getPositions());
}

//===----------------------------------------------------------------------===//
// weight_c2: parameters that are weights
//===----------------------------------------------------------------------===//

LogicalResult
ProjectionLayoutAttr::verifySources(const LaidOutWeight &weight) const {
  if (!getMatrix() && (getScale() || getShift() || getEpsilon() || getBias()))
    return weight.emitError() << "the norm and the bias of a projection come "
                                 "with its matrix";
  return success(succeeded(verifySource(weight, "table", getTable(), 2)) &&
                 succeeded(verifySource(weight, "scale", getScale(), 1)) &&
                 succeeded(verifySource(weight, "shift", getShift(), 1)) &&
                 succeeded(verifySource(weight, "matrix", getMatrix(), 2)) &&
                 succeeded(verifySource(weight, "bias", getBias(), 1)));
}

LogicalResult
PatchPositionsLayoutAttr::verifySources(const LaidOutWeight &weight) const {
  return success(
      succeeded(verifyWidth(weight, "features", getFeatures())) &&
      succeeded(verifySource(weight, "class_token", getClassToken(), 2)) &&
      succeeded(verifySource(weight, "registers", getRegisters(), 2)) &&
      succeeded(verifySource(weight, "positions", getPositions(), 2)) &&
      succeeded(verifySource(weight, "bias", getBias(), 1)));
}

LogicalResult
ProbeQueryLayoutAttr::verifySources(const LaidOutWeight &weight) const {
  return success(succeeded(verifySource(weight, "probe", getProbe(), 2)) &&
                 succeeded(verifySource(weight, "matrix", getMatrix(), 2)) &&
                 succeeded(verifySource(weight, "bias", getBias(), 1)));
}

//===----------------------------------------------------------------------===//
// weight_c5: integers
//===----------------------------------------------------------------------===//

LogicalResult kernel::refuseIntegers(const LaidOutWeight &weight) {
  return weight.emitError() << "the layout '" << weight.layout
                            << "' is not for " << weight.type.getElementType();
}

LogicalResult
TableLayoutAttr::verifyIntegers(const LaidOutWeight &weight) const {
  return weight.type.getElementType().isInteger(8) ? success()
                                                   : refuseIntegers(weight);
}

LogicalResult
PanelsLayoutAttr::verifyIntegers(const LaidOutWeight &weight) const {
  ArrayRef<int64_t> shape = weight.type.getShape();
  if (weight.type.getElementType().isInteger(8) ||
      (shape.size() == 4 && shape[3] == 2))
    return success();
  return weight.emitError()
         << "panels in i4 hold pairs: [panels, pairs, panel width, 2]";
}
