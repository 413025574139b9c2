//===- fused_products.cpp - Products with what comes before and after -----===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/onnx/expand/expansions.h"

#include <numeric>

using namespace llvm;
using namespace emblem;
using namespace emblem::frontend;
using namespace emblem::frontend::onnx;

// `ofBatch`: the first side goes behind those before the last; `ofMatrix`: the
// last two are exchanged.
static ValuePtr transposeSides(PlainNodes &nodes, const ValuePtr &value,
                               bool ofBatch, bool ofMatrix) {
  size_t rank = value->shape.size();
  if (rank < 2 || (!ofBatch && !ofMatrix))
    return value;
  std::vector<int64_t> order(rank);
  std::iota(order.begin(), order.end(), 0);
  if (ofBatch)
    std::rotate(order.begin(), order.begin() + 1, order.end() - 1);
  if (ofMatrix)
    std::swap(order[rank - 1], order[rank - 2]);
  return nodes.add("Transpose", {value}, {{"perm", order}});
}

Values onnx::expandFusedMatMul(PlainNodes &nodes) {
  const Node &node = nodes.getNode();
  if (!nodes.has(2))
    return {};
  auto flag = [&](const char *name) { return node.integer(name, 0) != 0; };
  ValuePtr a = transposeSides(nodes, nodes.input(0), flag("transBatchA"),
                              flag("transA"));
  ValuePtr b = transposeSides(nodes, nodes.input(1), flag("transBatchB"),
                              flag("transB"));
  if (nodes.failed())
    return {};
  double alpha = node.number("alpha", 1.0);
  if (alpha == 1.0)
    return {nodes.add("MatMul", {a, b})};
  // A layer's weight is scaled, scores are as a whole.
  if (b->as<Constant>())
    return {
        nodes.add("MatMul", {a, nodes.add("Mul", {b, nodes.number(alpha)})})};
  return {nodes.add("Mul", {nodes.add("MatMul", {a, b}), nodes.number(alpha)})};
}

// A Gemm and its activation, by the name of that.
Values onnx::expandFusedGemm(PlainNodes &nodes) {
  const Node &node = nodes.getNode();
  if (!nodes.has(2))
    return {};
  std::string activation = node.text("activation");
  if (activation != "Relu" && activation != "Sigmoid" && activation != "Tanh" &&
      activation != "Gelu")
    return nodes.fail("its activation '" + activation + "' is not known here");
  PlainNodes::Attributes attributes;
  for (const char *name : {"alpha", "beta", "transA", "transB"})
    if (auto found = node.attributes.find(name); found != node.attributes.end())
      attributes[name] = found->second;
  ValuePtr product =
      nodes.add("Gemm", {nodes.input(0), nodes.input(1), nodes.input(2)},
                std::move(attributes));
  return {nodes.add(activation, {product})};
}
