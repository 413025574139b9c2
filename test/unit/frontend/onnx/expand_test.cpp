//===- expand_test.cpp - Fused nodes, as plain ones -----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/unit/frontend/onnx/lifted_layers.h"

using namespace emblem::frontend;

namespace {

struct Fused : Layers {
  /// com.microsoft's Attention of two heads, and its output layer.
  void attend(std::vector<std::string> more = {}) {
    std::vector<std::string> inputs = {rows, graph.weight("qkv", {6, 18}),
                                       graph.weight("qkv.bias", {18})};
    inputs.insert(inputs.end(), more.begin(), more.end());
    graph.fused("Attention", inputs);
    graph.attribute("num_heads", 2);
  }
  /// Of the last node's result.
  std::string close() {
    return linear(graph.lastNode()->output(0), "out", 6, 6);
  }
};

TEST_F(Fused, Activations) {
  std::string up = graph.node("MatMul", {rows, graph.weight("up", {6, 10})});
  std::string bias = graph.weight("up.bias", {10});
  GraphBuilder start = graph;
  for (auto [operation, name] : {std::pair("BiasGelu", " gelu\n"),
                                 std::pair("FastGelu", " gelu_tanh\n")}) {
    std::string inner = graph.fused(operation, {up, bias});
    expect(linear(inner, "down", 10, 6), {"emb.feed_forward", name});
    graph = start;
  }
  std::string quick = graph.fused("QuickGelu", {up});
  graph.number("alpha", 1.702f);
  expect(linear(quick, "down", 10, 6), {"emb.feed_forward", " quick_gelu\n"});
}

TEST_F(Fused, SkipNorm) {
  std::string layer =
      graph.node("MatMul", {rows, graph.weight("dense", {6, 6})});
  std::string norm = graph.fused("SkipLayerNormalization",
                                 {layer, rows, graph.weight("scale", {6}),
                                  graph.weight("shift", {6}),
                                  graph.weight("dense.bias", {6})});
  graph.number("epsilon", 1e-12f);
  expect(norm, {"emb.dense", "emb.add", "emb.layer_norm", "scale(%scale",
                "shift(%shift", "epsilon 9.9999999999999998E-13"});
}

TEST_F(Fused, SkipNormGivesItsSum) {
  std::string norm = graph.fused("SkipSimplifiedLayerNormalization",
                                 {rows, rows, graph.weight("scale", {6})});
  graph.result();
  graph.result();
  std::string sum = graph.result();
  expect(graph.node("Add", {norm, sum}), {"emb.add", "emb.rms_norm"});
}

TEST_F(Fused, Embeddings) {
  std::string norm =
      graph.fused("EmbedLayerNormalization",
                  {"input_ids", "", "words", graph.weight("positions", {64, 6}),
                   "", graph.weight("scale", {6}), graph.weight("shift", {6})});
  graph.number("epsilon", 1e-12f);
  expect(norm, {"emb.token_embedding", "emb.positional_encoding learned",
                "emb.layer_norm"});
}

TEST_F(Fused, AttentionWithItsProjections) {
  attend();
  expect(close(), {"emb.attention", "rows<transposed<\"qkv\">, 0, 6>",
                   "rows<transposed<\"qkv\">, 12, 18>", " heads 2"});
}

TEST_F(Fused, AttentionToWhatComesBefore) {
  attend();
  graph.attribute("unidirectional", 1);
  graph.number("scale", 0.25f);
  expect(close(), {" heads 2 scale 2.500000e-01 after 0"});
}

TEST_F(Fused, WhatAttentionSaysIsObeyedOrNamed) {
  GraphBuilder start = graph;
  attend();
  graph.attribute("do_rotary", 1);
  expect(close(), {"by a formula of its own (do_rotary)"});
  graph = start;
  attend();
  graph.attribute("window", 1);
  expect(close(), {"its attribute 'window' is not known here"});
  graph = start;
  attend({"", rows});
  expect(close(), {"it has a cache of keys, input 4"});
  graph = start;
  attend({rows});
  expect(close(), {"its mask depends on the text"});
  graph = start;
  attend({graph.integers({3})});
  expect(close(), {"its mask is of a part of the text"});
  graph = start;
  attend();
  graph.attribute("qkv_hidden_sizes", std::vector<int64_t>{6, 6, 8});
  expect(close(), {"its queries, keys and values are [6, 6, 8] of 18"});
}

TEST_F(Fused, AttentionOfSeveralInputs) {
  std::vector<std::string> parts;
  for (const char *name : {"q", "k", "v"})
    parts.push_back(graph.node("MatMul", {rows, graph.weight(name, {6, 6})}));
  parts.push_back(graph.weight("biases", {18}));
  graph.fused("MultiHeadAttention", parts);
  graph.attribute("num_heads", 2);
  expect(close(), {"emb.attention", "rows<\"biases\", 6, 12>", " heads 2"});
}

/// Two heads of queries that share one of keys and values; its window is of
/// three tokens.
TEST_F(Fused, AttentionOfDecoders) {
  std::vector<std::string> inputs;
  for (auto [name, width] :
       {std::pair("q", 8), std::pair("k", 4), std::pair("v", 4)})
    inputs.push_back(
        graph.node("MatMul", {rows, graph.weight(name, {6, width})}));
  std::string mask =
      graph.node("ReduceSum", {"attention_mask", graph.integers({1})});
  graph.attribute("keepdims", int64_t(0));
  std::string last = graph.node("Sub", {mask, graph.integers({1})});
  inputs.insert(inputs.end(), {"", "", last, mask});
  GraphBuilder start = graph;
  std::string rows = graph.fused("GroupQueryAttention", inputs);
  graph.attribute("num_heads", 2);
  graph.attribute("kv_num_heads", 1);
  graph.attribute("local_window_size", 3);
  expect(linear(rows, "out", 8, 6),
         {" heads 2 key_value_heads 1 before 2 after 0"});
  graph = start;
  graph.fused("GroupQueryAttention", inputs);
  graph.attribute("num_heads", 2);
  graph.attribute("kv_num_heads", 1);
  graph.attribute("smooth_softmax", 1);
  expect(graph.lastNode()->output(0),
         {"its attribute 'smooth_softmax' is 1, which is not known here"});
}

TEST_F(Fused, ProductsWithTheirFactor) {
  std::string product =
      graph.fused("FusedMatMul", {rows, graph.weight("w", {4, 6})});
  graph.attribute("transB", 1);
  expect(product, {"emb.weight \"w\"", "emb.dense"});
}

} // namespace
