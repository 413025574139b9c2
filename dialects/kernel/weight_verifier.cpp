//===- weight_verifier.cpp - The constraints of kernel.weight ------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "dialects/kernel/kernel_verifiers.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace emblem::kernel;
using emblem::emb::isWeightExpression;

// A cache line, and the widest vector.
static constexpr int64_t kAlignment = 64;

static LogicalResult verifySource(WeightOp op, Attribute source) {
  auto count = dyn_cast<IntegerAttr>(source);
  auto values = dyn_cast<DenseElementsAttr>(source);
  bool known =
      isWeightExpression(source) ||
      (values && isa<FloatType>(values.getElementType())) ||
      (count && count.getType().isSignlessInteger(64) && count.getInt() > 0);
  if (!known)
    return op.emitOpError()
           << "a source is a weight's name, its float values or a positive "
              "count of zeros, but not "
           << source;
  // What is made of a matrix needs to know its columns.
  Layout layout = op.getLayout();
  bool isOfTable = layout == Layout::Table || layout == Layout::Scales;
  if (layout == Layout::Row || layout == Layout::Sinusoid ||
      (count && isOfTable && source != op.getSources()[0]) ||
      isWeightExpression(source) ||
      (values && values.getType().getRank() == 2) ||
      (values && op.getChannels() && values.getType().getRank() == 4))
    return success();
  return op.emitOpError() << "the layout '" << stringifyLayout(layout)
                          << "' takes names and tables of values, but not "
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
  case Layout::ProbeQuery:
    return {1, 1};
  case Layout::Table:
  case Layout::Matrix:
  case Layout::Sinusoid:
  case Layout::Rotary:
  case Layout::Alibi:
  case Layout::PositionBias:
  case Layout::PositionRows:
  case Layout::Projection:
  case Layout::PatchPositions:
    return {2, 2};
  case Layout::Panels:
    return {3, 4};
  case Layout::GroupScales:
    return {2, 3};
  }
  llvm_unreachable("a layout without a rank");
}

static LogicalResult verifyFactors(WeightOp op) {
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
  // What fills the last group of panels has no factor.
  ArrayRef<int64_t> shape = op.getType().getShape();
  int64_t depth = shape.size() == 4 ? shape[3] : 1;
  int64_t count = factors.getNumElements();
  if (shape.size() > 1 &&
      static_cast<int64_t>(llvm::divideCeil(count, depth)) != shape[1])
    return op.emitOpError()
           << "smoothing has " << count << " factors, but the matrix "
           << shape[1] * depth << " columns";
  return success();
}

static LogicalResult verifySinusoid(WeightOp op) {
  auto width = dyn_cast<IntegerAttr>(op.getSources()[0]);
  if (op.getSources().size() != 1 || !width)
    return op.emitOpError("a sinusoid has one source, its width");
  if (width.getInt() > op.getType().getDimSize(1))
    return op.emitOpError()
           << "the sinusoid is " << width.getInt() << " wide, but the result "
           << op.getType().getDimSize(1);
  return success();
}

static bool isCount(Attribute source) {
  auto count = dyn_cast<IntegerAttr>(source);
  return count && count.getType().isSignlessInteger(64) && count.getInt() > 0 &&
         count.getInt() <= INT32_MAX;
}

static LogicalResult verifyRotary(WeightOp op) {
  ArrayAttr sources = op.getSources();
  auto isPositive = [](Attribute source) {
    auto number = dyn_cast<FloatAttr>(source);
    return number && number.getValue().isFiniteNonZero() &&
           !number.getValue().isNegative();
  };
  auto frequencies = sources.size() == 3
                         ? dyn_cast<DenseFPElementsAttr>(sources[1])
                         : DenseFPElementsAttr();
  if (sources.size() != 3 || !isCount(sources[0]) ||
      !(frequencies || isPositive(sources[1])) || !isPositive(sources[2]))
    return op.emitOpError("a rotary has three sources, its features, the base "
                          "and the factor, or its features, their frequencies "
                          "and the amplitude");
  int64_t features = cast<IntegerAttr>(sources[0]).getInt();
  if (frequencies && frequencies.getNumElements() != features / 2)
    return op.emitOpError() << features << " features need " << features / 2
                            << " frequencies, one for each pair, but there are "
                            << frequencies.getNumElements();
  if (features % 2 != 0 || features > op.getType().getDimSize(1))
    return op.emitOpError()
           << "the rotary turns an even number of features, at "
              "most "
           << op.getType().getDimSize(1) << ", the result's width, but not "
           << features;
  return success();
}

/// The layouts by distance: their last source counts positions.
static LogicalResult verifyDistances(WeightOp op) {
  ArrayAttr sources = op.getSources();
  if (op.getLayout() == Layout::Alibi) {
    if (sources.size() != 1 || !isCount(sources[0]))
      return op.emitOpError("an alibi has one source, its positions");
  } else if (op.getLayout() == Layout::PositionRows) {
    if (sources.size() != 3 || !isCount(sources[0]) ||
        !(isCount(sources[1]) || isa<UnitAttr>(sources[1])) ||
        !isCount(sources[2]) || cast<IntegerAttr>(sources[0]).getInt() < 4 ||
        cast<IntegerAttr>(sources[0]).getInt() % 2 != 0)
      return op.emitOpError("position_rows have three sources, the tables' "
                            "height, even and at least 4, the maximal distance "
                            "and the positions");
  } else {
    auto values = dyn_cast<DenseElementsAttr>(sources[0]);
    if (sources.size() != 3 || !isCount(sources[1]) || !isCount(sources[2]) ||
        !(isWeightExpression(sources[0]) ||
          (values && isa<FloatType>(values.getElementType()) &&
           values.getType().getRank() == 2)))
      return op.emitOpError("a position_bias has three sources, its table, the "
                            "maximal distance and its positions");
  }
  int64_t positions = cast<IntegerAttr>(sources[sources.size() - 1]).getInt();
  if (op.getType().getDimSize(1) < 2 * positions - 1)
    return op.emitOpError()
           << positions << " positions need a result " << 2 * positions - 1
           << " wide, but it is " << op.getType().getDimSize(1);
  return success();
}

static bool isWeight(Attribute source, int64_t rank) {
  auto values = dyn_cast<DenseFPElementsAttr>(source);
  return isWeightExpression(source) ||
         (values && values.getType().getRank() == rank);
}

static LogicalResult verifyPatchPositions(WeightOp op) {
  ArrayAttr sources = op.getSources();
  auto isOptional = [&](Attribute source, int64_t rank) {
    return isa<UnitAttr>(source) || isWeight(source, rank);
  };
  if (sources.size() != 5 || !isCount(sources[0]) ||
      !isOptional(sources[1], 2) || !isOptional(sources[2], 2) ||
      !isOptional(sources[3], 2) || !isOptional(sources[4], 1))
    return op.emitOpError("patch_positions have five sources, the features, "
                          "the class token, the registers, the positions and "
                          "the bias");
  int64_t features = cast<IntegerAttr>(sources[0]).getInt();
  if (features > op.getType().getDimSize(1))
    return op.emitOpError()
           << "the patch_positions have " << features
           << " features, but the result " << op.getType().getDimSize(1);
  return success();
}

static LogicalResult verifyProbeQuery(WeightOp op) {
  ArrayAttr sources = op.getSources();
  if (sources.size() == 3 && isWeight(sources[0], 2) &&
      isWeight(sources[1], 2) &&
      (isa<UnitAttr>(sources[2]) || isWeight(sources[2], 1)))
    return success();
  return op.emitOpError("a probe_query has three sources, a row, a matrix and "
                        "a bias");
}

static LogicalResult verifyProjection(WeightOp op) {
  ArrayAttr sources = op.getSources();
  auto isOptional = [&](Attribute source) {
    return isa<UnitAttr>(source) || isWeight(source, 1);
  };
  if (sources.size() == 1 && isWeight(sources[0], 2))
    return success();
  if (sources.size() == 6 && isWeight(sources[0], 2) &&
      isOptional(sources[1]) && isOptional(sources[2]) &&
      isa<UnitAttr, FloatAttr>(sources[3]) && isWeight(sources[4], 2) &&
      isOptional(sources[5]))
    return success();
  return op.emitOpError("a projection has one source, a table, or six: a "
                        "table, the scale, the shift and the epsilon of its "
                        "norm, a matrix and a bias");
}

static LogicalResult verifySources(WeightOp op) {
  switch (op.getLayout()) {
  case Layout::Rotary:
    return verifyRotary(op);
  case Layout::Alibi:
  case Layout::PositionBias:
  case Layout::PositionRows:
    return verifyDistances(op);
  case Layout::Projection:
    return verifyProjection(op);
  case Layout::PatchPositions:
    return verifyPatchPositions(op);
  case Layout::ProbeQuery:
    return verifyProbeQuery(op);
  default:
    break;
  }
  for (Attribute source : op.getSources())
    if (failed(verifySource(op, source)))
      return failure();
  return op.getLayout() == Layout::Sinusoid ? verifySinusoid(op) : success();
}

static LogicalResult verifyInteger(WeightOp op) {
  Type element = op.getType().getElementType();
  Layout layout = op.getLayout();
  if (!element.isInteger() || layout == Layout::Matrix ||
      (layout == Layout::Table && element.isInteger(8)) ||
      (layout == Layout::Panels && element.isInteger(8)))
    return success();
  ArrayRef<int64_t> shape = op.getType().getShape();
  if (layout != Layout::Panels)
    return op.emitOpError() << "the layout '" << stringifyLayout(layout)
                            << "' is not for " << element;
  if (shape.size() != 4 || shape[3] != 2)
    return op.emitOpError("panels in i4 hold pairs: [panels, pairs, panel "
                          "width, 2]");
  return success();
}

LogicalResult WeightOp::verify() {
  Layout layout = getLayout();
  int64_t rank = getType().getRank();
  auto [least, most] = ranksOf(layout);
  if (rank < least || rank > most)
    return emitOpError() << "the layout '" << stringifyLayout(layout)
                         << "' has rank " << least
                         << (most > least ? " or " + std::to_string(most) : "")
                         << ", not " << rank;

  if (getSources().empty())
    return emitOpError("has no sources");
  if (failed(verifySources(*this)))
    return failure();

  if (getTableRowAttr() &&
      failed(verifyTableRow(*this, getTableRowAttr().getInt())))
    return failure();

  if (getByteOffsetAttr() && (getByteOffsetAttr().getInt() < 0 ||
                              getByteOffsetAttr().getInt() % kAlignment != 0))
    return emitOpError() << "at must be a multiple of " << kAlignment
                         << " and not negative, but is "
                         << getByteOffsetAttr().getInt();

  if (failed(verifyInteger(*this)))
    return failure();

  if (std::optional<APFloat> factor = getFactor()) {
    if (!factor->isFiniteNonZero())
      return emitOpError() << "factor must be finite and not zero, but is "
                           << getFactorAttr();
    if (layout == Layout::Sinusoid)
      return emitOpError("a sinusoid takes no factor");
  }

  if (IntegerAttr channels = getChannelsAttr()) {
    bool isMatrix = layout == Layout::Matrix;
    if (!isMatrix && layout != Layout::Panels)
      return emitOpError() << "channels are not for the layout '"
                           << stringifyLayout(layout) << "'";
    if (channels.getInt() < 1 ||
        (isMatrix && getType().getDimSize(1) % channels.getInt() != 0))
      return emitOpError() << "channels is " << channels.getInt()
                           << ", and must divide the matrix's width";
  }

  return getSmoothing() ? verifyFactors(*this) : success();
}
