//===- derived_shapes.cpp - Shapes of weights made of weights -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/weights/derived_shapes.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace emblem::frontend;

using Derivation = WeightDerivation;

SmallVector<int64_t, 4> emblem::frontend::sidesOf(ArrayRef<int64_t> shape) {
  SmallVector<int64_t, 4> sides(shape);
  for (size_t i = 0; sides.size() > 2 && i + 1 < sides.size();)
    if (sides[i] == 1)
      sides.erase(sides.begin() + i);
    else
      ++i;
  return sides;
}

bool emblem::frontend::isReadAs(ArrayRef<int64_t> stored,
                                ArrayRef<int64_t> wanted) {
  SmallVector<int64_t, 4> from = sidesOf(stored), to = sidesOf(wanted);
  // Which of the sides is the first would not be known any more.
  if (wanted.size() > 2 && wanted.front() == 1)
    return false;
  if (from.size() == 1 && to.size() == 2 && to[0] == 1)
    return from[0] == to[1];
  if (from.size() == 2 && to.size() == 1 && from[0] == 1)
    return from[1] == to[0];
  return from == to;
}

std::string emblem::frontend::shapeText(ArrayRef<int64_t> shape) {
  return formatv("[{0:$[, ]}]", make_range(shape.begin(), shape.end()));
}

namespace {
struct ViewInference {
  const WeightExpression &weight;
  ArrayRef<WeightView> operands;

  ArrayRef<int64_t> shape(size_t index) const { return operands[index].shape; }
  /// "weight 'w' is [3, 2]"
  std::string say(size_t index) const {
    return weight.operand(index).describe() + " is " + shapeText(shape(index));
  }
  WeightView floats(ArrayRef<int64_t> shape) const {
    return {ElementType::F32, SmallVector<int64_t, 4>(shape), nullptr};
  }
  /// What is only moved about keeps its type.
  WeightView moved(ArrayRef<int64_t> shape) const {
    return {operands[0].type, SmallVector<int64_t, 4>(shape), nullptr};
  }

  Expected<WeightView> operator()(std::monostate) const {
    llvm_unreachable("a derivation has an operation");
  }

  Expected<WeightView> operator()(const Derivation::Rows &rows) const {
    if (shape(0).empty() || rows.first < 0 || rows.first >= rows.last ||
        rows.last > shape(0).front())
      return createStringError(say(0) + ", and the model asks for rows " +
                               Twine(rows.first) + " to " + Twine(rows.last));
    SmallVector<int64_t, 4> sides(shape(0));
    sides.front() = rows.last - rows.first;
    return moved(sides);
  }

  Expected<WeightView> operator()(const Derivation::OnePlus &) const {
    return floats(shape(0));
  }

  Expected<WeightView> operator()(const Derivation::ScaledRows &) const {
    if (shape(0).empty() || operands[1].elementCount() != shape(0).front())
      return createStringError(say(0) + ", and " + say(1) +
                               ", which is not a factor for each of its rows");
    return floats(shape(0));
  }

  Expected<WeightView> operator()(const Derivation::Difference &) const {
    if (!isReadAs(shape(0), shape(1)))
      return createStringError(say(0) + ", and what it is less, " + say(1));
    return floats(shape(0));
  }

  Expected<WeightView> operator()(const Derivation::Transposed &) const {
    if (shape(0).size() != 2)
      return createStringError(say(0) +
                               ", and only a matrix can be transposed");
    return moved({shape(0)[1], shape(0)[0]});
  }

  Expected<WeightView> operator()(const Derivation::Resized &resized) const {
    int64_t width = shape(0).empty() ? 1 : shape(0).back();
    int64_t rows = operands[0].elementCount() / std::max<int64_t>(width, 1);
    int64_t before = rows - resized.from * resized.from;
    if (before < 0)
      return createStringError(
          say(0) + ", which is less than the square of " + Twine(resized.from) +
          " x " + Twine(resized.from) + " positions that is resized");
    return floats({before + resized.to * resized.to, width});
  }

  Expected<WeightView> operator()(const Derivation::LowRankSum &) const {
    int64_t rank = shape(1).empty() ? 0 : shape(1).back();
    if (shape(0).size() != 2 || rank < 1 ||
        operands[1].elementCount() != shape(0)[0] * rank ||
        operands[2].elementCount() != rank * shape(0)[1])
      return createStringError(
          say(0) + ", and its adapter adds " + shapeText(shape(1)) + " times " +
          shapeText(shape(2)) + ", which is of another size");
    return floats(shape(0));
  }

  Expected<WeightView> operator()(const Derivation::Unpacked &unpacked) const {
    int64_t rowBits = unpacked.columns * unpacked.bits;
    if (operands[0].type != ElementType::U8 ||
        unpacked.columns > INT64_MAX / 8 ||
        operands[0].elementCount() % unpacked.rows != 0 ||
        operands[0].elementCount() / unpacked.rows <
            int64_t(divideCeil(rowBits, 8)))
      return createStringError(
          say(0) + " of " + getInfo(operands[0].type).name +
          ", which does not hold " + Twine(unpacked.rows) + " rows of " +
          Twine(unpacked.columns) + " integers of " + Twine(unpacked.bits) +
          " bits");
    return WeightView{
        ElementType::U8, {unpacked.rows, unpacked.columns}, nullptr};
  }

  Expected<WeightView> operator()(const Derivation::Dequantised &how) const {
    int64_t sides[2] = {1, 1};
    if (!isInteger(operands[0].type) || shape(0).empty() || shape(0).size() > 2)
      return createStringError(say(0) + " of " +
                               getInfo(operands[0].type).name +
                               ", and a matrix of integers is dequantised");
    llvm::copy(shape(0), shape(0).size() == 2 ? sides : sides + 1);
    if (how.axis == 0 && shape(0).size() == 1)
      std::swap(sides[0], sides[1]);
    int64_t scales = sides[how.axis];
    if (how.block > 0)
      scales = divideCeil(scales, how.block) * sides[1 - how.axis];
    for (size_t i = 1; i < operands.size(); ++i)
      if (int64_t count = operands[i].elementCount();
          count != 1 && count != scales)
        return createStringError(say(i) + ", and " + say(0) + ", which needs " +
                                 Twine(scales) + " of them");
    return floats(shape(0));
  }
};
} // namespace

Expected<WeightView>
emblem::frontend::inferView(const WeightExpression &weight,
                            ArrayRef<WeightView> operands) {
  return std::visit(ViewInference{weight, operands},
                    weight.derivation.operation);
}
