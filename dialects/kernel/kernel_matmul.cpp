//===- kernel_matmul.cpp - Costs and constraints of kernel.matmul ---------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "dialects/kernel/kernel_verifiers.h"
#include "dialects/kernel/narrow_floats.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::kernel;

//===----------------------------------------------------------------------===//
// Costs
//===----------------------------------------------------------------------===//

int64_t MatmulOp::getColumns() {
  ShapedType weight = getWeight().getType();
  return weight.getRank() > 2 ? weight.getDimSize(0) : 1;
}

Work MatmulOp::getWork() {
  double inputs = getTrueInputSize(), outputs = widthOf(getWritten(*this));
  double rows = getRowBytes(getInput()) + getWrittenBytes(*this);
  for (Value read : {getMultiplier(), getResidual()})
    if (read)
      rows += getRowBytes(read);
  double weights = getBytes(getWeight());
  if (getWeightScale())
    weights += getBytes(getWeightScale());
  // Pooled, its rows are texts.
  double flops = 2 * inputs * outputs;
  return {.flopsPerRow = getPool() ? 0 : flops,
          .flopsPerToken = getPool() ? flops : 0,
          .bytesFixed = weights,
          .bytesPerRow = rows};
}

bool MatmulOp::isRowLocal() { return !getPool(); }
bool MatmulOp::pools() { return getPool().has_value(); }

//===----------------------------------------------------------------------===//
// What passes ask
//===----------------------------------------------------------------------===//

unsigned MatmulOp::getMostResults() { return 2; }

// The residual comes before the norm.
bool MatmulOp::takesResidual() {
  return !getResidual() && !getNorm() && !getPool();
}
void MatmulOp::addResidual(Value rows) { getResidualMutable().assign(rows); }

bool MatmulOp::takesNorm(NormKind) { return !getPool() && !getNorm(); }
void MatmulOp::addNorm(EpilogueNorm norm) { setEpilogueNorm(*this, norm); }
EpilogueNorm MatmulOp::getEpilogueNorm() {
  return {getNormAttr(), getEpsilonAttr(), getScale(), getShift()};
}
bool MatmulOp::takesSmoothing() { return true; }
void MatmulOp::addSmoothing(Value factors) {
  getSmoothingMutable().assign(factors);
}
Value MatmulOp::getEpilogueSmoothing() { return getSmoothing(); }
bool MatmulOp::mayWriteBf16() { return !getNorm(); }
bool MatmulOp::takesSecondResult() { return !getPool(); }

/// Whether max(activation(x)) is activation(max(x)).
static bool neverFalls(emb::Activation activation) {
  switch (activation) {
  case emb::Activation::Identity:
  case emb::Activation::Relu:
  case emb::Activation::Tanh:
  case emb::Activation::Sigmoid:
  case emb::Activation::Log1pRelu:
  case emb::Activation::Log1pLog1pRelu:
    return true;
  case emb::Activation::Gelu:
  case emb::Activation::GeluTanh:
  case emb::Activation::Silu:
  case emb::Activation::QuickGelu:
    return false;
  }
  llvm_unreachable("an activation that emb_base.td does not list");
}

bool MatmulOp::takesPool(emb::PoolKind kind) {
  if (getPool() || getMultiplier() || getResidual() || getNorm() ||
      getNumResults() > 1)
    return false;
  return kind == emb::PoolKind::Sum ||
         (kind == emb::PoolKind::Max &&
          neverFalls(getActivation().value_or(emb::Activation::Identity)));
}
void MatmulOp::addPool(emb::PoolKind kind, Value offsets) {
  setPool(kind);
  getOffsetsMutable().assign(offsets);
}

SmallVector<NarrowOperand> MatmulOp::getNarrowOperands() {
  return {{&getInputMutable(), NarrowKind::DotRows},
          {&getWeightMutable(), NarrowKind::DotWeight}};
}

bool MatmulOp::readsPixels() {
  auto weight = getWeight().getDefiningOp<WeightOp>();
  return weight && weight.getChannelsAttr();
}

void MatmulOp::addScales(Value scales, Value corrections) {
  getWeightScaleMutable().assign(scales);
  if (corrections)
    getCorrectionMutable().assign(corrections);
}

OpOperand &MatmulOp::getPackedOperand() { return getWeightMutable(); }
void MatmulOp::setTrueInputs(int64_t inputs) { setInputSize(inputs); }

//===----------------------------------------------------------------------===//
// Constraints
//===----------------------------------------------------------------------===//

// matmul_c2
static LogicalResult verifyColumns(MatmulOp op) {
  ShapedType weight = op.getWeight().getType();
  int64_t given = op.getWeightColumns();
  int64_t width = widthOf(getWritten(op));
  bool packed = weight.getRank() > 2;
  if (isBuffers(op)) {
    if (!packed)
      return op.emitOpError(
          "takes buffers, so its weight must be in panels: pack-weights");
    return verifyWidth(op, "buffer 'into'", op.getOut(), "the panels are",
                       given, Match::AtLeast);
  }
  if (width > given || (!packed && width < given))
    return op.emitOpError() << "the weight gives " << given
                            << " columns, but the result has " << width;
  if (packed && width <= given - weight.getDimSize(2))
    return op.emitOpError()
           << "the weight has " << weight.getDimSize(0) << " panels of "
           << weight.getDimSize(2) << ", more than the result's " << width
           << " columns need";
  return success();
}

// matmul_c1
static LogicalResult verifyInputSize(MatmulOp op) {
  int64_t given = op.getWeight().getType().getDimSize(1) * op.getDepth();
  int64_t inputs = op.getTrueInputSize(), width = widthOf(op.getInput());
  if (inputs > given || inputs <= given - op.getDepth())
    return op.emitOpError()
           << "input_size is " << inputs << ", but the weight takes " << given;
  if (isBuffers(op) ? width < inputs : width != inputs)
    return op.emitOpError() << "the input is " << width
                            << " wide, but the weight takes " << inputs;
  return success();
}

// matmul_c7: a weight in i4 and its scales, one for each group of a column's
// inputs.
static LogicalResult verifyGroups(MatmulOp op) {
  Type input = elementOf(op.getInput());
  ShapedType weight = op.getWeight().getType();
  Type stored = weight.getElementType();
  if (isQuantized(input))
    return op.emitOpError()
           << "takes no input in " << input << " with a weight in i4";
  if (!op.isGrouped())
    return op.emitOpError("a weight in i4 comes with a scale for every ")
           << kGroupSize << " inputs of a column";
  if (isBuffers(op) ? !stored.isInteger(8) || weight.getRank() != 3
                    : !stored.isInteger(4) || weight.getRank() == 3)
    return op.emitOpError("scales for groups come with a weight in i4; a "
                          "buffer of its panels is [panels, pairs, panel "
                          "width] in i8");
  if (op.getCorrection())
    return op.emitOpError("a correction comes with an input in i8");
  SmallVector<int64_t> expected = {weight.getDimSize(0),
                                   countGroups(op.getTrueInputSize())};
  if (weight.getRank() > 2)
    expected.push_back(weight.getDimSize(2));
  if (ArrayRef(expected) == op.getWeightScale().getType().getShape())
    return success();
  InFlightDiagnostic error = op.emitOpError("the weight scale must be [");
  llvm::interleaveComma(expected, error);
  error << "], one for every " << kGroupSize << " inputs of a column, but is [";
  llvm::interleaveComma(op.getWeightScale().getType().getShape(), error);
  return error << "]";
}

// matmul_c7
static LogicalResult verifyPrecision(MatmulOp op) {
  Type input = elementOf(op.getInput()), weight = elementOf(op.getWeight());
  bool quantized = isQuantized(input);
  if (weight.isInteger(4) || op.isGrouped())
    return verifyGroups(op);
  if (quantized != weight.isInteger(8) ||
      (isNarrowFloat(input) && input != weight) ||
      (weight.isF16() && input != weight))
    return op.emitOpError()
           << "takes no input in " << input << " with a weight in " << weight;
  if (quantized != bool(op.getWeightScale()))
    return op.emitOpError("a weight scale comes with a weight in i8 or i4");
  if (input.isInteger(8) != bool(op.getCorrection()))
    return op.emitOpError("a correction comes with an input in i8");
  return success();
}

// matmul_c9
static LogicalResult verifyPool(MatmulOp op) {
  if (bool(op.getPool()) != bool(op.getOffsets()))
    return op.emitOpError("pool and offsets come together");
  if (!op.getPool())
    return success();
  emb::PoolKind kind = *op.getPool();
  if (kind != emb::PoolKind::Max && kind != emb::PoolKind::Sum)
    return op.emitOpError("pools by max or sum, not by ")
           << emb::stringifyPoolKind(kind);
  if (op.getMultiplier() || op.getResidual() || op.getNorm() ||
      op->getNumResults() > 1)
    return op.emitOpError("pools, so it has neither multiplier, residual, norm "
                          "nor second result");
  if (kind == emb::PoolKind::Max && op.getActivation() &&
      !neverFalls(*op.getActivation()))
    return op.emitOpError("the maximum comes before the activation, and ")
           << emb::stringifyActivation(*op.getActivation())
           << " falls somewhere";
  return success();
}

LogicalResult MatmulOp::verify() {
  // matmul_c6, matmul_c1, matmul_c2
  if (failed(verifyForm(*this)) || failed(verifyInputSize(*this)) ||
      failed(verifyColumns(*this)))
    return failure();
  // matmul_c3
  int64_t given = getWeightColumns();
  struct {
    StringRef what;
    Value value;
  } rows[] = {{"bias", getBias()},
              {"scale", getScale()},
              {"shift", getShift()},
              {"weight scale", isGrouped() ? Value() : getWeightScale()},
              {"correction", getCorrection()}};
  for (auto [what, value] : rows)
    if (failed(verifyWidth(*this, what, value, "the weight gives", given)))
      return failure();
  // matmul_c4
  int64_t written = widthOf(getWritten(*this));
  // Buffers of other elements are padded otherwise.
  bool buffers = isBuffers(*this);
  if (failed(verifyWidth(*this, "multiplier", getMultiplier(),
                         buffers ? "the weight gives" : "the result",
                         buffers ? given : written,
                         buffers ? Match::AtLeast : Match::Exactly)) ||
      failed(verifyWidth(*this, "residual", getResidual(), "the result",
                         written)) ||
      failed(verifyFloats(*this, {getMultiplier(), getResidual()})))
    return failure();
  // matmul_c5, matmul_c7, matmul_c8, matmul_c9
  if (failed(verifyEpilogueNorm(*this)) || failed(verifyPrecision(*this)) ||
      failed(verifyResults(*this)) || failed(verifyPool(*this)))
    return failure();
  // matmul_c8
  return verifySmoothing(*this, getSmoothing(), getQuantized(), written);
}
