//===- fused_norms.cpp - Norms that are one node with what comes before ---===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/onnx/expand/expansions.h"

using namespace llvm;
using namespace emblem;
using namespace emblem::frontend;
using namespace emblem::frontend::onnx;

static PlainNodes::Attributes normOf(const Node &node, double epsilon) {
  return {{"axis", node.integer("axis", -1)},
          {"epsilon", node.number("epsilon", epsilon)}};
}

// onnxruntime's name for an RMS norm, before ONNX had one.
Values onnx::expandSimplifiedNorm(PlainNodes &nodes) {
  if (!nodes.has(2))
    return {};
  return {nodes.add("RMSNormalization", {nodes.input(0), nodes.input(1)},
                    normOf(nodes.getNode(), 1e-5))};
}

// norm(input + skip + bias). The bias is that of the linear layer before.
Values onnx::expandSkipNorm(PlainNodes &nodes) {
  const Node &node = nodes.getNode();
  bool centered = node.operation == "SkipLayerNormalization";
  if (!nodes.has(3))
    return {};
  ValuePtr input = nodes.input(0), skip = nodes.input(1),
           gamma = nodes.input(2), beta = centered ? nodes.input(3) : nullptr,
           bias = nodes.input(centered ? 4 : 3);
  Projection *layer = skip->as<Projection>();
  if (layer && !layer->bias)
    skip = nodes.addUp(skip, bias);
  else
    input = nodes.addUp(input, bias);
  ValuePtr sum = nodes.add("Add", {input, skip});
  ValuePtr norm = centered ? nodes.add("LayerNormalization", {sum, gamma, beta},
                                       normOf(node, 1e-12))
                           : nodes.add("RMSNormalization", {sum, gamma},
                                       normOf(node, 1e-12));
  return {norm, nullptr, nullptr, sum};
}

//===----------------------------------------------------------------------===//
// Embeddings
//===----------------------------------------------------------------------===//

namespace {
struct EmbedNorm {
  ValuePtr ids, types, words, positions, segments, gamma, beta, mask,
      positionIds;
};
} // namespace

static ValuePtr addTokens(PlainNodes &nodes, const ValuePtr &mask) {
  if (!mask)
    return makeConstant(Tensor::filled(TensorKind::Integer, {1}, 0.0));
  return nodes.add("ReduceSum", {mask, makeConstant(Tensor::integers({1}))},
                   {{"keepdims", int64_t(0)}});
}

static Values expandEmbeddings(PlainNodes &nodes, const EmbedNorm &parts) {
  const Node &node = nodes.getNode();
  if (node.integer("mask_index_type", 0) > 1)
    return nodes.fail("its mask is of the kind " +
                      Twine(node.integer("mask_index_type", 0)));
  ValuePtr positionIds = parts.positionIds;
  if (!positionIds) {
    std::vector<int64_t> places;
    for (int64_t i = 0; i < nodes.getLength(); ++i)
      places.push_back(i);
    Tensor row = Tensor::integers(places);
    row.shape = {1, nodes.getLength()};
    positionIds = makeConstant(std::move(row));
  }
  ValuePtr sum = nodes.add("Gather", {parts.words, parts.ids});
  ValuePtr positions = nodes.add("Gather", {parts.positions, positionIds});
  sum = nodes.add("Add", {sum, positions});
  if (parts.segments && parts.types)
    sum = nodes.add("Add",
                    {sum, nodes.add("Gather", {parts.segments, parts.types})});
  ValuePtr norm =
      nodes.add("LayerNormalization", {sum, parts.gamma, parts.beta},
                normOf(node, 1e-12));
  return {norm, addTokens(nodes, parts.mask), sum};
}

Values onnx::expandEmbedNorm(PlainNodes &nodes) {
  auto at = [&](size_t index) { return nodes.input(index); };
  for (size_t index : {0, 2, 3, 5, 6})
    if (!at(index))
      return nodes.fail("its input " + Twine(index) + " is missing");
  return expandEmbeddings(
      nodes, {at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7), at(8)});
}

// Five tables, of integers; then their scales, and then their zeros.
Values onnx::expandQuantisedEmbedNorm(PlainNodes &nodes) {
  auto at = [&](size_t index) { return nodes.input(index); };
  ValuePtr tables[5];
  for (size_t i = 0; i < 5; ++i) {
    if (!at(i + 2) && i == 2)
      continue;
    if (!at(i + 2) || !at(i + 8))
      return nodes.fail("its input " + Twine(at(i + 2) ? i + 8 : i + 2) +
                        " is missing");
    tables[i] = widen(nodes, i + 2, i + 8, i + 13);
  }
  if (!nodes.has(1) || nodes.failed())
    return {};
  return expandEmbeddings(nodes, {at(0), at(1), tables[0], tables[1], tables[2],
                                  tables[3], tables[4], at(7), nullptr});
}

// Vectors of length 1.
Values onnx::expandLpNorm(PlainNodes &nodes) {
  const Node &node = nodes.getNode();
  if (!nodes.has(1))
    return {};
  if (node.integer("p", 2) != 2)
    return nodes.fail("its p is " + Twine(node.integer("p", 2)) +
                      ", and only 2 is known");
  ValuePtr x = nodes.input(0),
           axis = makeConstant(Tensor::integers({node.integer("axis", -1)}));
  return {nodes.add("Div", {x, nodes.add("ReduceL2", {x, axis})})};
}
