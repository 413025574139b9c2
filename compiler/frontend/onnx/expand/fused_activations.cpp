//===- fused_activations.cpp - Activations that are one node --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/onnx/expand/expansions.h"

using namespace llvm;
using namespace emblem;
using namespace emblem::frontend;
using namespace emblem::frontend::onnx;

static ValuePtr addGelu(PlainNodes &nodes, const ValuePtr &x,
                        const char *approximate) {
  return nodes.add("Gelu", {x}, {{"approximate", std::string(approximate)}});
}

Values onnx::expandGelu(PlainNodes &nodes) {
  if (!nodes.has(1))
    return {};
  return {addGelu(nodes, nodes.input(0), "none")};
}

Values onnx::expandBiasGelu(PlainNodes &nodes) {
  if (!nodes.has(2))
    return {};
  ValuePtr sum = nodes.addUp(nodes.input(0), nodes.input(1));
  return {addGelu(nodes, sum, "none")};
}

Values onnx::expandFastGelu(PlainNodes &nodes) {
  if (!nodes.has(1))
    return {};
  ValuePtr sum = nodes.addUp(nodes.input(0), nodes.input(1));
  return {addGelu(nodes, sum, "tanh")};
}

// x * sigmoid(alpha x)
Values onnx::expandQuickGelu(PlainNodes &nodes) {
  if (!nodes.has(1))
    return {};
  ValuePtr x = nodes.input(0);
  double alpha = nodes.getNode().number("alpha", 1.702);
  ValuePtr scaled = nodes.add("Mul", {x, nodes.number(asWritten(alpha))});
  ValuePtr gate = nodes.add("Sigmoid", {scaled});
  return {nodes.add("Mul", {x, gate})};
}
