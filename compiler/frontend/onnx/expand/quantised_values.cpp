//===- quantised_values.cpp - Numbers as integers, and back ---------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A value that depends on the text is not quantised: its integers stand for the
// numbers that they were made of, and these are what is known of them. Where
// a DynamicQuantizeLinear made them, the scale is 1 and the zero 0, so that a
// graph's own arithmetic on integers gives the product of the numbers.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/onnx/expand/expansions.h"

using namespace llvm;
using namespace emblem;
using namespace emblem::frontend;
using namespace emblem::frontend::onnx;

static bool areEqual(const ValuePtr &a, const ValuePtr &b, double absent) {
  auto values = [&](const ValuePtr &value) {
    return value && value->as<Constant>() ? read(*value).values
                                          : std::vector<double>{absent};
  };
  return values(a) == values(b);
}

Values onnx::expandQuantize(PlainNodes &nodes) {
  if (!nodes.has(2))
    return {};
  nodes.getQuantised()[nodes.getNode().outputs.front()] = {nodes.input(1),
                                                           nodes.input(2)};
  return {nodes.input(0)};
}

Values onnx::expandDynamicQuantize(PlainNodes &nodes) {
  if (!nodes.has(1))
    return {};
  ValuePtr scale = nodes.number(1.0),
           zero = makeConstant(Tensor::scalar(TensorKind::Integer, 0.0));
  nodes.getQuantised()[nodes.getNode().outputs.front()] = {scale, zero};
  return {nodes.input(0), scale, zero};
}

// Integers that are known: a weight's. What a graph made of numbers is numbers.
static bool isStored(const ValuePtr &value) {
  if (value->as<TakenIntegers>())
    return true;
  Constant *constant = value->as<Constant>();
  if (!constant || !constant->weight.empty())
    return false;
  return isIntegers(value) || read(*value).kind == TensorKind::Integer;
}

static ValuePtr widenStored(PlainNodes &nodes, const ValuePtr &value,
                            const ValuePtr &scale, const ValuePtr &zero,
                            int64_t axis, int64_t block) {
  int64_t rank = value->shape.size(), count = countElements(scale->shape);
  if (!scale->as<Constant>() || (zero && !zero->as<Constant>()))
    return nodes.fail("its scale depends on the text"), nullptr;
  axis = axis < 0 ? axis + rank : axis;
  if (count == 1) {
    axis = std::max<int64_t>(rank - 1, 0);
    block = 0;
  } else if (axis < 0 || axis >= rank) {
    return nodes.fail("its axis " + Twine(axis) + " is none of " + Twine(rank)),
           nullptr;
  }
  if (TakenIntegers *taken = value->as<TakenIntegers>()) {
    if (block != 0 || axis + 1 != rank)
      return nodes.fail("it has a scale for each token"), nullptr;
    ValuePtr table = dequantised(taken->table, scale, zero, /*axis=*/1, 0);
    return nodes.add("Gather", {table, taken->indices});
  }
  int64_t side = rank == 0 ? 1 : value->shape[axis];
  int64_t others =
      rank == 0 || side == 0 ? 1 : countElements(value->shape) / side;
  int64_t needed = block == 0 ? side : (side + block - 1) / block * others;
  for (const ValuePtr &part : {scale, zero})
    if (part && countElements(part->shape) != 1 &&
        countElements(part->shape) != needed)
      return nodes.fail("its scale or zero is " + shapeText(part->shape) +
                        " for " + shapeText(value->shape)),
             nullptr;
  return dequantised(value, scale, zero, axis, block);
}

ValuePtr onnx::widen(PlainNodes &nodes, size_t index, size_t scale, size_t zero,
                     int64_t axis) {
  const Node &node = nodes.getNode();
  ValuePtr value = nodes.input(index), by = nodes.input(scale),
           from = nodes.input(zero);
  if (!value || !by)
    return nodes.fail("its input " + Twine(value ? scale : index) +
                      " is missing"),
           nullptr;
  if (isStored(value)) {
    int64_t block = node.integer("block_size", 0);
    if (block < 0 || block > INT32_MAX)
      return nodes.fail("it has blocks of " + Twine(block)), nullptr;
    return widenStored(nodes, value, by, from, axis, block);
  }
  auto known = nodes.getQuantised().find(node.inputs[index]);
  if (known != nodes.getQuantised().end() &&
      (!areEqual(known->second.scale, by, 1.0) ||
       !areEqual(known->second.zero, from, 0.0)))
    return nodes.fail("its values were quantised by another scale or zero"),
           nullptr;
  return value;
}

Values onnx::expandDequantize(PlainNodes &nodes) {
  return {widen(nodes, 0, 1, 2, nodes.getNode().integer("axis", 1))};
}
