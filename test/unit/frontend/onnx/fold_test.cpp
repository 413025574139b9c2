//===- fold_test.cpp - Nodes whose inputs are known -----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/onnx/fold/fold.h"

#include "test/unit/files/test_files.h"

using namespace emblem::frontend;
using namespace emblem::frontend::onnx;

namespace {

Node makeNode(const char *operation,
              std::map<std::string, Attribute> attributes = {},
              size_t outputs = 1) {
  Node node;
  node.operation = operation;
  node.attributes = std::move(attributes);
  node.outputs.resize(outputs);
  return node;
}

Tensor matrix(std::vector<double> values, int64_t columns) {
  int64_t rows = values.size() / columns;
  return {TensorKind::Integer, {rows, columns}, std::move(values)};
}

Tensor folded(const Node &node, std::vector<Tensor> inputs) {
  std::vector<const Tensor *> pointers;
  for (const Tensor &input : inputs)
    pointers.push_back(&input);
  auto results = fold(node, pointers);
  if (results)
    return results->front();
  ADD_FAILURE() << llvm::toString(results.takeError());
  return {};
}

std::string refusal(const Node &node, std::vector<Tensor> inputs) {
  std::vector<const Tensor *> pointers;
  for (const Tensor &input : inputs)
    pointers.push_back(&input);
  return messageOf(fold(node, pointers));
}

using Values = std::vector<double>;
Tensor ints(std::vector<int64_t> values) { return Tensor::integers(values); }

TEST(Fold, Products) {
  Tensor m = matrix({1, 2, 3, 4, 5, 6}, 3);
  EXPECT_EQ(
      folded(makeNode("MatMul"), {m, matrix({1, 0, 0, 1, 1, 1}, 2)}).values,
      (Values{4, 5, 10, 11}));
  EXPECT_EQ(refusal(makeNode("MatMul"), {m, m}),
            "it multiplies [2, 3] and [2, 3]");
  Node outer = makeNode("Einsum", {{"equation", std::string("i, j -> ij")}});
  EXPECT_EQ(folded(outer, {ints({1, 2}), ints({3, 4, 5})}).values,
            (Values{3, 4, 5, 6, 8, 10}));
  outer.attributes["equation"] = std::string("ij,jk->ik");
  EXPECT_EQ(refusal(outer, {m, m}),
            "of its kind only the outer product is known");
}

TEST(Fold, RotaryEmbedding) {
  // Two tokens of a head of 4; the second is turned by a right angle.
  Tensor x{TensorKind::Float, {1, 1, 2, 4}, {1, 2, 3, 4, 5, 6, 7, 8}};
  Tensor cosines{TensorKind::Float, {1, 2, 2}, {1, 1, 0, 0}};
  Tensor sines{TensorKind::Float, {1, 2, 2}, {0, 0, 1, 1}};
  EXPECT_EQ(folded(makeNode("RotaryEmbedding"), {x, cosines, sines}).values,
            (Values{1, 2, 3, 4, -7, -8, 5, 6}));
  Node neighbours = makeNode("RotaryEmbedding", {{"interleaved", int64_t(1)}});
  EXPECT_EQ(folded(neighbours, {x, cosines, sines}).values,
            (Values{1, 2, 3, 4, -6, 5, -8, 7}));
  EXPECT_EQ(refusal(makeNode("RotaryEmbedding"), {x, x, x}),
            "its tables are [1, 1, 2, 4] for heads of 4");
}

TEST(Fold, Moves) {
  Tensor m = matrix({1, 2, 3, 4, 5, 6}, 3);
  EXPECT_EQ(folded(makeNode("Transpose"), {m}).values,
            (Values{1, 4, 2, 5, 3, 6}));
  EXPECT_EQ(
      folded(makeNode("Gather", {{"axis", int64_t(1)}}), {m, ints({-1, 0})})
          .values,
      (Values{3, 1, 6, 4}));
  EXPECT_EQ(folded(makeNode("Slice"),
                   {m, ints({0}), ints({INT64_MAX}), ints({1}), ints({2})})
                .values,
            (Values{1, 3, 4, 6}));
  EXPECT_EQ(
      folded(makeNode("Slice"), {ints({1, 2, 3}), ints({-1}), ints({INT64_MIN}),
                                 ints({0}), ints({-1})})
          .values,
      (Values{3, 2, 1}));
  EXPECT_EQ(folded(makeNode("Expand"), {ints({1, 2}), ints({2, 1})}).values,
            (Values{1, 2, 1, 2}));
  EXPECT_EQ(folded(makeNode("Concat", {{"axis", int64_t(1)}}), {m, m}).values,
            (Values{1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6}));
  EXPECT_EQ(folded(makeNode("Trilu", {{"upper", int64_t(0)}}), {m}).values,
            (Values{1, 0, 0, 4, 5, 0}));
  EXPECT_EQ(folded(makeNode("GatherND"), {m, matrix({1, 2, 0, 0}, 2)}).values,
            (Values{6, 1}));
  EXPECT_EQ(folded(makeNode("GatherElements", {{"axis", int64_t(1)}}),
                   {m, matrix({2, 0, 1, 1}, 2)})
                .values,
            (Values{3, 1, 5, 5}));
  EXPECT_EQ(folded(makeNode("Tile"), {ints({1, 2}), ints({2})}).values,
            (Values{1, 2, 1, 2}));
  EXPECT_EQ(folded(makeNode("Split", {}, 2), {ints({1, 2, 3})}).values,
            (Values{1, 2}));
}

TEST(Fold, Arithmetic) {
  EXPECT_EQ(folded(makeNode("Div"), {ints({-7}), ints({2})}).values,
            (Values{-3}));
  EXPECT_EQ(folded(makeNode("Mod"), {ints({-7}), ints({3})}).values,
            (Values{2}));
  EXPECT_EQ(folded(makeNode("Range"), {Tensor::scalar(TensorKind::Integer, 2),
                                       Tensor::scalar(TensorKind::Integer, 8),
                                       Tensor::scalar(TensorKind::Integer, 3)})
                .values,
            (Values{2, 5}));
  EXPECT_EQ(
      folded(makeNode("CumSum"), {matrix({1, 1, 1, 1}, 2), ints({1})}).values,
      (Values{1, 2, 1, 2}));
  EXPECT_EQ(folded(makeNode("ReduceSum", {{"keepdims", int64_t(0)}}),
                   {matrix({1, 2, 3, 4}, 2), ints({0})})
                .values,
            (Values{4, 6}));
  Tensor less = folded(makeNode("Less"), {ints({1, 3}), ints({2})});
  EXPECT_EQ(less.kind, TensorKind::Boolean);
  EXPECT_EQ(folded(makeNode("Where"), {less, ints({7}), ints({8})}).values,
            (Values{7, 8}));
  // Floats are rounded as the runtime would: buckets depend on it.
  Tensor third = Tensor::scalar(TensorKind::Float, 3);
  EXPECT_EQ(folded(makeNode("Reciprocal"), {third}).values,
            (Values{double(1.0f / 3.0f)}));
}

TEST(Fold, Reshape) {
  EXPECT_EQ(folded(makeNode("Reshape"),
                   {matrix({1, 2, 3, 4, 5, 6}, 3), ints({0, -1, 1})})
                .shape,
            (Shape{2, 3, 1}));
  EXPECT_EQ(folded(makeNode("Unsqueeze"), {ints({1, 2}), ints({0, -1})}).shape,
            (Shape{1, 2, 1}));
  EXPECT_EQ(
      folded(makeNode("Flatten", {{"axis", int64_t(0)}}), {matrix({1, 2}, 2)})
          .shape,
      (Shape{1, 2}));
  expectParts(refusal(makeNode("Reshape"), {ints({1, 2, 3}), ints({2, -1})}),
              {"reshapes [3] to [2, -1]"});
  expectParts(refusal(makeNode("Squeeze"), {ints({1, 2}), ints({0})}),
              {"squeezes a side of 2"});
}

TEST(Fold, RefusesWhatCannotBe) {
  expectParts(refusal(makeNode("Gather"), {ints({1}), ints({1})}),
              {"element 1 of 1"});
  expectParts(refusal(makeNode("Add"), {ints({1, 2}), ints({1, 2, 3})}),
              {"[2] and [3]"});
  expectParts(refusal(makeNode("Div"), {ints({1}), ints({0})}),
              {"divides by zero"});
  expectParts(refusal(makeNode("ConstantOfShape"), {ints({1 << 20, 1 << 20})}),
              {"its result would be"});
  expectParts(
      refusal(makeNode("Transpose", {{"perm", std::vector<int64_t>{0, 0}}}),
              {matrix({1, 2}, 2)}),
      {"permutation is [0, 0]"});
  expectParts(refusal(makeNode("Loop"), {ints({1})}), {"not known here"});
  expectParts(refusal(makeNode("Cast"), {}), {"input is missing"});
}

} // namespace
