//===- lift_shapes.cpp - Parts and shapes of values, and choices ----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/onnx/fold/fold.h"
#include "compiler/frontend/onnx/lift/attention_terms.h"
#include "compiler/frontend/onnx/lift/lifter.h"

using namespace llvm;
using namespace emblem;
using namespace emblem::frontend;
using namespace emblem::frontend::onnx;

//===----------------------------------------------------------------------===//
// Parts
//===----------------------------------------------------------------------===//

Expected<ValuePtr> Lifter::liftSlice(const Node &node, Inputs inputs) {
  const ValuePtr &input = inputs[0];
  std::vector<const Tensor *> tensors = {nullptr};
  for (size_t i = 1; i < inputs.size(); ++i)
    tensors.push_back(constantAt(inputs, i));
  auto ranges = readSlice(input->shape, tensors);
  if (!ranges)
    return ranges.takeError();
  SmallVector<size_t> cut;
  for (auto [axis, range] : llvm::enumerate(*ranges)) {
    if (range.step != 1)
      return notKnown();
    if (range.count != input->shape[axis])
      cut.push_back(axis);
  }
  if (cut.empty())
    return input;
  if (cut.size() != 1)
    return notKnown();
  size_t axis = cut.front(), rank = input->shape.size();
  const Range &range = (*ranges)[axis];
  if (axis + 2 == rank && range.count == 1)
    return takeToken(input, range.start, /*keepSide=*/true);
  if (axis + 1 == rank && range.count > 0)
    return takeFeatures(input, range.start, range.start + range.count);
  return notKnown();
}

// Of a linear layer that joins several.
Expected<ValuePtr> Lifter::takeFeatures(const ValuePtr &input, int64_t first,
                                        int64_t last) {
  Projection *whole = input->as<Projection>();
  if (!whole || first < 0 || last > input->shape.back())
    return notKnown();
  Projection part = *whole;
  part.weight = sliced(whole->weight, first, last);
  if (whole->bias)
    part.bias = sliced(whole->bias, first, last);
  Shape shape(input->shape);
  shape.back() = last - first;
  return makeValue(shape, part);
}

Expected<std::vector<ValuePtr>> Lifter::liftSplit(const Node &node,
                                                  Inputs inputs) {
  const ValuePtr &input = inputs[0];
  if (!input || (argument(inputs, 1) && !constantAt(inputs, 1)))
    return createStringError("its sizes depend on the text");
  auto axis = resolveAxis(node.integer("axis", 0), input->shape.size());
  if (!axis)
    return axis.takeError();
  if (*axis + 1 != static_cast<int64_t>(input->shape.size()))
    return notKnown();
  auto sizes = readSplit(node, input->shape.back(), constantAt(inputs, 1));
  if (!sizes)
    return sizes.takeError();
  std::vector<ValuePtr> results;
  int64_t first = 0;
  for (int64_t size : *sizes) {
    auto part = takeFeatures(input, first, first + size);
    if (!part)
      return part.takeError();
    results.push_back(*part);
    first += size;
  }
  return results;
}

//===----------------------------------------------------------------------===//
// Shapes and choices
//===----------------------------------------------------------------------===//

static Shape withoutUnits(ArrayRef<int64_t> shape) {
  Shape result;
  for (int64_t side : shape)
    if (side != 1)
      result.push_back(side);
  return result;
}

Expected<ValuePtr> Lifter::liftReshape(const Node &node, const ValuePtr &input,
                                       ArrayRef<int64_t> shape) {
  if (ArrayRef<int64_t>(input->shape) == shape)
    return input;
  if (Function *function = input->as<Function>()) {
    // One number a row may stand for a row of it: the sides need not agree.
    if (function->base->as<Reduced>())
      return makeValue(shape, *function);
    auto base = liftReshape(node, function->base, shape);
    if (!base)
      return base.takeError();
    return makeValue(shape, Function{*base, function->samples});
  }
  if (withoutUnits(shape) != withoutUnits(input->shape))
    return createStringError("it reshapes " + shapeText(input->shape) + " to " +
                             shapeText(shape));
  auto result = std::make_shared<LiftedValue>(*input);
  result->shape.assign(shape.begin(), shape.end());
  return result;
}

// A mask that is all true, or one that becomes a term of scores.
Expected<ValuePtr> Lifter::liftWhere(Inputs inputs) {
  if (inputs.size() != 3 || !inputs[0] || !inputs[1] || !inputs[2] ||
      !inputs[0]->as<Constant>())
    return createStringError("its condition depends on the text");
  const Tensor &condition = read(*inputs[0]);
  if (auto all = condition.uniform()) {
    const ValuePtr &chosen = *all != 0.0 ? inputs[1] : inputs[2];
    const ValuePtr &other = *all != 0.0 ? inputs[2] : inputs[1];
    auto shape = broadcastShapes(condition.shape, other->shape);
    if (shape && broadcastShapes(*shape, chosen->shape) == chosen->shape)
      return chosen;
    return notKnown();
  }
  bool constantFirst = inputs[1]->as<Constant>();
  const ValuePtr &scores = inputs[constantFirst ? 2 : 1];
  const ValuePtr &masked = inputs[constantFirst ? 1 : 2];
  auto value = masked->as<Constant>() ? read(*masked).uniform() : std::nullopt;
  if (!value || *value > -1e4)
    return notKnown();
  if (!asFunction(scores).base->as<Scores>())
    return notKnown();
  Tensor shown = condition;
  for (double &element : shown.values)
    element = (element != 0.0) != constantFirst;
  return addTerm(scores, makeMask(shown));
}
