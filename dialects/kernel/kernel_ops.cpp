//===- kernel_ops.cpp - Verifiers and costs of the kernels ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "dialects/kernel/kernel_dialect.h"
#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace emblem::kernel;

#define GET_OP_CLASSES
#include "dialects/kernel/kernel_ops.cpp.inc"

//===----------------------------------------------------------------------===//
// What the ops share
//===----------------------------------------------------------------------===//

static int64_t getWidth(Value rows) {
  return cast<ShapedType>(rows.getType()).getDimSize(1);
}

static double getBytes(Value value) {
  auto type = cast<ShapedType>(value.getType());
  return double(type.getNumElements()) * type.getElementTypeBitWidth() / 8;
}

/// An op in its buffer form reads its operands and writes `into`; one in its
/// value form touches no memory.
template <typename OpT>
static void addBufferEffects(
    OpT op, SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>
                &effects) {
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<MemRefType>(operand.get().getType()))
      continue;
    if (operand.get() == op.getOut())
      effects.emplace_back(MemoryEffects::Write::get(), &operand);
    effects.emplace_back(MemoryEffects::Read::get(), &operand);
  }
}

/// A result and no tile, or `into` and a tile of four.
template <typename OpT> static LogicalResult verifyForm(OpT op) {
  bool hasResult = op->getNumResults() == 1;
  if (hasResult && (op.getOut() || !op.getTile().empty()))
    return op.emitOpError(
        "has a result, so it takes neither 'into' nor 'tile'");
  if (!hasResult && (!op.getOut() || op.getTile().size() != 4))
    return op.emitOpError("has no result, so it needs 'into' and a 'tile' of "
                          "four: row begin, row end, column begin, column end");
  for (Value operand : op->getOperands()) {
    Type type = operand.getType();
    if (hasResult ? isa<MemRefType>(type) : isa<TensorType>(type))
      return op.emitOpError("mixes tensors and buffers");
  }
  return success();
}

static LogicalResult verifyWidth(Operation *op, StringRef what, Value value,
                                 int64_t expected) {
  if (!value)
    return success();
  int64_t width = cast<ShapedType>(value.getType()).getShape().back();
  if (width == expected)
    return success();
  return op->emitOpError() << "the " << what << " is " << width
                           << " wide, but the result " << expected;
}

/// Scale, shift and epsilon belong to a norm.
template <typename OpT> static LogicalResult verifyNorm(OpT op) {
  if (!op.getNorm() && (op.getScale() || op.getShift() || op.getEpsilon()))
    return op.emitOpError("scale, shift and epsilon need a norm");
  if (op.getNorm() && !op.getEpsilon())
    return op.emitOpError("a norm needs an epsilon");
  bool isLayer = op.getNorm() && *op.getNorm() == NormKind::Layer;
  if (op.getNorm() &&
      (isLayer != bool(op.getScale()) || isLayer != bool(op.getShift())))
    return op.emitOpError("a layer norm has scale and shift, an l2 norm "
                          "neither");
  return success();
}

/// The width that a kernel writes: of its result, or of the buffer.
template <typename OpT> static int64_t getResultWidth(OpT op) {
  return getWidth(op->getNumResults() ? Value(op->getResult(0)) : op.getOut());
}

// Passes over a row of a norm: mean, variance, result; five operations each.
static constexpr double kNormFlops = 8;

//===----------------------------------------------------------------------===//
// kernel.weight
//===----------------------------------------------------------------------===//

LogicalResult WeightOp::verify() {
  int64_t rank = getType().getRank();
  int64_t expected = getLayout() == Layout::Row      ? 1
                     : getLayout() == Layout::Panels ? 3
                                                     : 2;
  if (rank != expected)
    return emitOpError() << "the layout '" << stringifyLayout(getLayout())
                         << "' has rank " << expected << ", not " << rank;
  if (getSources().empty())
    return emitOpError("has no sources");
  if (getLayout() == Layout::Sinusoid &&
      (getSources().size() != 1 || !isa<IntegerAttr>(getSources()[0])))
    return emitOpError("a sinusoid has one source, its width");
  for (Attribute source : getSources())
    if (!isa<StringAttr, DenseElementsAttr, IntegerAttr>(source))
      return emitOpError() << "a source is a weight's name, its values or a "
                              "count of zeros, not "
                           << source;
  return success();
}

//===----------------------------------------------------------------------===//
// kernel.matmul
//===----------------------------------------------------------------------===//

int64_t MatmulOp::getOutputSize() {
  if (getBias())
    return getBias().getType().getDimSize(0);
  ShapedType weight = getWeight().getType();
  return weight.getRank() == 2 ? weight.getDimSize(0) : getResultWidth(*this);
}

int64_t MatmulOp::getColumns() {
  ShapedType weight = getWeight().getType();
  return weight.getRank() == 3 ? weight.getDimSize(0) : 1;
}

Work MatmulOp::getWork() {
  double inputs = getInputSize(), outputs = getResultWidth(*this);
  return {.flopsPerRow = 2 * inputs * outputs,
          .bytesFixed = getBytes(getWeight()),
          .bytesPerRow = 4 * (inputs + outputs * (getResidual() ? 2 : 1))};
}

LogicalResult MatmulOp::verify() {
  if (failed(verifyForm(*this)) || failed(verifyNorm(*this)))
    return failure();
  if (getNumResults() == 0)
    return success(); // buffers are padded
  int64_t width = getWidth(getInput());
  if (width != getInputSize())
    return emitOpError() << "the input is " << width
                         << " wide, but the weight takes " << getInputSize();
  int64_t outputs = getResultWidth(*this);
  ShapedType weight = getWeight().getType();
  int64_t capacity = weight.getRank() == 2
                         ? weight.getDimSize(0)
                         : weight.getDimSize(0) * weight.getDimSize(2);
  if (weight.getRank() == 2 ? outputs != capacity : outputs > capacity)
    return emitOpError() << "the weight gives " << capacity
                         << " columns, but the result has " << outputs;
  if (failed(verifyWidth(*this, "bias", getBias(), outputs)) ||
      failed(verifyWidth(*this, "residual", getResidual(), outputs)) ||
      failed(verifyWidth(*this, "scale", getScale(), outputs)))
    return failure();
  return verifyWidth(*this, "shift", getShift(), outputs);
}

//===----------------------------------------------------------------------===//
// kernel.attention
//===----------------------------------------------------------------------===//

int64_t AttentionOp::getColumns() { return getHeads(); }

// A query sees every row of its text.
bool AttentionOp::isRowLocal() { return false; }

Work AttentionOp::getWork() {
  double width = double(getHeads()) * getHeadSize();
  return {.flopsPerPair = 4 * width, .bytesPerRow = 4 * 4 * width};
}

LogicalResult AttentionOp::verify() {
  if (failed(verifyForm(*this)))
    return failure();
  if (getNumResults() == 0 && !getSequences())
    return emitOpError("needs 'sequences' in its buffer form");
  if (getNumResults() == 0)
    return success();
  int64_t width = getHeads() * getHeadSize();
  if (getWidth(getInput()) != 3 * width || getResultWidth(*this) != width)
    return emitOpError() << getHeads() << " heads of " << getHeadSize()
                         << " need an input " << 3 * width
                         << " wide and a result " << width << " wide, not "
                         << getWidth(getInput()) << " and "
                         << getResultWidth(*this);
  return success();
}

//===----------------------------------------------------------------------===//
// kernel.row_norm, kernel.gather, kernel.add
//===----------------------------------------------------------------------===//

Work RowNormOp::getWork() {
  return {.flopsPerRow = kNormFlops * getWidth(),
          .bytesPerRow = 8.0 * getWidth()};
}

LogicalResult RowNormOp::verify() {
  if (failed(verifyForm(*this)))
    return failure();
  if (static_cast<int64_t>(getWidth()) > ::getWidth(getInput()))
    return emitOpError() << "the width " << getWidth()
                         << " is more than the input's "
                         << ::getWidth(getInput());
  bool isLayer = getNorm() == NormKind::Layer;
  if (isLayer != bool(getScale()) || isLayer != bool(getShift()))
    return emitOpError("a layer norm has scale and shift, an l2 norm neither");
  for (Value row : {getScale(), getShift()})
    if (row && cast<ShapedType>(row.getType()).getDimSize(0) <
                   static_cast<int64_t>(getWidth()))
      return emitOpError("scale and shift must cover the width");
  return success();
}

Work GatherOp::getWork() {
  double width = getResultWidth(*this);
  double terms = bool(getTable()) + bool(getInput()) + bool(getRow()) +
                 bool(getPositions());
  return {.flopsPerRow = width * (terms - 1 + (getNorm() ? kNormFlops : 0)),
          .bytesPerRow = 4 * width * (terms + 1)};
}

LogicalResult GatherOp::verify() {
  if (failed(verifyForm(*this)) || failed(verifyNorm(*this)))
    return failure();
  if (!getTable() && !getInput())
    return emitOpError("needs a table or an input");
  if (getNumResults() == 0)
    return getSequences() ? success()
                          : emitOpError("needs 'sequences' in its buffer form");
  int64_t width = getResultWidth(*this);
  if (failed(verifyWidth(*this, "table", getTable(), width)) ||
      failed(verifyWidth(*this, "input", getInput(), width)) ||
      failed(verifyWidth(*this, "row", getRow(), width)) ||
      failed(verifyWidth(*this, "scale", getScale(), width)) ||
      failed(verifyWidth(*this, "shift", getShift(), width)))
    return failure();
  return verifyWidth(*this, "table of positions", getPositions(), width);
}

Work AddOp::getWork() {
  double width = getResultWidth(*this);
  return {.flopsPerRow = width, .bytesPerRow = 12 * width};
}

LogicalResult AddOp::verify() {
  if (failed(verifyForm(*this)))
    return failure();
  int64_t width = getResultWidth(*this);
  if (failed(verifyWidth(*this, "left side", getLhs(), width)))
    return failure();
  return verifyWidth(*this, "right side", getRhs(), width);
}

//===----------------------------------------------------------------------===//
// kernel.pool, kernel.output
//===----------------------------------------------------------------------===//

bool PoolOp::isRowLocal() { return false; }
bool PoolOp::pools() { return true; }

// Counted by texts: a text's own length is not known here.
Work PoolOp::getWork() { return {.bytesPerRow = 8.0 * getResultWidth(*this)}; }

LogicalResult PoolOp::verify() {
  if (failed(verifyForm(*this)))
    return failure();
  if (bool(getNorm()) != bool(getEpsilon()))
    return emitOpError("a norm and an epsilon come together");
  if (getNorm() && *getNorm() != NormKind::L2)
    return emitOpError("the only norm after pooling is l2");
  if (getNumResults() == 0)
    return success();
  return verifyWidth(*this, "input", getInput(), getResultWidth(*this));
}

Work OutputOp::getWork() { return {.bytesPerRow = 8.0 * getWidth()}; }

LogicalResult OutputOp::verify() {
  if (bool(getOut()) != (getTile().size() == 4))
    return emitOpError("'into' and a 'tile' of four come together");
  if (static_cast<int64_t>(getWidth()) > ::getWidth(getInput()))
    return emitOpError() << "the width " << getWidth()
                         << " is more than the input's "
                         << ::getWidth(getInput());
  return success();
}

//===----------------------------------------------------------------------===//
// Memory effects
//===----------------------------------------------------------------------===//

#define EMBLEM_BUFFER_EFFECTS(OP)                                              \
  void OP::getEffects(                                                         \
      SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>      \
          &effects) {                                                          \
    addBufferEffects(*this, effects);                                          \
  }
EMBLEM_BUFFER_EFFECTS(MatmulOp)
EMBLEM_BUFFER_EFFECTS(AttentionOp)
EMBLEM_BUFFER_EFFECTS(RowNormOp)
EMBLEM_BUFFER_EFFECTS(GatherOp)
EMBLEM_BUFFER_EFFECTS(AddOp)
EMBLEM_BUFFER_EFFECTS(PoolOp)
#undef EMBLEM_BUFFER_EFFECTS
