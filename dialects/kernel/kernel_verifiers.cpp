//===- kernel_verifiers.cpp - The constraints of the kernels --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// In the order and with the numbers of kernel_ops.td.
//
//===----------------------------------------------------------------------===//

#include "dialects/kernel/kernel_dialect.h"
#include "llvm/Support/MathExtras.h"

#include <cmath>

using namespace mlir;
using namespace emblem::kernel;

// A cache line, and the widest vector.
static constexpr int64_t kAlignment = 64;

//===----------------------------------------------------------------------===//
// What the ops share
//===----------------------------------------------------------------------===//

static int64_t getWidth(Value rows) {
  return cast<ShapedType>(rows.getType()).getShape().back();
}

/// The result, or the buffer that stands for it.
template <typename OpT> static Value getWritten(OpT op) {
  return op->getNumResults() ? Value(op->getResult(0)) : op.getOut();
}

static Type getElement(Value value) {
  return cast<ShapedType>(value.getType()).getElementType();
}

static bool isBuffers(Operation *op) {
  return llvm::any_of(op->getOperandTypes(), llvm::IsaPred<MemRefType>);
}

/// The dialect's two forms: a result and no tile, or `into` and a tile.
template <typename OpT> static LogicalResult verifyForm(OpT op) {
  bool buffers = isBuffers(op);
  for (Type type :
       llvm::concat<const Type>(op->getOperandTypes(), op->getResultTypes()))
    if (buffers ? isa<TensorType>(type) : isa<MemRefType>(type))
      return op.emitOpError("mixes tensors and buffers");
  if (!buffers && (op.getOut() || !op.getTile().empty()))
    return op.emitOpError("takes values, so it has neither 'into' nor 'tile'");
  if (buffers && op->getNumResults() != 0)
    return op.emitOpError("takes buffers, so it has no result: write 'into'");
  if (buffers && (!op.getOut() || op.getTile().size() != 4))
    return op.emitOpError("takes buffers, so it needs 'into' and a 'tile' of "
                          "four: row begin, row end, column begin, column end");
  if (!buffers && !isa<OutputOp>(op.getOperation()) && op->getNumResults() == 0)
    return op.emitOpError("takes values, so it needs a result");
  if (op->getNumResults() > 1 &&
      isa<QuantizeOp, AddOp, PoolOp>(op.getOperation()))
    return op.emitOpError("has one result");
  return success();
}

/// What is read row by row: texts of tokens, known to buffers alone.
template <typename OpT> static LogicalResult verifySequences(OpT op) {
  if (isBuffers(op) && !op.getSequences())
    return op.emitOpError("takes buffers, so it needs 'sequences'");
  if (!isBuffers(op) && op.getSequences())
    return op.emitOpError("takes values, so it has no 'sequences'");
  return success();
}

enum class Match { Exactly, AtLeast };

/// `value`, where given, is `expected` wide (or wider, where that will do).
static LogicalResult verifyWidth(Operation *op, StringRef what, Value value,
                                 StringRef other, int64_t expected,
                                 Match match = Match::Exactly) {
  if (!value)
    return success();
  int64_t width = getWidth(value);
  if (width == expected || (match == Match::AtLeast && width > expected))
    return success();
  return op->emitOpError() << "the " << what << " is " << width << " wide, but "
                           << other << " " << expected;
}

/// `narrow` has the rows of `rows`, in bf16 or quantized.
static LogicalResult verifyNarrower(Operation *op, Value rows, Value narrow,
                                    StringRef what) {
  Type element = getElement(narrow);
  if (!isQuantized(element) && !element.isBF16())
    return op->emitOpError() << "the " << what << " must be in bf16, i8 or "
                             << "i16, but is in " << element;
  if (!isBuffers(op))
    return verifyWidth(op, what, narrow, "the rows", getWidth(rows));
  return success();
}

/// A factor a column, for rows that become integers.
static LogicalResult verifySmoothing(Operation *op, Value smoothing,
                                     Value narrow, int64_t width) {
  if (!smoothing)
    return success();
  if (!narrow || !isQuantized(getElement(narrow)))
    return op->emitOpError("smoothing is for rows that become i8 or i16");
  return verifyWidth(op, "smoothing", smoothing, "the result", width,
                     Match::AtLeast);
}

/// The first result is f32 or bf16, and the second, where there is one, the
/// same rows in a narrower type.
template <typename OpT> static LogicalResult verifySecondResult(OpT op) {
  if (isQuantized(getElement(getWritten(op))))
    return op.emitOpError("writes f32 or bf16; what is quantized is its second "
                          "result");
  if (op->getNumResults() < 2)
    return success();
  if (op->getNumResults() > 2)
    return op.emitOpError("has at most two results");
  return verifyNarrower(op, op->getResult(0), op->getResult(1),
                        "second result");
}

static LogicalResult verifyEpsilon(Operation *op, const APFloat &epsilon) {
  double value = epsilon.convertToDouble();
  if (std::isfinite(value) && value >= 0)
    return success();
  return op->emitOpError() << "epsilon must be finite and not negative, but is "
                           << value;
}

static LogicalResult verifyScaleAndShift(Operation *op, NormKind norm,
                                         Value scale, Value shift) {
  bool expected = norm == NormKind::Layer;
  if (expected == bool(scale) && expected == bool(shift))
    return success();
  return op->emitOpError(
      "a layer norm has scale and shift, an l2 norm neither");
}

/// The norm of an epilogue, and what belongs to it.
template <typename OpT> static LogicalResult verifyEpilogueNorm(OpT op) {
  if (bool(op.getNorm()) != bool(op.getEpsilon()))
    return op.emitOpError("norm and epsilon come together");
  if (op.getNorm() && isBuffers(op))
    return op.emitOpError("takes buffers, so its norm must be a "
                          "kernel.row_norm over finished rows");
  if (!op.getNorm())
    return success();
  return verifyEpsilon(op, *op.getEpsilon());
}

//===----------------------------------------------------------------------===//
// kernel.weight
//===----------------------------------------------------------------------===//

static LogicalResult verifySource(WeightOp op, Attribute source) {
  auto count = dyn_cast<IntegerAttr>(source);
  auto values = dyn_cast<DenseElementsAttr>(source);
  if (isa<StringAttr>(source) ||
      (values && isa<FloatType>(values.getElementType())) ||
      (count && count.getType().isSignlessInteger(64) && count.getInt() > 0))
    return success();
  return op.emitOpError() << "a source is a weight's name, its float values or "
                             "a positive count of zeros, but not "
                          << source;
}

static LogicalResult verifyTableRow(WeightOp op, int64_t row) {
  if (op.getLayout() != Layout::Row)
    return op.emitOpError() << "table_row needs the layout 'row', not '"
                            << stringifyLayout(op.getLayout()) << "'";
  Attribute source = op.getSources()[0];
  if (op.getSources().size() != 1 || isa<IntegerAttr>(source))
    return op.emitOpError("table_row needs one source, a table");
  auto values = dyn_cast<DenseElementsAttr>(source);
  if (values && values.getType().getRank() != 2)
    return op.emitOpError()
           << "table_row needs a table, but the source is " << values.getType();
  if (row < 0 || (values && row >= values.getType().getDimSize(0)))
    return op.emitOpError() << "table_row " << row << " is not in the table";
  return success();
}

/// The least and the most sides that a layout has.
static std::pair<int64_t, int64_t> ranksOf(Layout layout) {
  switch (layout) {
  case Layout::Row:
  case Layout::Scales:
  case Layout::Corrections:
    return {1, 1};
  case Layout::Table:
  case Layout::Matrix:
  case Layout::Sinusoid:
    return {2, 2};
  case Layout::Panels:
    return {3, 4};
  }
  llvm_unreachable("a layout without a rank");
}

static LogicalResult verifySmoothing(WeightOp op) {
  Layout layout = op.getLayout();
  if (layout != Layout::Matrix && layout != Layout::Panels &&
      layout != Layout::Scales && layout != Layout::Corrections)
    return op.emitOpError() << "smoothing is not for the layout '"
                            << stringifyLayout(layout) << "'";
  auto factors = dyn_cast<DenseFPElementsAttr>(*op.getSmoothing());
  if (!factors || factors.getType().getRank() != 1 ||
      llvm::any_of(factors.getValues<APFloat>(), [](const APFloat &factor) {
        return !factor.isFiniteNonZero();
      }))
    return op.emitOpError("smoothing takes one finite factor a column, not 0");
  if (layout == Layout::Matrix &&
      factors.getNumElements() != op.getType().getDimSize(1))
    return op.emitOpError() << "smoothing has " << factors.getNumElements()
                            << " factors, but the matrix "
                            << op.getType().getDimSize(1) << " columns";
  return success();
}

LogicalResult WeightOp::verify() {
  int64_t rank = getType().getRank();
  auto [least, most] = ranksOf(getLayout());
  if (rank < least || rank > most)
    return emitOpError() << "the layout '" << stringifyLayout(getLayout())
                         << "' has rank " << least
                         << (most > least ? " or 4" : "") << ", not " << rank;
  Layout layout = getLayout();
  if (getType().getElementType().isInteger(8) && layout != Layout::Matrix &&
      layout != Layout::Panels)
    return emitOpError() << "the layout '" << stringifyLayout(layout)
                         << "' is not for " << getType().getElementType();
  if (getSmoothing() && failed(verifySmoothing(*this)))
    return failure();

  if (getSources().empty())
    return emitOpError("has no sources");
  for (Attribute source : getSources())
    if (failed(verifySource(*this, source)))
      return failure();
  if (getLayout() == Layout::Sinusoid) {
    auto width = dyn_cast<IntegerAttr>(getSources()[0]);
    if (getSources().size() != 1 || !width)
      return emitOpError("a sinusoid has one source, its width");
    if (width.getInt() > getType().getDimSize(1))
      return emitOpError() << "the sinusoid is " << width.getInt()
                           << " wide, but the result "
                           << getType().getDimSize(1);
  }

  if (getTableRowAttr() &&
      failed(verifyTableRow(*this, getTableRowAttr().getInt())))
    return failure();

  if (getByteOffsetAttr() && (getByteOffsetAttr().getInt() < 0 ||
                              getByteOffsetAttr().getInt() % kAlignment != 0))
    return emitOpError() << "at must be a multiple of " << kAlignment
                         << " and not negative, but is "
                         << getByteOffsetAttr().getInt();
  return success();
}

//===----------------------------------------------------------------------===//
// kernel.matmul
//===----------------------------------------------------------------------===//

static LogicalResult verifyColumns(MatmulOp op) {
  ShapedType weight = op.getWeight().getType();
  int64_t given = op.getWeightColumns();
  int64_t width = getWidth(getWritten(op));
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

static LogicalResult verifyInputSize(MatmulOp op) {
  int64_t given = op.getWeight().getType().getDimSize(1) * op.getDepth();
  int64_t inputs = op.getTrueInputSize(), width = getWidth(op.getInput());
  if (inputs > given || inputs <= given - op.getDepth())
    return op.emitOpError()
           << "input_size is " << inputs << ", but the weight takes " << given;
  if (isBuffers(op) ? width < inputs : width != inputs)
    return op.emitOpError() << "the input is " << width
                            << " wide, but the weight takes " << inputs;
  return success();
}

static LogicalResult verifyPrecision(MatmulOp op) {
  Type input = getElement(op.getInput()), weight = getElement(op.getWeight());
  bool quantized = isQuantized(input);
  if (quantized != weight.isInteger(8) || (input.isBF16() && !weight.isBF16()))
    return op.emitOpError()
           << "takes no input in " << input << " with a weight in " << weight;
  if (quantized != bool(op.getWeightScale()))
    return op.emitOpError("a weight scale comes with a weight in i8");
  if (input.isInteger(8) != bool(op.getCorrection()))
    return op.emitOpError("a correction comes with an input in i8");
  return success();
}

LogicalResult MatmulOp::verify() {
  if (failed(verifyForm(*this)) || failed(verifyInputSize(*this)))
    return failure();
  int64_t given = getWeightColumns();
  int64_t written = getWidth(getWritten(*this));
  struct {
    StringRef what;
    Value value;
  } rows[] = {{"bias", getBias()},
              {"scale", getScale()},
              {"shift", getShift()},
              {"weight scale", getWeightScale()},
              {"correction", getCorrection()}};
  if (failed(verifyColumns(*this)))
    return failure();
  for (auto [what, value] : rows)
    if (failed(verifyWidth(*this, what, value, "the weight gives", given)))
      return failure();
  if (failed(verifyWidth(*this, "residual", getResidual(), "the result",
                         written)) ||
      failed(verifyEpilogueNorm(*this)) || failed(verifyPrecision(*this)) ||
      failed(verifySecondResult(*this)) ||
      failed(verifySmoothing(*this, getSmoothing(), getQuantized(), written)))
    return failure();
  if (getNorm())
    return verifyScaleAndShift(*this, *getNorm(), getScale(), getShift());
  if (getScale() || getShift())
    return emitOpError("scale and shift need a norm");
  return success();
}

//===----------------------------------------------------------------------===//
// kernel.attention
//===----------------------------------------------------------------------===//

LogicalResult AttentionOp::verify() {
  int64_t heads = getHeadsAttr().getInt(), size = getHeadSizeAttr().getInt();
  if (heads < 1 || size < 1)
    return emitOpError() << "heads and head_size must be positive, but are "
                         << heads << " and " << size;
  double scale = getScale().convertToDouble();
  if (!std::isfinite(scale) || scale <= 0)
    return emitOpError() << "scale must be positive and finite, but is "
                         << getScaleAttr();

  if (failed(verifyForm(*this)))
    return failure();
  int64_t width;
  if (llvm::MulOverflow(heads, size, width) || width > INT64_MAX / 3)
    return emitOpError() << heads << " heads of " << size << " are too many";
  int64_t input = getWidth(getInput()), written = getWidth(getWritten(*this));
  if (isBuffers(*this) ? input < 3 * width || written < width
                       : input != 3 * width || written != width)
    return emitOpError() << heads << " heads of " << size << " need an input "
                         << 3 * width << " wide and a result " << width
                         << " wide, not " << input << " and " << written;
  if (isQuantized(getElement(getInput())))
    return emitOpError() << "takes f32 or bf16, not " << getElement(getInput());
  if (failed(verifySecondResult(*this)))
    return failure();
  return verifySequences(*this);
}

//===----------------------------------------------------------------------===//
// kernel.row_norm, kernel.quantize, kernel.gather, kernel.add
//===----------------------------------------------------------------------===//

/// `width` is positive and the width of `rows`, which a buffer may pad.
static LogicalResult verifyTrueWidth(Operation *op, int64_t width, Value rows,
                                     StringRef what) {
  if (width < 1)
    return op->emitOpError() << "width must be positive, but is " << width;
  return verifyWidth(op, what, rows, "width says", width,
                     isBuffers(op) ? Match::AtLeast : Match::Exactly);
}

LogicalResult RowNormOp::verify() {
  int64_t width = getWidthAttr().getInt();
  if (failed(verifyForm(*this)) ||
      failed(verifyTrueWidth(*this, width, getInput(), "input")) ||
      failed(verifyTrueWidth(*this, width, getWritten(*this), "result")) ||
      failed(verifyScaleAndShift(*this, getNorm(), getScale(), getShift())) ||
      failed(verifyWidth(*this, "scale", getScale(), "width says", width,
                         Match::AtLeast)) ||
      failed(verifyWidth(*this, "shift", getShift(), "width says", width,
                         Match::AtLeast)))
    return failure();
  if (!getElement(getInput()).isF32() || !getElement(getWritten(*this)).isF32())
    return emitOpError("normalizes f32 into f32");
  if (getQuantizedOut() &&
      failed(verifyNarrower(*this, getOut(), getQuantizedOut(),
                            "buffer 'quantized'")))
    return failure();
  Value narrow = getQuantizedOut() ? getQuantizedOut() : getQuantized();
  if (failed(verifySecondResult(*this)) ||
      failed(verifySmoothing(*this, getSmoothing(), narrow, width)))
    return failure();
  return verifyEpsilon(*this, getEpsilon());
}

LogicalResult QuantizeOp::verify() {
  int64_t width = getWidthAttr().getInt();
  if (failed(verifyForm(*this)) ||
      failed(verifyTrueWidth(*this, width, getInput(), "input")) ||
      failed(verifyTrueWidth(*this, width, getWritten(*this), "result")))
    return failure();
  if (isQuantized(getElement(getInput())))
    return emitOpError() << "takes f32 or bf16, not " << getElement(getInput());
  if (failed(verifyNarrower(*this, getInput(), getWritten(*this), "result")))
    return failure();
  return verifySmoothing(*this, getSmoothing(), getWritten(*this), width);
}

LogicalResult GatherOp::verify() {
  if (failed(verifyForm(*this)))
    return failure();
  if (!getTable() && !getInput())
    return emitOpError("needs a table or an input");
  if (bool(getTable()) != bool(getIds()))
    return emitOpError("table and ids come together");

  int64_t width = ::getWidth(getWritten(*this));
  struct {
    StringRef what;
    Value value;
  } weights[] = {{"table", getTable()},
                 {"row", getRow()},
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

  if (failed(verifyEpilogueNorm(*this)))
    return failure();
  if (getNorm() &&
      failed(verifyScaleAndShift(*this, *getNorm(), getScale(), getShift())))
    return failure();
  if (!getNorm() && (getScale() || getShift()))
    return emitOpError("scale and shift need a norm");
  if (failed(verifySecondResult(*this)) ||
      failed(verifySmoothing(*this, getSmoothing(), getQuantized(), width)))
    return failure();
  return verifySequences(*this);
}

LogicalResult AddOp::verify() {
  if (failed(verifyForm(*this)))
    return failure();
  int64_t width = getWidth(getWritten(*this));
  if (failed(verifyWidth(*this, "left side", getLhs(), "the result", width)))
    return failure();
  return verifyWidth(*this, "right side", getRhs(), "the result", width);
}

//===----------------------------------------------------------------------===//
// kernel.pool, kernel.output
//===----------------------------------------------------------------------===//

LogicalResult PoolOp::verify() {
  if (failed(verifyForm(*this)) ||
      failed(verifyWidth(*this, "input", getInput(), "the result",
                         getWidth(getWritten(*this)))))
    return failure();
  if (getNorm() && *getNorm() != NormKind::L2)
    return emitOpError("the only norm after pooling is l2");
  return verifyEpilogueNorm(*this);
}

LogicalResult OutputOp::verify() {
  if (failed(verifyForm(*this)))
    return failure();
  return verifyTrueWidth(*this, getWidthAttr().getInt(), getInput(), "input");
}
