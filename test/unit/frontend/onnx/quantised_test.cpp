//===- quantised_test.cpp - Quantised graphs, with their weights widened --===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/unit/frontend/onnx/lifted_layers.h"

using namespace emblem::frontend;

namespace {

constexpr int I8 = ::onnx::TensorProto::INT8, U8 = ::onnx::TensorProto::UINT8;

struct Quantised : Layers {
  std::string scale = graph.weight("scale", {});

  /// x * W as onnxruntime's dynamic quantisation has it.
  std::string integerProduct(const std::string &scale) {
    std::string integers = graph.node("DynamicQuantizeLinear", {rows});
    std::string by = graph.result(), zero = graph.result();
    std::string product =
        graph.node("MatMulInteger", {integers, graph.bytes("w", {6, 4}, I8),
                                     zero, graph.bytes("w_zero", {}, I8)});
    product = graph.node("Cast", {product});
    graph.attribute("to", 1);
    return graph.node("Mul", {product, graph.node("Mul", {by, scale})});
  }
};

TEST_F(Quantised, ProductOfIntegers) {
  std::string product = integerProduct(scale);
  expect(graph.node("Add", {product, graph.weight("bias", {4})}),
         {"emb.weight dequantised<transposed<\"w\">, \"scale\", 0.000000e+00, "
          "0, 0> : tensor<4x6xf32>",
          "emb.dense", "%bias : tensor<4xf32>)"});
}

TEST_F(Quantised, ProductOfChannels) {
  expect(integerProduct(graph.weight("scales", {4})),
         {"dequantised<transposed<\"w\">, \"scales\", 0.000000e+00, 0, 0>"});
}

TEST_F(Quantised, ProductsOfOneNode) {
  GraphBuilder start = graph;
  expect(
      graph.fused("DynamicQuantizeMatMul", {rows, graph.bytes("w", {6, 4}, U8),
                                            scale, graph.bytes("z", {1}, U8)}),
      {"dequantised<transposed<\"w\">, \"scale\", 0.000000e+00, 0, 0>"});
  graph = start;
  std::string integers = graph.node("DynamicQuantizeLinear", {rows});
  std::string by = graph.result(), zero = graph.result();
  expect(graph.fused("MatMulIntegerToFloat",
                     {integers, graph.bytes("w", {6, 4}, U8), by,
                      graph.weight("scales", {4}), zero,
                      graph.bytes("z", {4}, U8)}),
         {"dequantised<transposed<\"w\">, \"scales\", \"z\", 0, 0>"});
}

TEST_F(Quantised, ValuesOfTheTextAreNotQuantised) {
  std::string other = graph.number(0.5f);
  std::string zero = graph.bytes("zero", {}, U8);
  std::string integers = graph.node("QuantizeLinear", {rows, scale, zero});
  GraphBuilder start = graph;
  expect(graph.node("DequantizeLinear", {integers, scale, zero}),
         {"emb.token_embedding", "emb.pool mean"});
  graph = start;
  expect(graph.node("DequantizeLinear", {integers, other, zero}),
         {"its values were quantised by another scale or zero"});
}

TEST_F(Quantised, TablesOfIntegers) {
  std::string table = graph.bytes("table", {20, 6}, I8);
  std::string taken = graph.node("Gather", {table, "input_ids"});
  GraphBuilder start = graph;
  expect(graph.node("DequantizeLinear",
                    {taken, scale, graph.bytes("zero", {}, I8)}),
         {"emb.weight dequantised<\"table\", \"scale\", 0.000000e+00, 1, 0>",
          "emb.token_embedding"});
  graph = start;
  std::string floats = graph.node("Cast", {taken});
  graph.attribute("to", 1);
  expect(graph.node("Mul", {floats, graph.weight("scales", {6})}),
         {"emb.weight dequantised<\"table\", \"scales\", 0.000000e+00, 1, 0>"});
  graph = start;
  floats = graph.node("Cast", {table});
  graph.attribute("to", 1);
  std::string wide =
      graph.node("Mul", {floats, graph.weight("scales", {20, 1})});
  expect(graph.node("Gather", {wide, "input_ids"}),
         {"emb.weight dequantised<\"table\", \"scales\", 0.000000e+00, 0, 0>"});
}

// What is not in the files is computed: the scale of row 1 is twice 1/8. Its row is
// 1.5, 1.75, 2 and on, in the bytes of f32.
TEST_F(Quantised, ScalesOfTheGraph) {
  std::string floats = graph.node("Cast", {graph.bytes("table", {20, 6}, I8)});
  graph.attribute("to", 1);
  std::string scales = graph.node(
      "Add", {graph.weight("scales", {20, 1}), graph.weight("more", {20, 1})});
  std::string wide = graph.node("Mul", {floats, scales});
  expect(
      graph.node("Gather", {wide, "input_ids"}),
      {"0000C03F0000E03F00000040", "tensor<20x6xf32>", "emb.token_embedding"});
}

TEST_F(Quantised, Blocks) {
  std::string product =
      graph.fused("MatMulNBits", {rows, graph.bytes("w", {4, 1, 8}, U8),
                                  graph.weight("scales", {4})});
  graph.attribute("K", 6);
  graph.attribute("N", 4);
  graph.attribute("bits", 4);
  graph.attribute("block_size", 16);
  expect(product, {"emb.weight dequantised<unpacked<\"w\", 4, 4, 6>, "
                   "\"scales\", 8.000000e+00, 1, 16> : tensor<4x6xf32>"});
  graph.lastNode()->mutable_attribute(0)->set_i(60);
  expect(product, {"its weight, scales and zeros are not those of 4 x 60"});
}

TEST_F(Quantised, TableInBlocks) {
  std::string taken = graph.fused("GatherBlockQuantized",
                                  {graph.bytes("table", {20, 8}, U8),
                                   "input_ids", graph.weight("scales", {20, 1}),
                                   graph.bytes("zeros", {20, 1}, U8)});
  graph.attribute("bits", 4);
  graph.attribute("block_size", 16);
  graph.attribute("quantize_axis", 1);
  expect(taken, {"dequantised<unpacked<\"table\", 4, 20, 16>, \"scales\", "
                 "unpacked<\"zeros\", 4, 20, 1>, 1, 16>"});
}

} // namespace
