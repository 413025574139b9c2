//===- lift_attention_test.cpp - Attention, lifted or refused -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/unit/frontend/onnx/lifted_layers.h"

using namespace emblem::frontend;

namespace {

/// Self-attention of two heads of three, with a mask that hides nothing.
struct Attention : Layers {
  std::string heads(const std::string &name, std::vector<int64_t> order) {
    std::string cut = graph.node(
        "Reshape", {linear(rows, name, 6, 6), graph.integers({0, 0, 2, 3})});
    std::string turned = graph.node("Transpose", {cut});
    graph.attribute("perm", order);
    return turned;
  }
  std::string attend(float divisor, const std::string &term = "") {
    return attendTo(heads("q", {0, 2, 1, 3}), heads("k", {0, 2, 3, 1}),
                    heads("v", {0, 2, 1, 3}), divisor, term);
  }
  std::string attendTo(const std::string &query, const std::string &key,
                       const std::string &value, float divisor,
                       const std::string &term = "") {
    std::string scores = graph.node("MatMul", {query, key});
    scores = graph.node("Div", {scores, graph.number(divisor)});
    if (!term.empty())
      scores = graph.node("Add", {scores, term});
    return gather(scores, value);
  }
  std::string gather(const std::string &scores, const std::string &value) {
    std::string weights = graph.node("Softmax", {scores});
    std::string context = graph.node("MatMul", {weights, value});
    context = graph.node("Transpose", {context});
    graph.attribute("perm", std::vector<int64_t>{0, 2, 1, 3});
    context = graph.node("Reshape", {context, graph.integers({0, 0, 6})});
    return graph.node("Add", {linear(context, "o", 6, 6), rows});
  }
  /// [1, 1, n, n]: 0 where the key is not later than the query.
  std::string causal() {
    std::string n = graph.node("Shape", {"input_ids"});
    std::string square =
        graph.node("Concat", {graph.node("Gather", {n, graph.integers({1})}),
                              graph.node("Gather", {n, graph.integers({1})})});
    graph.attribute("axis", int64_t(0));
    std::string low = graph.node("Expand", {graph.number(-1e30f), square});
    return graph.node("Trilu", {low, graph.integers({1})});
  }
};

TEST_F(Attention, Whole) {
  std::string mask = graph.node("Cast", {"attention_mask"});
  graph.attribute("to", 1);
  mask = graph.node("Unsqueeze", {mask, graph.integers({1, 2})});
  std::string hidden =
      graph.node("Mul", {graph.node("Sub", {graph.number(1), mask}),
                         graph.number(-3.4e38f)});
  expect(attend(std::sqrt(3.0f), hidden),
         {"emb.attention %0, %offsets heads 2\n",
          "%q = emb.weight transposed<\"q\">",
          "query(%q :", "key(%k :", "%v.bias", "output(%o :"});
}

TEST_F(Attention, ScaleAndWindow) {
  expect(attend(2, causal()), {"heads 2 scale 5.000000e-01 after 0"});
}

TEST_F(Attention, HeadsAreTurnedAsAWholeOrNotAtAll) {
  // Without the part of the sines.
  std::string length = graph.node("Shape", {"input_ids"});
  std::string side = graph.node("Gather", {length, graph.integers({1})});
  std::string ones = graph.node("ConstantOfShape", {side});
  std::string steps = graph.node("CumSum", {ones, graph.integers({0})});
  std::string factors =
      graph.node("Add", {graph.node("Unsqueeze", {steps, graph.integers({1})}),
                         graph.weight("factors", {1, 3})});
  std::string turned = graph.node("Mul", {heads("q", {0, 2, 1, 3}), factors});
  expect(graph.node("MatMul", {turned, heads("k", {0, 2, 3, 1})}),
         {"it gets no heads of a linear layer's features"});
}

TEST_F(Attention, KeysAreShared) {
  // One head of keys and one of values for both of the queries.
  auto shared = [&](const std::string &name, std::vector<int64_t> order) {
    std::string cut = graph.node(
        "Reshape", {linear(rows, name, 6, 3), graph.integers({0, 0, 1, 3})});
    cut = graph.node("Transpose", {cut});
    graph.attribute("perm", std::vector<int64_t>{0, 2, 1, 3});
    cut = graph.node("Expand", {cut, graph.integers({1, 2, 1, 1})});
    std::string turned = graph.node("Transpose", {cut});
    graph.attribute("perm", order);
    return turned;
  };
  expect(attendTo(heads("q", {0, 2, 1, 3}), shared("k", {0, 1, 3, 2}),
                  shared("v", {0, 1, 2, 3}), std::sqrt(3.0f)),
         {"heads 2 key_value_heads 1", "key(%k :"});
}

TEST_F(Attention, HeadsAreNormed) {
  auto normed = [&](const std::string &name, std::vector<int64_t> order) {
    std::string cut = graph.node(
        "Reshape", {linear(rows, name, 6, 6), graph.integers({0, 0, 2, 3})});
    std::string mean =
        graph.node("ReduceMean", {graph.node("Mul", {cut, cut})});
    graph.attribute("axes", std::vector<int64_t>{-1});
    std::string root =
        graph.node("Sqrt", {graph.node("Add", {mean, graph.number(1e-6f)})});
    std::string norm = graph.node("Mul", {graph.node("Div", {cut, root}),
                                          graph.weight(name + ".norm", {3})});
    std::string turned = graph.node("Transpose", {norm});
    graph.attribute("perm", order);
    return turned;
  };
  expect(attendTo(normed("q", {0, 2, 1, 3}), normed("k", {0, 2, 3, 1}),
                  heads("v", {0, 2, 1, 3}), std::sqrt(3.0f)),
         {"query_norm(%q.norm", "key_norm(%k.norm", "norm_epsilon"});
}

TEST_F(Attention, HeadsOfOneProjection) {
  // [query, key, value] of all heads, cut at once.
  std::string cut = graph.node(
      "Reshape", {linear(rows, "qkv", 6, 18), graph.integers({0, 0, 3, 2, 3})});
  auto part = [&](int64_t index, std::vector<int64_t> order) {
    std::string taken = graph.node("Gather", {cut, graph.integers({index})});
    graph.attribute("axis", int64_t(2));
    taken = graph.node("Squeeze", {taken, graph.integers({2})});
    std::string turned = graph.node("Transpose", {taken});
    graph.attribute("perm", order);
    return turned;
  };
  expect(attendTo(part(0, {0, 2, 1, 3}), part(1, {0, 2, 3, 1}),
                  part(2, {0, 2, 1, 3}), std::sqrt(3.0f)),
         {"%qkv = emb.weight rows<transposed<\"qkv\">, 0, 6>",
          "%qkv_0 = emb.weight rows<transposed<\"qkv\">, 6, 12>",
          "%qkv_2 = emb.weight rows<transposed<\"qkv\">, 12, 18>",
          "query(%qkv :", "key(%qkv_0 :", "value(%qkv_2 :"});
}

TEST_F(Attention, ScoresAreCapped) {
  std::string scores = graph.node(
      "MatMul", {heads("q", {0, 2, 1, 3}), heads("k", {0, 2, 3, 1})});
  scores = graph.node("Mul", {scores, graph.number(0.5f)});
  scores = graph.node("Div", {scores, graph.number(30.0f)});
  scores = graph.node("Mul", {graph.node("Tanh", {scores}), graph.number(30)});
  expect(gather(scores, heads("v", {0, 2, 1, 3})),
         {"scale 5.000000e-01 softcap 3.000000e+01"});
}

TEST_F(Attention, AsOneNode) {
  std::string attended =
      graph.node("Attention", {linear(rows, "q", 6, 6), linear(rows, "k", 6, 3),
                               linear(rows, "v", 6, 3)});
  graph.attribute("q_num_heads", int64_t(2));
  graph.attribute("kv_num_heads", int64_t(1));
  graph.attribute("is_causal", int64_t(1));
  std::string output = graph.node("Add", {linear(attended, "o", 6, 6), rows});
  expect(output, {"heads 2 key_value_heads 1 after 0"});
  graph.node("Attention", {rows, rows, rows});
  graph.attribute("left_window_size", int64_t(4));
  expect(graph.lastNode()->output(0),
         {"its attribute 'left_window_size' is not known here"});
}

TEST_F(Attention, WindowsAreShownByTextsLongEnough) {
  // i - j < 400 for texts of at most 512 tokens.
  std::string side = graph.node(
      "Gather", {graph.node("Shape", {"input_ids"}), graph.integers({1})});
  std::string ones = graph.node(
      "Add", {graph.node("ConstantOfShape", {side}), graph.number(1)});
  std::string places = graph.node("CumSum", {ones, graph.integers({0})});
  std::string distance = graph.node(
      "Sub", {graph.node("Unsqueeze", {places, graph.integers({1})}), places});
  std::string seen = graph.node("Less", {distance, graph.number(400)});
  std::string hidden =
      graph.node("Where", {seen, graph.number(0.0f), graph.number(-1e30f)});
  expect(attend(2, hidden), {"max_tokens 512", "before 399"});
}

/// Of each head and pair of tokens, [1, 2, n, n]: what a distance takes.
struct RelativePositions : Attention {
  std::string n = graph.node(
      "Gather", {graph.node("Shape", {"input_ids"}), graph.integers({1})});

  /// clip(sign * (i - j) + span, 0, 2 span - 1)
  std::string taken(float sign, int64_t span) {
    std::string zeros = graph.node("ConstantOfShape", {n});
    std::string steps = graph.node("Add", {zeros, graph.number(sign)});
    std::string ones = graph.node("CumSum", {steps, graph.integers({0})});
    std::string distance = graph.node(
        "Sub", {graph.node("Unsqueeze", {ones, graph.integers({1})}), ones});
    std::string rows =
        graph.node("Clip", {graph.node("Add", {distance, graph.number(span)}),
                            graph.number(0), graph.number(2 * span - 1)});
    rows = graph.node("Cast", {rows});
    graph.attribute("to", 7);
    std::string shape = graph.node("Concat", {graph.integers({1, 2}), n, n});
    graph.attribute("axis", int64_t(0));
    return graph.node("Expand", {rows, shape});
  }
  std::string take(const std::string &heads, const std::string &table,
                   float sign, int64_t span = 4) {
    std::string products =
        graph.node("MatMul", {heads, graph.weight(table, {1, 2, 3, 2 * span})});
    std::string scores =
        graph.node("GatherElements", {products, taken(sign, span)});
    graph.attribute("axis", -1);
    return scores;
  }
};

TEST_F(RelativePositions, OfQueriesAndOfKeys) {
  std::string query = heads("q", {0, 2, 1, 3});
  std::string key = heads("k", {0, 2, 1, 3});
  std::string ofKeys = graph.node("Transpose", {take(key, "b", -1)});
  graph.attribute("perm", std::vector<int64_t>{0, 1, 3, 2});
  std::string turned = graph.node("Transpose", {key});
  graph.attribute("perm", std::vector<int64_t>{0, 1, 3, 2});
  std::string added = graph.node("Add", {take(query, "a", 1), ofKeys});
  std::string scores =
      graph.node("Add", {graph.node("MatMul", {query, turned}), added});
  scores = graph.node("Div", {scores, graph.number(4)});
  expect(gather(scores, heads("v", {0, 2, 1, 3})),
         {"scale 2.500000e-01", "position_keys(", "tensor<8x6xf32>",
          "position_queries("});
}

// No text of 512 tokens tells which of its sides counts them.
TEST_F(RelativePositions, ReachBeyondTheLongestText) {
  std::string query = heads("q", {0, 2, 1, 3});
  graph.weight("unread", {512});
  std::string scores = graph.node("MatMul", {query, heads("k", {0, 2, 3, 1})});
  scores = graph.node("Add", {scores, take(query, "a", 1, 600)});
  expect(gather(scores, heads("v", {0, 2, 1, 3})),
         {"max_tokens 512", "tensor<1200x6xf32>) : tensor"});
}

TEST_F(RelativePositions, ByNoKnownFormulaAreRefused) {
  std::string query = heads("q", {0, 2, 1, 3});
  std::string scores = graph.node("MatMul", {query, heads("k", {0, 2, 3, 1})});
  scores = graph.node("Add", {scores, take(query, "a", -1)});
  expect(gather(scores, heads("v", {0, 2, 1, 3})),
         {"it takes relative positions by no formula"});
}

TEST_F(Attention, TermsThatAreNoMaskAreRefused) {
  expect(attend(2, graph.node("Neg", {graph.node("Softplus", {causal()})})),
         {"Softplus 'v", "not known here"});
  GraphBuilder fresh;
  graph = fresh;
  rows = graph.embed(6);
  std::string twice = graph.node("Mul", {causal(), graph.number(1e-30f)});
  expect(attend(2, twice), {"neither a window of tokens nor"});
}

} // namespace
