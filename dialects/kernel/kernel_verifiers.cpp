//===- kernel_verifiers.cpp - The constraints of the kernels -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "dialects/kernel/kernel_verifiers.h"

#include <cmath>

using namespace mlir;
using namespace emblem;
using namespace emblem::kernel;

//===----------------------------------------------------------------------===//
// What the ops share
//===----------------------------------------------------------------------===//

LogicalResult kernel::verifyForm(Operation *op, Value out, size_t tile) {
  bool buffers = isBuffers(op);
  for (Type type :
       llvm::concat<const Type>(op->getOperandTypes(), op->getResultTypes()))
    if (buffers ? isa<TensorType>(type) : isa<MemRefType>(type))
      return op->emitOpError("mixes tensors and buffers");
  if (!buffers && (out || tile != 0))
    return op->emitOpError("takes values, so it has neither 'into' nor 'tile'");
  if (buffers && op->getNumResults() != 0)
    return op->emitOpError("takes buffers, so it has no result: write 'into'");
  if (buffers && (!out || tile != 4))
    return op->emitOpError(
        "takes buffers, so it needs 'into' and a 'tile' of "
        "four: row begin, row end, column begin, column end");
  if (!buffers && !isa<OutputOp>(op) && op->getNumResults() == 0)
    return op->emitOpError("takes values, so it needs a result");
  if (op->getNumResults() > 1 &&
      isa<QuantizeOp, AddOp, PoolOp, ConcatenateOp, PrepareHeadsOp, PatchesOp,
          Conv2dOp, Pool2dOp, Pad2dOp, AttentionPoolOp>(op))
    return op->emitOpError("has one result");
  return success();
}

LogicalResult kernel::verifyWidth(Operation *op, StringRef what, Value value,
                                  StringRef other, int64_t expected,
                                  Match match) {
  if (!value)
    return success();
  int64_t width = widthOf(value);
  if (width == expected || (match == Match::AtLeast && width > expected))
    return success();
  return op->emitOpError() << "the " << what << " is " << width << " wide, but "
                           << other << " " << expected;
}

LogicalResult kernel::verifyTrueWidth(Operation *op, int64_t width, Value rows,
                                      StringRef what) {
  if (width < 1)
    return op->emitOpError() << "width must be positive, but is " << width;
  return verifyWidth(op, what, rows, "width says", width,
                     isBuffers(op) ? Match::AtLeast : Match::Exactly);
}

LogicalResult kernel::verifyFloats(Operation *op, ValueRange all) {
  for (Value rows : all)
    if (rows && isQuantized(elementOf(rows)))
      return op->emitOpError()
             << "works on f32 or bf16, not " << elementOf(rows);
  return success();
}

LogicalResult kernel::verifyNarrower(Operation *op, int64_t width, Value narrow,
                                     StringRef what) {
  Type element = elementOf(narrow);
  if (!isQuantized(element) && !element.isBF16())
    return op->emitOpError() << "the " << what << " must be in bf16, i8 or "
                             << "i16, but is in " << element;
  return verifyWidth(op, what, narrow, "the rows", width,
                     isBuffers(op) ? Match::AtLeast : Match::Exactly);
}

LogicalResult kernel::verifySmoothing(Operation *op, Value smoothing,
                                      Value narrow, int64_t width) {
  if (!smoothing)
    return success();
  if (!narrow || !isQuantized(elementOf(narrow)))
    return op->emitOpError("smoothing is for rows that become i8 or i16");
  return verifyWidth(op, "smoothing", smoothing, "the result", width,
                     Match::AtLeast);
}

LogicalResult kernel::verifyEpsilon(Operation *op, const APFloat &epsilon) {
  double value = epsilon.convertToDouble();
  if (std::isfinite(value) && value >= 0)
    return success();
  return op->emitOpError() << "epsilon must be finite and not negative, but is "
                           << value;
}

LogicalResult kernel::verifyNormalized(Operation *op, Value rows) {
  if (elementOf(rows).isF32())
    return success();
  return op->emitOpError() << "has a norm, so it writes f32, not "
                           << elementOf(rows);
}

LogicalResult kernel::verifyScaleAndShift(Operation *op, NormKind norm,
                                          Value scale, Value shift) {
  if (bool(scale) == (norm != NormKind::L2) &&
      bool(shift) == (norm == NormKind::Layer))
    return success();
  return op->emitOpError("a layer norm has scale and shift, an rms norm scale "
                         "alone, an l2 norm neither");
}

//===----------------------------------------------------------------------===//
// kernel.row_norm, kernel.quantize, kernel.gather, kernel.add
//===----------------------------------------------------------------------===//

LogicalResult RowNormOp::verify() {
  int64_t width = getWidthAttr().getInt();
  if (!isBuffers(*this) && getQuantizedOut())
    return emitOpError("takes values, so it has no 'quantized'");
  if (failed(verifyForm(*this)) ||
      failed(verifyTrueWidth(*this, width, getInput(), "input")) ||
      failed(verifyTrueWidth(*this, width, getWritten(*this), "result")) ||
      failed(verifyScaleAndShift(*this, getNorm(), getScale(), getShift())) ||
      failed(verifyWidth(*this, "scale", getScale(), "width says", width,
                         Match::AtLeast)) ||
      failed(verifyWidth(*this, "shift", getShift(), "width says", width,
                         Match::AtLeast)) ||
      failed(verifyEpsilon(*this, getEpsilon())))
    return failure();
  if (!elementOf(getInput()).isF32() || !elementOf(getWritten(*this)).isF32())
    return emitOpError("normalizes f32 into f32");
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
  if (failed(verifyForm(*this)) ||
      failed(verifyTrueWidth(*this, width, getInput(), "input")) ||
      failed(verifyTrueWidth(*this, width, written, "result")) ||
      failed(verifyFloats(*this, getInput())) ||
      failed(verifyNarrower(*this, width, written, "result")))
    return failure();
  if (elementOf(getInput()) == elementOf(written))
    return emitOpError() << "the input is in " << elementOf(written)
                         << " already";
  return verifySmoothing(*this, getSmoothing(), written, width);
}

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
  if (failed(verifyForm(*this)))
    return failure();
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

  if (failed(verifyEpilogueNorm(*this)) || failed(verifySequences(*this)) ||
      failed(verifyFloats(*this, getInput())) || failed(verifyResults(*this)))
    return failure();
  return verifySmoothing(*this, getSmoothing(), getQuantized(), width);
}

LogicalResult AddOp::verify() {
  if (failed(verifyForm(*this)))
    return failure();
  int64_t width = widthOf(getWritten(*this));
  if (failed(verifyWidth(*this, "left side", getLhs(), "the result", width)) ||
      failed(verifyWidth(*this, "right side", getRhs(), "the result", width)))
    return failure();
  return verifyFloats(*this, {getLhs(), getRhs(), getWritten(*this)});
}

//===----------------------------------------------------------------------===//
// kernel.pool, kernel.output
//===----------------------------------------------------------------------===//

LogicalResult PoolOp::verify() {
  if (failed(verifyForm(*this)) ||
      failed(verifyWidth(*this, "input", getInput(), "the result",
                         widthOf(getWritten(*this)))))
    return failure();
  if (getNorm() && *getNorm() != NormKind::L2)
    return emitOpError("the only norm after pooling is l2");
  if (failed(verifyNormAndEpsilon(*this)))
    return failure();
  return verifyFloats(*this, {getInput(), getWritten(*this)});
}

LogicalResult ConcatenateOp::verify() {
  if (failed(verifyForm(*this)))
    return failure();
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
  if (failed(verifyTrueWidth(*this, sum, getWritten(*this), "result")))
    return failure();
  SmallVector<Value> all(getInputs());
  all.push_back(getWritten(*this));
  return verifyFloats(*this, all);
}

LogicalResult OutputOp::verify() {
  if (getOutputAttr().getInt() < 0)
    return emitOpError("output must not be negative, but is ")
           << getOutputAttr().getInt();
  if (failed(verifyForm(*this)) ||
      failed(
          verifyTrueWidth(*this, getWidthAttr().getInt(), getInput(), "input")))
    return failure();
  return verifyFloats(*this, getInput());
}
