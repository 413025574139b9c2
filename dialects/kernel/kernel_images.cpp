//===- kernel_images.cpp - Costs and constraints of image kernels ---------===//
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

// A patch is read once.
Work PatchesOp::getWork() {
  double pixels = widthOf(getWritten(*this));
  return {.bytesPerRow =
              pixels * bitsOf(getInput()) / 8 + getWrittenBytes(*this)};
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
  return {.flopsPerRow = double(getWindow()[0] * getWindow()[1]) *
                         widthOf(getWritten(*this)),
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
  return {.flopsPerToken = 6 * width, .bytesPerRow = getWrittenBytes(*this)};
}

//===----------------------------------------------------------------------===//
// What passes ask
//===----------------------------------------------------------------------===//

SmallVector<NarrowOperand> Conv2dOp::getNarrowOperands() {
  return {{&getInputMutable(), NarrowKind::DotRows},
          {&getWeightMutable(), NarrowKind::DotWeight}};
}

// Pairs of channels.
bool Conv2dOp::multiplies(Type rows, Type weight) {
  return rows == weight &&
         (rows.isF32() || (isNarrowFloat(rows) && getImage()[2] % 2 == 0));
}

bool Conv2dOp::readsPixels() { return true; }
OpOperand &Conv2dOp::getPackedOperand() { return getWeightMutable(); }

bool Pad2dOp::mayWriteBf16() { return true; }

//===----------------------------------------------------------------------===//
// Constraints
//===----------------------------------------------------------------------===//

static bool areAtLeast(ArrayRef<int64_t> numbers, size_t count, int64_t least) {
  return numbers.size() == count && llvm::all_of(numbers, [&](int64_t number) {
           return number >= least && number <= INT32_MAX;
         });
}

static int64_t getPixels(ArrayRef<int64_t> image) {
  return image[0] * image[1] * image[2];
}

/// The input as wide as `image` says, and f32 but for `narrow`, which may be
/// bf16.
template <typename OpT>
static LogicalResult verifyImages(OpT op, ArrayRef<int64_t> image,
                                  Value narrow = {}) {
  if (failed(verifyForm(op)))
    return failure();
  for (Value rows : {Value(op.getInput()), getWritten(op)}) {
    Type element = elementOf(rows);
    if (!element.isF32() && !(rows == narrow && isNarrowFloat(element)))
      return op.emitOpError() << "works on f32, not " << element;
  }
  if (!areAtLeast(image, 3, 1))
    return op.emitOpError("image is a height, a width and channels, all "
                          "positive");
  return verifyTrueWidth(op, getPixels(image), op.getInput(), "input");
}

/// Two numbers each, and a window that fits into an image.
static LogicalResult verifyWindow(Operation *op, StringRef name,
                                  ArrayRef<int64_t> image,
                                  ArrayRef<int64_t> window,
                                  ArrayRef<int64_t> stride,
                                  ArrayRef<int64_t> padding) {
  if (!areAtLeast(window, 2, 1) || !areAtLeast(stride, 2, 1) ||
      !areAtLeast(padding, 2, 0))
    return op->emitOpError() << name
                             << " and stride are two positive numbers each, "
                                "and a padding two that are not negative";
  for (int i : {0, 1})
    if (window[i] > image[i] + 2 * padding[i] || 2 * padding[i] > window[i])
      return op->emitOpError()
             << "a " << name << " of " << window[i] << " does not fit into "
             << image[i] << " pixels with a padding of " << padding[i];
  return success();
}

LogicalResult PatchesOp::verify() {
  // patches_c4, patches_c1, patches_c2
  if (failed(verifyImages(*this, getImage())) ||
      failed(
          verifyWindow(*this, "patch", getImage(), getPatch(), {1, 1}, {0, 0})))
    return failure();
  if (getPrefixAttr().getInt() < 0)
    return emitOpError() << "prefix must not be negative, but is "
                         << getPrefixAttr().getInt();
  // patches_c3
  return verifyTrueWidth(*this, getPatch()[0] * getPatch()[1] * getImage()[2],
                         getWritten(*this), "result");
}

LogicalResult Conv2dOp::verify() {
  // conv2d_c5, conv2d_c1, conv2d_c2
  if (failed(verifyImages(*this, getImage(), /*narrow=*/getInput())) ||
      failed(verifyWindow(*this, "window", getImage(), getWindow(), getStride(),
                          {0, 0})))
    return failure();
  int64_t outputs = getOutputsCountAttr().getInt();
  ShapedType weight = getWeight().getType();
  bool panels = weight.getRank() > 2, pairs = weight.getRank() == 4;
  // conv2d_c3
  if (isBuffers(*this) && !panels)
    return emitOpError("takes buffers, so its weight must be in panels");
  // conv2d_c5
  Type element = elementOf(getInput());
  if (weight.getElementType() != element ||
      (panels && pairs != isNarrowFloat(element)) ||
      (pairs && weight.getDimSize(3) != 2))
    return emitOpError() << "takes a matrix, or panels, of its input's "
                         << element << ", of bf16 and f16 in pairs; not "
                         << weight;
  if (isNarrowFloat(element) && getImage()[2] % 2 != 0)
    return emitOpError() << "in " << element
                         << " takes pairs of channels, and not "
                         << getImage()[2];
  // conv2d_c3
  int64_t inputs = getWindow()[0] * getWindow()[1] * getImage()[2];
  int64_t given = weight.getDimSize(1) * (pairs ? 2 : 1);
  if (given != inputs)
    return emitOpError() << "the weight takes " << given
                         << " inputs, but a window has " << inputs;
  int64_t width = panels ? weight.getDimSize(2) : 1;
  int64_t columns = weight.getDimSize(0) * width;
  if (outputs < 1 || columns < outputs || columns - outputs >= width)
    return emitOpError() << "the weight has " << columns
                         << " columns, but outputs is " << outputs;
  if (failed(verifyWidth(*this, "bias", getBias(), "the weight has", columns,
                         Match::AtLeast)))
    return failure();
  // conv2d_c4
  return verifyTrueWidth(*this, getResultSide(0) * getResultSide(1) * outputs,
                         getWritten(*this), "result");
}

LogicalResult Pool2dOp::verify() {
  // pool2d_c4, pool2d_c1, pool2d_c2
  if (failed(verifyImages(*this, getImage())) ||
      failed(verifyWindow(*this, "window", getImage(), getWindow(), getStride(),
                          getPadding())))
    return failure();
  // pool2d_c3
  return verifyTrueWidth(*this,
                         getResultSide(0) * getResultSide(1) * getImage()[2],
                         getWritten(*this), "result");
}

LogicalResult Pad2dOp::verify() {
  // pad2d_c3, pad2d_c1
  if (failed(verifyImages(*this, getImage(), /*narrow=*/getWritten(*this))))
    return failure();
  if (!areAtLeast(getPadding(), 2, 0))
    return emitOpError("padding is two numbers, not negative");
  // pad2d_c2
  return verifyTrueWidth(
      *this,
      getPixels({getImage()[0] + 2 * getPadding()[0],
                 getImage()[1] + 2 * getPadding()[1], getImage()[2]}),
      getWritten(*this), "result");
}

LogicalResult AttentionPoolOp::verify() {
  // attention_pool_c3
  if (failed(verifyForm(*this)))
    return failure();
  for (Value value : {Value(getInput()), Value(getQuery()), getWritten(*this)})
    if (!elementOf(value).isF32())
      return emitOpError() << "works on f32, not " << elementOf(value);
  // attention_pool_c1
  int64_t heads = getHeadsAttr().getInt(), size = getHeadSizeAttr().getInt();
  if (heads < 1 || size < 1 || heads > INT32_MAX / size)
    return emitOpError("heads and head_size must be positive");
  if (failed(verifyTrueWidth(*this, 2 * heads * size, getInput(), "input")) ||
      failed(verifyWidth(*this, "query", getQuery(), "the heads are",
                         heads * size, Match::AtLeast)) ||
      failed(verifyTrueWidth(*this, heads * size, getWritten(*this), "result")))
    return failure();
  // attention_pool_c2
  const APFloat &scale = getScale();
  if (!scale.isFiniteNonZero() || scale.isNegative())
    return emitOpError() << "scale must be positive and finite, but is "
                         << getScaleAttr();
  return success();
}
