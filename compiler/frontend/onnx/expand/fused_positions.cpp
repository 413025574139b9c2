//===- fused_positions.cpp - Positions that are one node ------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/onnx/expand/expansions.h"

using namespace llvm;
using namespace emblem;
using namespace emblem::frontend;
using namespace emblem::frontend::onnx;

// ONNX's own of that name, whose positions come last; one that is a number is
// the first of them.
Values onnx::expandRotaryEmbedding(PlainNodes &nodes) {
  const Node &node = nodes.getNode();
  if (!nodes.has(4))
    return {};
  if (node.integer("is_packed_batching", 0) || node.number("scale", 1.0) != 1.0)
    return nodes.fail("it is packed or scaled (is_packed_batching, scale)");
  ValuePtr rows = nodes.input(0), positions = nodes.input(1),
           cosines = nodes.input(2), sines = nodes.input(3);
  const Tensor *places = nodes.constant(1);
  if (!places || cosines->shape.size() != 2 || cosines->shape[1] < 1 ||
      rows->shape.empty())
    return nodes.fail("its positions depend on the text, or it has no angles");
  if (places->values.size() == 1 && nodes.getLength() != 1) {
    std::vector<int64_t> all;
    for (int64_t i = 0; i < nodes.getLength(); ++i)
      all.push_back(places->toIntegers().front() + i);
    Tensor row = Tensor::integers(all);
    row.shape = {1, nodes.getLength()};
    positions = makeConstant(std::move(row));
  }
  int64_t turned = node.integer("rotary_embedding_dim", 0),
          heads = node.integer("num_heads", 0), width = rows->shape.back(),
          size = 2 * cosines->shape.back();
  if (heads == 0 && rows->shape.size() == 3 && width % size == 0)
    heads = width / size;
  cosines = nodes.add("Gather", {cosines, positions});
  sines = nodes.add("Gather", {sines, positions});
  return {nodes.add("RotaryEmbedding", {rows, cosines, sines},
                    {{"num_heads", heads},
                     {"interleaved", node.integer("interleaved", 0)},
                     {"rotary_embedding_dim", turned}})};
}

// A row of the table for the distance of each query and key, in T5's buckets.
Values onnx::expandRelativePositionBias(PlainNodes &nodes) {
  const Node &node = nodes.getNode();
  ValuePtr table = nodes.input(0);
  if (!nodes.has(3))
    return {};
  int64_t length = nodes.getLength(),
          distance = node.integer("max_distance", 0);
  for (size_t index : {1, 2})
    if (const Tensor *side = nodes.constant(index);
        !side || side->uniform() != double(length))
      return nodes.fail("its sides are not those of the text");
  if (!node.integer("is_bidirectional", 0) || table->shape.size() != 2 ||
      table->shape[0] < 4 || table->shape[0] % 2 != 0 ||
      distance <= table->shape[0] / 4)
    return nodes.fail("only buckets of both directions are known");
  Tensor buckets = Tensor::filled(TensorKind::Integer, {length, length}, 0.0);
  for (int64_t i = 0; i < length; ++i)
    for (int64_t j = 0; j < length; ++j)
      buckets.values[i * length + j] =
          double(emb::getPositionBucket(j - i, table->shape[0], distance));
  ValuePtr rows =
      nodes.add("Gather", {table, makeConstant(std::move(buckets))});
  ValuePtr heads =
      nodes.add("Transpose", {rows}, {{"perm", std::vector<int64_t>{2, 0, 1}}});
  return {nodes.add("Unsqueeze", {heads, makeConstant(Tensor::integers({0}))})};
}
