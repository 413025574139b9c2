//===- kernel_rows.cpp - Costs and constraints of kernels over rows -------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "dialects/kernel/kernel_verifiers.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::kernel;

//===----------------------------------------------------------------------===//
// Costs
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
  double width = widthOf(getWritten(*this));
  double terms = 0, read = 0;
  for (Value term : {Value(getTable()), Value(getInput()), Value(getRow()),
                     Value(getSegments()), Value(getPositions())})
    if (term) {
      ++terms;
      read += width * bitsOf(term) / 8;
    }
  return {.flopsPerRow = width * (terms - 1 + (getNorm() ? kNormFlops : 0)),
          .bytesPerRow = read + getWrittenBytes(*this)};
}

Work AddOp::getWork() {
  return {.flopsPerRow = double(widthOf(getWritten(*this))),
          .bytesPerRow = getRowBytes(getLhs()) + getRowBytes(getRhs()) +
                         getWrittenBytes(*this)};
}

bool PoolOp::isRowLocal() { return false; }
bool PoolOp::pools() { return true; }

// Counted by texts: a text's own length is not known here.
Work PoolOp::getWork() {
  return {.bytesPerRow = getRowBytes(getInput()) + getWrittenBytes(*this)};
}

Work ConcatenateOp::getWork() {
  double read = 0;
  for (auto [input, width] : llvm::zip_equal(getInputs(), getWidths()))
    read += width * bitsOf(input) / 8;
  return {.bytesPerRow = read + getWrittenBytes(*this)};
}

unsigned OutputOp::getMostResults() { return 0; }

// Vectors are f32.
Work OutputOp::getWork() {
  return {.bytesPerRow = getWidth() * (bitsOf(getInput()) + 32) / 8};
}

//===----------------------------------------------------------------------===//
// What passes ask
//===----------------------------------------------------------------------===//

unsigned RowNormOp::getMostResults() { return 2; }
bool RowNormOp::takesSmoothing() { return true; }
void RowNormOp::addSmoothing(Value factors) {
  getSmoothingMutable().assign(factors);
}
Value RowNormOp::getEpilogueSmoothing() { return getSmoothing(); }

unsigned GatherOp::getMostResults() { return 2; }
bool GatherOp::takesNorm(NormKind) { return !getNorm(); }
void GatherOp::addNorm(EpilogueNorm norm) { setEpilogueNorm(*this, norm); }
EpilogueNorm GatherOp::getEpilogueNorm() {
  return {getNormAttr(), getEpsilonAttr(), getScale(), getShift()};
}
bool GatherOp::takesSmoothing() { return true; }
void GatherOp::addSmoothing(Value factors) {
  getSmoothingMutable().assign(factors);
}
Value GatherOp::getEpilogueSmoothing() { return getSmoothing(); }

SmallVector<NarrowOperand> GatherOp::getNarrowOperands() {
  SmallVector<NarrowOperand> operands;
  for (OpOperand &table : getTableMutable())
    operands.push_back({&table, NarrowKind::TokenTable});
  for (OpOperand &table : getPositionsMutable())
    operands.push_back({&table, NarrowKind::SummandTable});
  return operands;
}

void GatherOp::addScales(Value scales, Value) {
  getTableScaleMutable().assign(scales);
}

bool PoolOp::takesNorm(NormKind kind) {
  return !getNorm() && kind == NormKind::L2;
}
void PoolOp::addNorm(EpilogueNorm norm) {
  setNormAttr(norm.kind);
  setEpsilonAttr(norm.epsilon);
}
EpilogueNorm PoolOp::getEpilogueNorm() {
  return {getNormAttr(), getEpsilonAttr(), {}, {}};
}

//===----------------------------------------------------------------------===//
// Constraints
//===----------------------------------------------------------------------===//

LogicalResult RowNormOp::verify() {
  int64_t width = getWidthAttr().getInt();
  // row_norm_c4
  if (!isBuffers(*this) && getQuantizedOut())
    return emitOpError("takes values, so it has no 'quantized'");
  if (failed(verifyForm(*this)))
    return failure();
  // row_norm_c1
  if (failed(verifyTrueWidth(*this, width, getInput(), "input")) ||
      failed(verifyTrueWidth(*this, width, getWritten(*this), "result")))
    return failure();
  // row_norm_c2
  if (failed(verifyScaleAndShift(*this, getNorm(), getScale(), getShift())) ||
      failed(verifyWidth(*this, "scale", getScale(), "width says", width,
                         Match::AtLeast)) ||
      failed(verifyWidth(*this, "shift", getShift(), "width says", width,
                         Match::AtLeast)))
    return failure();
  // row_norm_c3
  if (failed(verifyEpsilon(*this, getEpsilon())))
    return failure();
  // row_norm_c4
  if (!elementOf(getInput()).isF32() || !elementOf(getWritten(*this)).isF32())
    return emitOpError("normalizes f32 into f32");
  // row_norm_c5
  if (failed(verifyResults(*this)))
    return failure();
  Value narrow = getQuantizedOut() ? Value(getQuantizedOut()) : getQuantized();
  if (getQuantizedOut() &&
      failed(verifyNarrower(*this, width, narrow, "buffer 'quantized'")))
    return failure();
  return verifySmoothing(*this, getSmoothing(), narrow, width);
}

LogicalResult QuantizeOp::verify() {
  int64_t width = getWidthAttr().getInt();
  Value written = getWritten(*this);
  // quantize_c3, quantize_c1
  if (failed(verifyForm(*this)) ||
      failed(verifyTrueWidth(*this, width, getInput(), "input")) ||
      failed(verifyTrueWidth(*this, width, written, "result")))
    return failure();
  // quantize_c2
  if (failed(verifyFloats(*this, getInput())) ||
      failed(verifyNarrower(*this, width, written, "result")))
    return failure();
  if (elementOf(getInput()) == elementOf(written))
    return emitOpError() << "the input is in " << elementOf(written)
                         << " already";
  // quantize_c4
  return verifySmoothing(*this, getSmoothing(), written, width);
}

// gather_c1
static LogicalResult verifyTableScale(GatherOp op) {
  bool scaled = op.getTable() && elementOf(op.getTable()).isInteger(8);
  if (scaled != bool(op.getTableScale()))
    return op.emitOpError("a table scale comes with a table in i8");
  if (op.getPositions() && elementOf(op.getPositions()).isInteger(8))
    return op.emitOpError("takes no positions in i8");
  if (op.getSegments() && elementOf(op.getSegments()).isInteger(8))
    return op.emitOpError("takes no segments in i8");
  if (!scaled)
    return success();
  return verifyWidth(op, "table scale", op.getTableScale(), "the table has",
                     op.getTable().getType().getDimSize(0), Match::AtLeast);
}

LogicalResult GatherOp::verify() {
  // gather_c5
  if (failed(verifyForm(*this)))
    return failure();
  // gather_c1
  if (!getTable() && !getInput())
    return emitOpError("needs a table or an input");
  if (bool(getTable()) != bool(getIds()))
    return emitOpError("table and ids come together");
  if (bool(getSegments()) != bool(getTypes()))
    return emitOpError("segments and types come together");
  if (getSegments() && getRow())
    return emitOpError("takes segments or a row, not both");
  if (failed(verifyTableScale(*this)))
    return failure();

  // gather_c2
  int64_t width = widthOf(getWritten(*this));
  struct {
    StringRef what;
    Value value;
  } weights[] = {{"table", getTable()},
                 {"row", getRow()},
                 {"table of segments", getSegments()},
                 {"table of positions", getPositions()},
                 {"scale", getScale()},
                 {"shift", getShift()}};
  for (auto [what, value] : weights)
    if (!isBuffers(*this) &&
        failed(verifyWidth(*this, what, value, "the result", width,
                           Match::AtLeast)))
      return failure();
  if (failed(verifyWidth(*this, "input", getInput(), "the result", width)))
    return failure();

  // gather_c3
  int64_t offset = getPositionOffsetAttr().getInt();
  int64_t positions =
      getPositions() ? getPositions().getType().getDimSize(0) : 1;
  if (offset < 0 || offset >= positions) {
    if (getPositions())
      return emitOpError() << "position_offset is " << offset
                           << ", but the positions have " << positions
                           << " rows";
    return emitOpError("position_offset needs positions");
  }
  if (bool(getCounted()) != bool(getUncountedAttr()))
    return emitOpError("counted and uncounted come together");
  if (getUncountedAttr() && (getUncountedAttr().getInt() < 0 || offset == 0))
    return emitOpError("uncounted must not be negative, and has the position "
                       "before position_offset, which must be positive");

  // gather_c4, gather_c5, gather_c6
  if (failed(verifyEpilogueNorm(*this)) || failed(verifySequences(*this)) ||
      failed(verifyFloats(*this, getInput())) || failed(verifyResults(*this)))
    return failure();
  return verifySmoothing(*this, getSmoothing(), getQuantized(), width);
}

LogicalResult AddOp::verify() {
  // add_c2
  if (failed(verifyForm(*this)))
    return failure();
  // add_c1
  int64_t width = widthOf(getWritten(*this));
  if (failed(verifyWidth(*this, "left side", getLhs(), "the result", width)) ||
      failed(verifyWidth(*this, "right side", getRhs(), "the result", width)))
    return failure();
  // add_c3
  return verifyFloats(*this, {getLhs(), getRhs(), getWritten(*this)});
}

//===----------------------------------------------------------------------===//
// kernel.pool, kernel.output
//===----------------------------------------------------------------------===//

LogicalResult PoolOp::verify() {
  // pool_c3, pool_c1
  if (failed(verifyForm(*this)) ||
      failed(verifyWidth(*this, "input", getInput(), "the result",
                         widthOf(getWritten(*this)))))
    return failure();
  // pool_c2
  if (getNorm() && *getNorm() != NormKind::L2)
    return emitOpError("the only norm after pooling is l2");
  if (failed(verifyNormAndEpsilon(*this)))
    return failure();
  // pool_c4
  return verifyFloats(*this, {getInput(), getWritten(*this)});
}

LogicalResult ConcatenateOp::verify() {
  // concatenate_c3
  if (failed(verifyForm(*this)))
    return failure();
  // concatenate_c1
  if (getInputs().size() < 2)
    return emitOpError("takes two inputs or more, but has ")
           << getInputs().size();
  ArrayRef<int64_t> widths = getWidths();
  if (widths.size() != getInputs().size())
    return emitOpError("has ") << getInputs().size() << " inputs, but "
                               << widths.size() << " widths";
  int64_t sum = 0;
  for (auto [input, width] : llvm::zip_equal(getInputs(), widths)) {
    if (failed(verifyTrueWidth(*this, width, input, "input")))
      return failure();
    sum += width;
  }
  // concatenate_c2
  if (failed(verifyTrueWidth(*this, sum, getWritten(*this), "result")))
    return failure();
  // concatenate_c4
  SmallVector<Value> all(getInputs());
  all.push_back(getWritten(*this));
  return verifyFloats(*this, all);
}

LogicalResult OutputOp::verify() {
  // output_c4
  if (getOutputAttr().getInt() < 0)
    return emitOpError("output must not be negative, but is ")
           << getOutputAttr().getInt();
  // output_c2, output_c1
  if (failed(verifyForm(*this)) ||
      failed(
          verifyTrueWidth(*this, getWidthAttr().getInt(), getInput(), "input")))
    return failure();
  // output_c3
  return verifyFloats(*this, getInput());
}
