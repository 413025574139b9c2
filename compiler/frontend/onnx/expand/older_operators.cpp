//===- older_operators.cpp - Operators of opsets before 13 ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// What is an input today was an attribute, and Softmax joined sides.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/onnx/expand/expansions.h"

using namespace llvm;
using namespace emblem;
using namespace emblem::frontend;
using namespace emblem::frontend::onnx;

static ValuePtr attributeAsInput(PlainNodes &nodes, const char *name) {
  auto numbers = nodes.getNode().integers(name);
  return numbers ? makeConstant(Tensor::integers(*numbers)) : nullptr;
}

// What onnxruntime had before ONNX.
Values onnx::expandSame(PlainNodes &nodes) {
  const Node &node = nodes.getNode();
  if (!nodes.has(1))
    return {};
  return {nodes.add(node.operation, {nodes.input(0), nodes.input(1)},
                    node.attributes)};
}

// Squeeze, Unsqueeze, ReduceSum
Values onnx::expandAxesAttribute(PlainNodes &nodes) {
  const Node &node = nodes.getNode();
  if (!nodes.has(1))
    return {};
  return {nodes.add(node.operation,
                    {nodes.input(0), attributeAsInput(nodes, "axes")},
                    {{"keepdims", node.integer("keepdims", 1)}})};
}

Values onnx::expandSplitAttribute(PlainNodes &nodes) {
  const Node &node = nodes.getNode();
  if (!nodes.has(1))
    return {};
  return nodes.addAll("Split",
                      {nodes.input(0), attributeAsInput(nodes, "split")},
                      {{"axis", node.integer("axis", 0)}}, node.outputs.size());
}

// Of all sides from the axis on.
Values onnx::expandOldSoftmax(PlainNodes &nodes) {
  if (!nodes.has(1))
    return {};
  int64_t axis = nodes.getNode().integer("axis", 1),
          rank = nodes.input(0)->shape.size();
  if (axis != -1 && axis != rank - 1)
    return nodes.fail("it is of more than the last side, as before opset 13");
  return {nodes.add("Softmax", {nodes.input(0)}, {{"axis", int64_t(-1)}})};
}

// Before opset 11.
Values onnx::expandClipAttributes(PlainNodes &nodes) {
  const Node &node = nodes.getNode();
  if (!nodes.has(1))
    return {};
  auto bound = [&](const char *name) -> ValuePtr {
    if (!node.attributes.count(name))
      return nullptr;
    return nodes.number(node.number(name, 0.0));
  };
  return {nodes.add("Clip", {nodes.input(0), bound("min"), bound("max")})};
}
