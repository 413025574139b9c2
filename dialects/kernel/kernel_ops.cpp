//===- kernel_ops.cpp - Costs, grids and effects of the kernels -----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "dialects/kernel/kernel_dialect.h"
#include "dialects/kernel/layout_syntax.h"
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
    bool written = operand.get() == op.getOut();
    if constexpr (std::is_same_v<OpT, RowNormOp>)
      written |= operand.get() == op.getQuantizedOut();
    if (written)
      effects.emplace_back(MemoryEffects::Write::get(), &operand);
    effects.emplace_back(MemoryEffects::Read::get(), &operand);
  }
}

/// What a kernel writes: its result, or the buffer.
template <typename OpT> static Value getWritten(OpT op) {
  return op->getNumResults() ? Value(op->getResult(0)) : op.getOut();
}

/// The width that a kernel writes.
template <typename OpT> static int64_t getResultWidth(OpT op) {
  return getWidth(getWritten(op));
}

static double getElementTypeBits(Value value) {
  return cast<ShapedType>(value.getType()).getElementTypeBitWidth();
}

/// Bytes of one of the rows, without padding.
static double getRowBytes(Value rows) {
  return double(getWidth(rows)) * getElementTypeBits(rows) / 8;
}

/// Bytes of a row of all that a kernel writes: both results, or the buffer.
template <typename OpT> static double getWrittenBytes(OpT op) {
  double bytes = op->getNumResults() ? 0 : getRowBytes(op.getOut());
  for (Value result : op->getResults())
    bytes += getRowBytes(result);
  return bytes;
}

// Operations a feature: the sum 1, the squares around the mean 3, the result 4.
static constexpr double kNormFlops = 8;

//===----------------------------------------------------------------------===//
// kernel.matmul
//===----------------------------------------------------------------------===//

int64_t MatmulOp::getColumns() {
  ShapedType weight = getWeight().getType();
  return weight.getRank() > 2 ? weight.getDimSize(0) : 1;
}

Work MatmulOp::getWork() {
  double inputs = getTrueInputSize(), outputs = getResultWidth(*this);
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
// kernel.prepare_heads, kernel.attention
//===----------------------------------------------------------------------===//

// Of a feature of queries and keys: the norm 4, the rotation 3.
Work PrepareHeadsOp::getWork() {
  double features = double(getHeads() + getKeyValueHeads()) * getHeadSize();
  double norm = getEpsilon() ? 4 : 0, rotation = getTable() ? 3 : 0;
  return {.flopsPerRow = features * (norm + rotation),
          .bytesPerRow = getRowBytes(getInput()) + getWrittenBytes(*this)};
}

int64_t AttentionOp::getColumns() { return getHeads(); }

// A query sees every row of its text.
bool AttentionOp::isRowLocal() { return false; }

Work AttentionOp::getWork() {
  double width = double(getHeads()) * getHeadSize();
  // A table's products: as many as there are pairs of a block and a chunk of
  // half as many rows each.
  double tables = bool(getPositionKeys()) + bool(getPositionQueries());
  return {.flopsPerPair = (4 + 4 * tables) * width,
          .bytesPerRow = getRowBytes(getInput()) + getWrittenBytes(*this)};
}

//===----------------------------------------------------------------------===//
// kernel.row_norm, kernel.quantize, kernel.gather, kernel.add
//===----------------------------------------------------------------------===//

Work RowNormOp::getWork() {
  return {.flopsPerRow = kNormFlops * getWidth(),
          .bytesPerRow = getRowBytes(getInput()) + getWrittenBytes(*this)};
}

// The largest element 2, the scaling 2.
Work QuantizeOp::getWork() {
  return {.flopsPerRow = 4.0 * getWidth(),
          .bytesPerRow = getRowBytes(getInput()) + getWrittenBytes(*this)};
}

Work GatherOp::getWork() {
  double width = getResultWidth(*this);
  double terms = 0, read = 0;
  for (Value term : {Value(getTable()), Value(getInput()), Value(getRow()),
                     Value(getSegments()), Value(getPositions())})
    if (term) {
      ++terms;
      read += width * getElementTypeBits(term) / 8;
    }
  return {.flopsPerRow = width * (terms - 1 + (getNorm() ? kNormFlops : 0)),
          .bytesPerRow = read + getWrittenBytes(*this)};
}

Work AddOp::getWork() {
  double width = getResultWidth(*this);
  return {.flopsPerRow = width, .bytesPerRow = 12 * width};
}

//===----------------------------------------------------------------------===//
// kernel.pool, kernel.output
//===----------------------------------------------------------------------===//

bool PoolOp::isRowLocal() { return false; }
bool PoolOp::pools() { return true; }

// Counted by texts: a text's own length is not known here.
Work PoolOp::getWork() { return {.bytesPerRow = 8.0 * getResultWidth(*this)}; }

Work ConcatenateOp::getWork() {
  return {.bytesPerRow = 8.0 * getResultWidth(*this)};
}

Work OutputOp::getWork() { return {.bytesPerRow = 8.0 * getWidth()}; }

//===----------------------------------------------------------------------===//
// kernel.patches, kernel.conv2d, kernel.pool2d, kernel.pad2d,
// kernel.attention_pool
//===----------------------------------------------------------------------===//

Work PatchesOp::getWork() {
  return {.bytesPerRow = 8.0 * getResultWidth(*this)};
}

bool Conv2dOp::pools() { return true; }
int64_t Conv2dOp::getColumns() { return getResultSide(0); }
Work Conv2dOp::getWork() {
  double inputs = double(getWindow()[0]) * getWindow()[1] * getImage()[2];
  double sums = double(getResultSide(0)) * getResultSide(1) * getOutputsCount();
  return {.flopsPerRow = 2 * inputs * sums,
          .bytesFixed = getBytes(getWeight()),
          .bytesPerRow = getRowBytes(getInput()) + getWrittenBytes(*this)};
}

bool Pool2dOp::pools() { return true; }
int64_t Pool2dOp::getColumns() { return getResultSide(0); }
Work Pool2dOp::getWork() {
  return {.flopsPerRow =
              double(getWindow()[0] * getWindow()[1]) * getResultWidth(*this),
          .bytesPerRow = getRowBytes(getInput()) + getWrittenBytes(*this)};
}

bool Pad2dOp::pools() { return true; }
Work Pad2dOp::getWork() {
  return {.bytesPerRow = getRowBytes(getInput()) + getWrittenBytes(*this)};
}

bool AttentionPoolOp::isRowLocal() { return false; }
bool AttentionPoolOp::pools() { return true; }
int64_t AttentionPoolOp::getColumns() { return getHeads(); }
Work AttentionPoolOp::getWork() {
  double width = double(getHeads()) * getHeadSize();
  return {.flopsPerToken = 6 * width, .bytesPerRow = 4 * width};
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
EMBLEM_BUFFER_EFFECTS(PrepareHeadsOp)
EMBLEM_BUFFER_EFFECTS(AttentionOp)
EMBLEM_BUFFER_EFFECTS(RowNormOp)
EMBLEM_BUFFER_EFFECTS(QuantizeOp)
EMBLEM_BUFFER_EFFECTS(GatherOp)
EMBLEM_BUFFER_EFFECTS(AddOp)
EMBLEM_BUFFER_EFFECTS(PoolOp)
EMBLEM_BUFFER_EFFECTS(ConcatenateOp)
EMBLEM_BUFFER_EFFECTS(PatchesOp)
EMBLEM_BUFFER_EFFECTS(Conv2dOp)
EMBLEM_BUFFER_EFFECTS(Pool2dOp)
EMBLEM_BUFFER_EFFECTS(Pad2dOp)
EMBLEM_BUFFER_EFFECTS(AttentionPoolOp)
#undef EMBLEM_BUFFER_EFFECTS
