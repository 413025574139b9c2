//===- kernel_verifiers.cpp - Checks that kernels share -------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "dialects/kernel/kernel_verifiers.h"
#include "dialects/kernel/narrow_floats.h"

#include <cmath>

using namespace mlir;
using namespace emblem;
using namespace emblem::kernel;

LogicalResult kernel::verifyForm(KernelOpInterface op, size_t tile) {
  bool buffers = isBuffers(op), out = !op.getDestinations().empty();
  unsigned most = op.getMostResults();
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
  if (!buffers && most != 0 && op->getNumResults() == 0)
    return op->emitOpError("takes values, so it needs a result");
  if (most == 1 && op->getNumResults() > 1)
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
             << "works on f32, bf16 or f16, not " << elementOf(rows);
  return success();
}

LogicalResult kernel::verifyNarrower(Operation *op, int64_t width, Value narrow,
                                     StringRef what) {
  Type element = elementOf(narrow);
  if (!isQuantized(element) && !isNarrowFloat(element))
    return op->emitOpError() << "the " << what << " must be in bf16, f16, "
                             << "i8 or i16, but is in " << element;
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
