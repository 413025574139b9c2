//===- weight_verifier.cpp - The constraints of kernel.weight -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// The checks have the numbers and the order of kernel_weight.td; what a layout
// alone knows, it is asked for (layout_verifiers.cpp).
//
//===----------------------------------------------------------------------===//

#include "dialects/kernel/kernel_dialect.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace emblem::kernel;

// A cache line, and the widest vector.
static constexpr int64_t kAlignment = 64;

static LogicalResult verifyRank(WeightOp op) {
  int64_t rank = op.getType().getRank();
  auto [least, most] = op.getLayout().getRanks();
  if (rank >= least && rank <= most)
    return success();
  return op.emitOpError() << "the layout '" << op.getLayout().getName()
                          << "' has rank " << least
                          << (most > least ? " or " + std::to_string(most) : "")
                          << ", not " << rank;
}

static LogicalResult verifySourceList(WeightOp op,
                                      const LaidOutWeight &weight) {
  if (op.getLayout().isComputed() && !op.getSources().empty())
    return op.emitOpError() << "the layout '" << op.getLayout().getName()
                            << "' computes its values, and takes no sources";
  if (!op.getLayout().isComputed() && op.getSources().empty())
    return op.emitOpError("has no sources");
  return op.getLayout().verifySources(weight);
}

static LogicalResult verifyTableRow(WeightOp op) {
  if (!op.getTableRowAttr())
    return success();
  int64_t row = op.getTableRowAttr().getInt();
  if (!op.getLayout().takesTableRow())
    return op.emitOpError() << "table_row needs the layout 'row', not '"
                            << op.getLayout().getName() << "'";
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

static LogicalResult verifyOffset(WeightOp op) {
  IntegerAttr offset = op.getByteOffsetAttr();
  if (!offset || (offset.getInt() >= 0 && offset.getInt() % kAlignment == 0))
    return success();
  return op.emitOpError() << "at must be a multiple of " << kAlignment
                          << " and not negative, but is " << offset.getInt();
}

static LogicalResult verifySmoothing(WeightOp op) {
  if (!op.getSmoothing())
    return success();
  if (!op.getLayout().takesSmoothing())
    return op.emitOpError() << "smoothing is not for the layout '"
                            << op.getLayout().getName() << "'";
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

static LogicalResult verifyFactor(WeightOp op) {
  std::optional<APFloat> factor = op.getFactor();
  if (!factor)
    return success();
  if (!factor->isFiniteNonZero())
    return op.emitOpError() << "factor must be finite and not zero, but is "
                            << op.getFactorAttr();
  if (!op.getLayout().takesFactor())
    return op.emitOpError()
           << "the layout '" << op.getLayout().getName() << "' takes no factor";
  return success();
}

static LogicalResult verifyChannels(WeightOp op) {
  IntegerAttr channels = op.getChannelsAttr();
  if (!channels)
    return success();
  if (!op.getLayout().takesChannels())
    return op.emitOpError() << "channels are not for the layout '"
                            << op.getLayout().getName() << "'";
  // Packed rows have lost their width.
  bool isPacked = op.getType().getRank() != 2;
  if (channels.getInt() < 1 ||
      (!isPacked && op.getType().getDimSize(1) % channels.getInt() != 0))
    return op.emitOpError() << "channels is " << channels.getInt()
                            << ", and must divide the matrix's width";
  return success();
}

LogicalResult WeightOp::verify() {
  auto error = [&] { return emitOpError(); };
  LaidOutWeight weight = {getLayout().getName(), getSources(), getType(),
                          getChannelsAttr() != nullptr, error};
  // weight_c1
  if (failed(verifyRank(*this)))
    return failure();
  // weight_c2
  if (failed(verifySourceList(*this, weight)))
    return failure();
  // weight_c3
  if (failed(verifyTableRow(*this)))
    return failure();
  // weight_c4
  if (failed(verifyOffset(*this)))
    return failure();
  // weight_c5
  if (getType().getElementType().isInteger() &&
      failed(getLayout().verifyIntegers(weight)))
    return failure();
  // weight_c6
  if (failed(verifySmoothing(*this)))
    return failure();
  // weight_c7
  if (failed(verifyFactor(*this)))
    return failure();
  // weight_c8
  return verifyChannels(*this);
}
