//===- fused_attention.cpp - Attention that is one node -------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Each becomes ONNX's own Attention, of opset 23, of rows [1, n, heads * size].
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/onnx/expand/expansions.h"

#include <cmath>

using namespace llvm;
using namespace emblem;
using namespace emblem::frontend;
using namespace emblem::frontend::onnx;

static constexpr int64_t mostHeads = 1 << 16;

// Fails where an input of a cache is there and not empty.
static bool hasNoCache(PlainNodes &nodes,
                       std::initializer_list<size_t> caches) {
  for (size_t index : caches)
    if (ValuePtr cache = nodes.input(index);
        cache && (!cache->as<Constant>() || countElements(cache->shape) != 0))
      return nodes.fail("it has a cache of keys, input " + Twine(index)), false;
  return true;
}

// A mask of integers: 1, or how many tokens there are, shows all; else which
// pairs of tokens are seen.
static ValuePtr readMask(PlainNodes &nodes, size_t index) {
  int64_t length = nodes.getLength();
  const Tensor *mask = nodes.constant(index);
  if (!nodes.input(index))
    return nullptr;
  if (!mask)
    return nodes.fail("its mask depends on the text"), nullptr;
  size_t count = mask->values.size();
  if (mask->shape.size() == 1) {
    // The end of each text, and then where it begins.
    bool whole = (count == 1 || count == 2) &&
                 mask->values[0] == double(length) &&
                 (count == 1 || mask->values[1] == 0.0);
    return whole ? nullptr
                 : (nodes.fail("its mask is of a part of the text"), nullptr);
  }
  auto all = mask->uniform();
  if (all && *all != 0.0)
    return nullptr;
  // Of BERT's kind of padding, where there is none.
  bool isSquare = count == size_t(length * length) && mask->shape.size() <= 4;
  if (!isSquare || nodes.getNode().number("mask_filter_value", -1e4) > -1e4)
    return nodes.fail("its mask is " + shapeText(mask->shape) +
                      ", and hides less than all of a token"),
           nullptr;
  Tensor seen = *mask;
  seen.kind = TensorKind::Boolean;
  return makeConstant(std::move(seen));
}

static ValuePtr join(PlainNodes &nodes, const ValuePtr &shown,
                     const ValuePtr &bias) {
  if (!shown || !bias)
    return shown ? shown : bias;
  Tensor term = read(*shown);
  term.kind = TensorKind::Float;
  for (double &value : term.values)
    value = value != 0.0 ? 0.0 : -INFINITY;
  return nodes.add("Add", {makeConstant(std::move(term)), bias});
}

namespace {
struct Heads3 {
  ValuePtr query, key, value; // [1, n, heads * size]
  int64_t heads, shared;      // of queries; of keys and values
};
} // namespace

static Values addAttention(PlainNodes &nodes, const Heads3 &heads,
                           const ValuePtr &mask, bool isCausal) {
  const Node &node = nodes.getNode();
  PlainNodes::Attributes attributes = {{"q_num_heads", heads.heads},
                                       {"kv_num_heads", heads.shared},
                                       {"is_causal", int64_t(isCausal)}};
  if (double scale = node.number("scale", 0.0); scale != 0.0)
    attributes["scale"] = scale;
  if (double cap = node.number("softcap", 0.0); cap != 0.0)
    attributes["softcap"] = cap;
  ValuePtr rows = nodes.add(
      "Attention", {heads.query, heads.key, heads.value, mask}, attributes);
  if (nodes.failed() || rows->shape.size() == 3)
    return {rows};
  // Heads that were cut already.
  rows = nodes.add("Transpose", {rows},
                   {{"perm", std::vector<int64_t>{0, 2, 1, 3}}});
  return {
      nodes.add("Reshape", {rows, makeConstant(Tensor::integers({0, 0, -1}))})};
}

// Parts of the last side.
static Values split(PlainNodes &nodes, const ValuePtr &whole,
                    ArrayRef<int64_t> sizes) {
  return nodes.addAll("Split", {whole, makeConstant(Tensor::integers(sizes))},
                      {{"axis", int64_t(-1)}}, sizes.size());
}

//===----------------------------------------------------------------------===//
// With the projections
//===----------------------------------------------------------------------===//

static bool turnsHeads(PlainNodes &nodes) {
  if (nodes.getNode().integer("do_rotary", 0) == 0)
    return false;
  nodes.fail("it turns its heads by a formula of its own (do_rotary)");
  return true;
}

static Values projectAndAttend(PlainNodes &nodes, const ValuePtr &weight,
                               size_t mask, size_t bias) {
  const Node &node = nodes.getNode();
  int64_t width = weight->shape.empty() ? 0 : weight->shape.back();
  int64_t heads = node.integer("num_heads", 0);
  std::vector<int64_t> sizes(3, width / 3);
  if (auto given = node.integers("qkv_hidden_sizes"))
    sizes = *given;
  if (sizes.size() != 3 || heads < 1 || sizes[0] < 1 || sizes[2] < 1 ||
      sizes[0] != sizes[1] || sizes[0] + sizes[1] + sizes[2] != width)
    return nodes.fail("its queries, keys and values are " + shapeText(sizes) +
                      " of " + Twine(width));
  ValuePtr shown = readMask(nodes, mask);
  ValuePtr product = nodes.add("MatMul", {nodes.input(0), weight});
  product = nodes.addUp(product, nodes.input(2));
  Values parts = split(nodes, product, sizes);
  ValuePtr term = join(nodes, shown, bias ? nodes.input(bias) : nullptr);
  return addAttention(nodes, {parts[0], parts[1], parts[2], heads, heads}, term,
                      node.integer("unidirectional", 0) != 0);
}

Values onnx::expandAttention(PlainNodes &nodes) {
  if (!nodes.has(2) || turnsHeads(nodes) || !hasNoCache(nodes, {4, 6}))
    return {};
  return projectAndAttend(nodes, nodes.input(1), /*mask=*/3, /*bias=*/5);
}

Values onnx::expandQuantisedAttention(PlainNodes &nodes) {
  if (!nodes.has(5) || turnsHeads(nodes) || !hasNoCache(nodes, {8}))
    return {};
  ValuePtr weight = widen(nodes, 1, 4, 7);
  if (nodes.failed())
    return {};
  return projectAndAttend(nodes, weight, /*mask=*/5, /*bias=*/0);
}

//===----------------------------------------------------------------------===//
// Without
//===----------------------------------------------------------------------===//

// Queries, keys and values of one input, [1, n, heads, 3, size].
static Values splitPacked(PlainNodes &nodes, const ValuePtr &packed) {
  Values parts;
  ArrayRef<int64_t> shape = packed->shape;
  for (int64_t i = 0; i < shape[3]; ++i) {
    ValuePtr part =
        nodes.add("Slice", {packed, makeConstant(Tensor::integers({i})),
                            makeConstant(Tensor::integers({i + 1})),
                            makeConstant(Tensor::integers({3}))});
    parts.push_back(nodes.add(
        "Reshape", {part, makeConstant(Tensor::integers(
                              {shape[0], shape[1], shape[2] * shape[4]}))}));
  }
  return parts;
}

static void addBiases(PlainNodes &nodes, Heads3 &heads, const ValuePtr &bias) {
  if (!bias || nodes.failed())
    return;
  std::vector<int64_t> sizes;
  for (const ValuePtr &rows : {heads.query, heads.key, heads.value}) {
    if (rows->shape.size() != 3)
      return void(nodes.fail("its bias is of heads that are cut already"));
    sizes.push_back(rows->shape.back());
  }
  if (bias->shape != Shape{sizes[0] + sizes[1] + sizes[2]})
    return void(nodes.fail("its bias is " + shapeText(bias->shape)));
  Values biases =
      nodes.addAll("Split", {bias, makeConstant(Tensor::integers(sizes))},
                   {{"axis", int64_t(0)}}, 3);
  heads.query = nodes.addUp(heads.query, biases[0]);
  heads.key = nodes.addUp(heads.key, biases[1]);
  heads.value = nodes.addUp(heads.value, biases[2]);
}

Values onnx::expandMultiHeadAttention(PlainNodes &nodes) {
  const Node &node = nodes.getNode();
  int64_t count = node.integer("num_heads", 0);
  if (!nodes.has(1) || !hasNoCache(nodes, {6, 7}))
    return {};
  Heads3 heads{nodes.input(0), nodes.input(1), nodes.input(2), count, count};
  if (!heads.key && heads.query->shape.size() == 5) {
    Values parts = splitPacked(nodes, heads.query);
    if (parts.size() != 3)
      return nodes.fail("its query is " + shapeText(heads.query->shape));
    heads = {parts[0], parts[1], parts[2], count, count};
  } else if (heads.key && !heads.value && heads.key->shape.size() == 5) {
    Values parts = splitPacked(nodes, heads.key);
    if (parts.size() != 2)
      return nodes.fail("its key is " + shapeText(heads.key->shape));
    heads = {heads.query, parts[0], parts[1], count, count};
  } else if (!nodes.has(3)) {
    return {};
  }
  addBiases(nodes, heads, nodes.input(3));
  ValuePtr term = join(nodes, readMask(nodes, 4), nodes.input(5));
  if (nodes.failed())
    return {};
  return addAttention(nodes, heads, term,
                      node.integer("unidirectional", 0) != 0);
}

//===----------------------------------------------------------------------===//
// Of decoders
//===----------------------------------------------------------------------===//

// Each token sees so many before itself, and itself.
static ValuePtr makeWindow(int64_t length, int64_t before) {
  Tensor seen = Tensor::filled(TensorKind::Boolean, {length, length}, 0.0);
  for (int64_t i = 0; i < length; ++i)
    for (int64_t j = 0; j < length; ++j)
      seen.values[i * length + j] = i - j <= before;
  return makeConstant(std::move(seen));
}

static bool areWhole(PlainNodes &nodes) {
  const Tensor *last = nodes.constant(5), *total = nodes.constant(6);
  double length = double(nodes.getLength());
  if (last && last->values.size() == 1 && last->values[0] == length - 1.0 &&
      (!total || (total->values.size() == 1 && total->values[0] == length)))
    return true;
  return nodes.fail("its lengths (seqlens_k) are not that of the text"), false;
}

static bool isPlain(PlainNodes &nodes) {
  const Node &node = nodes.getNode();
  for (const char *name : {"smooth_softmax", "qk_output", "kv_cache_bit_width"})
    if (int64_t value = node.integer(name, 0); value > 0)
      return nodes.fail("its attribute '" + Twine(name) + "' is " +
                        Twine(value) + ", which is not known here"),
             false;
  for (const char *name : {"k_quant_type", "v_quant_type"})
    if (std::string type = node.text(name); !type.empty() && type != "NONE")
      return nodes.fail("its cache is quantised (" + Twine(name) + ")"), false;
  for (size_t index = 11; index < nodes.countInputs(); ++index)
    if (nodes.input(index))
      return nodes.fail("its input " + Twine(index) + " is not known here"),
             false;
  return true;
}

static void turn(PlainNodes &nodes, Heads3 &heads) {
  const Node &node = nodes.getNode();
  if (node.integer("do_rotary", 0) == 0)
    return;
  ValuePtr positions = nodes.input(9), cosines = nodes.input(7),
           sines = nodes.input(8);
  if (!cosines || !sines || cosines->shape.size() != 2)
    return void(nodes.fail("it turns its heads, and has no angles"));
  int64_t turned = 2 * cosines->shape[1];
  if (!positions) {
    std::vector<int64_t> places;
    for (int64_t i = 0; i < nodes.getLength(); ++i)
      places.push_back(i);
    Tensor row = Tensor::integers(places);
    row.shape = {1, nodes.getLength()};
    positions = makeConstant(std::move(row));
  }
  cosines = nodes.add("Gather", {cosines, positions});
  sines = nodes.add("Gather", {sines, positions});
  for (auto [rows, count] : {std::pair(&heads.query, heads.heads),
                             std::pair(&heads.key, heads.shared)}) {
    ValuePtr cut = nodes.add(
        "Reshape", {*rows, makeConstant(Tensor::integers({0, 0, count, -1}))});
    cut = nodes.add("Transpose", {cut},
                    {{"perm", std::vector<int64_t>{0, 2, 1, 3}}});
    *rows = nodes.add("RotaryEmbedding", {cut, cosines, sines},
                      {{"interleaved", node.integer("rotary_interleaved", 0)},
                       {"rotary_embedding_dim", turned}});
  }
}

Values onnx::expandGroupQueryAttention(PlainNodes &nodes) {
  const Node &node = nodes.getNode();
  int64_t count = node.integer("num_heads", 0),
          shared = node.integer("kv_num_heads", 0);
  if (!nodes.has(1) || !hasNoCache(nodes, {3, 4}) || !areWhole(nodes) ||
      !isPlain(nodes))
    return {};
  if (count < 1 || shared < 1 || count > mostHeads || shared > mostHeads ||
      nodes.input(0)->shape.size() != 3)
    return nodes.fail("it has " + Twine(count) + " heads of " +
                      shapeText(nodes.input(0)->shape));
  Heads3 heads{nodes.input(0), nodes.input(1), nodes.input(2), count, shared};
  if (!heads.key) {
    int64_t size = heads.query->shape.back() / (count + 2 * shared);
    Values parts =
        split(nodes, heads.query, {count * size, shared * size, shared * size});
    heads = {parts[0], parts[1], parts[2], count, shared};
  }
  if (!nodes.failed() && !heads.value)
    return nodes.fail("it has keys and no values");
  turn(nodes, heads);
  ValuePtr shown;
  if (int64_t window = node.integer("local_window_size", -1); window > 0)
    shown = makeWindow(nodes.getLength(), window - 1);
  ValuePtr term = join(nodes, shown, nodes.input(10));
  if (nodes.failed())
    return {};
  return addAttention(nodes, heads, term, /*isCausal=*/true);
}
