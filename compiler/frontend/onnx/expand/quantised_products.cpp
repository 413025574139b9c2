//===- quantised_products.cpp - Products of integers ----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/onnx/expand/expansions.h"

using namespace llvm;
using namespace emblem;
using namespace emblem::frontend;
using namespace emblem::frontend::onnx;

static ValuePtr withoutZero(PlainNodes &nodes, const ValuePtr &value,
                            const ValuePtr &zero) {
  if (!zero || !value->as<Constant>())
    return value;
  if (!zero->as<Constant>())
    return nodes.fail("its zero depends on the text"), nullptr;
  int64_t count = countElements(zero->shape);
  if (value->shape.size() != 2 || (count != 1 && count != value->shape[1]))
    return nodes.fail("its zero is " + shapeText(zero->shape) + " for " +
                      shapeText(value->shape)),
           nullptr;
  if (!isIntegers(value))
    return nodes.add("Sub", {value, zero});
  return lessZero(value, zero, /*axis=*/1);
}

// Whether the integers of an input are the numbers themselves, or a weight's.
static bool isOfScaleOne(PlainNodes &nodes, size_t index) {
  if (nodes.input(index)->as<Constant>())
    return true;
  auto known = nodes.getQuantised().find(nodes.getNode().inputs[index]);
  if (known != nodes.getQuantised().end()) {
    const ValuePtr &scale = known->second.scale;
    return scale && scale->as<Constant>() && read(*scale).uniform() == 1.0;
  }
  const Tensor *zero = nodes.constant(index + 2);
  return !nodes.input(index + 2) || (zero && zero->uniform() == 0.0);
}

// Of numbers times 1 and integers, or of numbers times 1 both.
Values onnx::expandMatMulInteger(PlainNodes &nodes) {
  if (!nodes.has(2))
    return {};
  for (size_t i = 0; i < 2; ++i)
    if (!isOfScaleOne(nodes, i))
      return nodes.fail("it multiplies integers of a scale that is given, and "
                        "only DynamicQuantizeLinear's are known here");
  ValuePtr a = nodes.input(0),
           b = withoutZero(nodes, nodes.input(1), nodes.input(3));
  return {nodes.add("MatMul", {a, b})};
}

Values onnx::expandMatMulIntegerToFloat(PlainNodes &nodes) {
  ValuePtr a = widen(nodes, 0, 2, 4), b = widen(nodes, 1, 3, 5);
  return {nodes.addUp(nodes.add("MatMul", {a, b}), nodes.input(6))};
}

Values onnx::expandDynamicQuantizeMatMul(PlainNodes &nodes) {
  if (!nodes.has(3))
    return {};
  ValuePtr b = widen(nodes, 1, 2, 3);
  ValuePtr product = nodes.add("MatMul", {nodes.input(0), b});
  return {nodes.addUp(product, nodes.input(4))};
}

static Values quantisedTo(PlainNodes &nodes, const ValuePtr &value,
                          size_t scale, size_t zero) {
  nodes.getQuantised()[nodes.getNode().outputs.front()] = {nodes.input(scale),
                                                           nodes.input(zero)};
  return {value};
}

Values onnx::expandQLinearMatMul(PlainNodes &nodes) {
  ValuePtr a = widen(nodes, 0, 1, 2), b = widen(nodes, 3, 4, 5);
  return quantisedTo(nodes, nodes.add("MatMul", {a, b}), 6, 7);
}

// Its bias has the product of the scales; its result may be of numbers.
Values onnx::expandQGemm(PlainNodes &nodes) {
  const Node &node = nodes.getNode();
  bool isTransposed = node.integer("transB", 0) != 0;
  if (node.number("alpha", 1.0) != 1.0 || node.integer("transA", 0) != 0)
    return nodes.fail("only x * B + C is known (alpha, transA)");
  ValuePtr a = widen(nodes, 0, 1, 2),
           b = widen(nodes, 3, 4, 5, isTransposed ? 0 : 1);
  ValuePtr bias = nodes.input(6);
  if (bias && !nodes.failed()) {
    ValuePtr scale = nodes.add("Mul", {nodes.input(1), nodes.input(4)});
    bias = nodes.add("Mul",
                     {nodes.add("Cast", {bias}, {{"to", int64_t(1)}}), scale});
  }
  ValuePtr product =
      nodes.add("Gemm", {a, b, bias}, {{"transB", int64_t(isTransposed)}});
  return nodes.input(7) ? quantisedTo(nodes, product, 7, 8) : Values{product};
}
