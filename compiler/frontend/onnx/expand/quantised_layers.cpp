//===- quantised_layers.cpp - Operators on quantised values ---------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/onnx/expand/expansions.h"

using namespace llvm;
using namespace emblem;
using namespace emblem::frontend;
using namespace emblem::frontend::onnx;

static Values quantisedTo(PlainNodes &nodes, const ValuePtr &value,
                          size_t scale) {
  nodes.getQuantised()[nodes.getNode().outputs.front()] = {
      nodes.input(scale), nodes.input(scale + 1)};
  return {value};
}

// "QLinearAdd" is Add.
static std::string plainName(PlainNodes &nodes) {
  return StringRef(nodes.getNode().operation)
      .drop_front(strlen("QLinear"))
      .str();
}

Values onnx::expandQLinearBinary(PlainNodes &nodes) {
  ValuePtr a = widen(nodes, 0, 1, 2), b = widen(nodes, 3, 4, 5);
  return quantisedTo(nodes, nodes.add(plainName(nodes), {a, b}), 6);
}

Values onnx::expandQLinearUnary(PlainNodes &nodes) {
  const Node &node = nodes.getNode();
  ValuePtr x = widen(nodes, 0, 1, 2);
  PlainNodes::Attributes attributes;
  for (const auto &[name, value] : node.attributes)
    if (name != "opset")
      attributes[name] = value;
  return quantisedTo(nodes, nodes.add(plainName(nodes), {x}, attributes), 3);
}

// The result's scale comes first, then each part with its own.
Values onnx::expandQLinearConcat(PlainNodes &nodes) {
  Values parts;
  for (size_t i = 2; i < nodes.countInputs() && !nodes.failed(); i += 3)
    parts.push_back(widen(nodes, i, i + 1, i + 2));
  ValuePtr joined = nodes.add("Concat", parts,
                              {{"axis", nodes.getNode().integer("axis", 0)}});
  return quantisedTo(nodes, joined, 0);
}

Values onnx::expandQLinearWhere(PlainNodes &nodes) {
  if (!nodes.has(1))
    return {};
  ValuePtr yes = widen(nodes, 1, 2, 3), no = widen(nodes, 4, 5, 6);
  return quantisedTo(nodes, nodes.add("Where", {nodes.input(0), yes, no}), 7);
}
