//===- block_quantised.cpp - Weights in blocks, each with a scale ---------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/onnx/expand/expansions.h"

#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace emblem;
using namespace emblem::frontend;
using namespace emblem::frontend::onnx;

// A matrix whose rows are bytes of narrow integers.
static ValuePtr unpacked(const ValuePtr &bytes, int64_t bits, int64_t rows,
                         int64_t columns) {
  Constant constant;
  constant.read = [=] {
    Tensor from = readOnce(*bytes);
    Tensor integers = Tensor::filled(TensorKind::Integer, {rows, columns}, 0.0);
    int64_t pitch = int64_t(from.values.size()) / rows, inByte = 8 / bits;
    for (int64_t i = 0; i < rows; ++i)
      for (int64_t j = 0; j < columns; ++j) {
        int64_t byte = int64_t(from.values[i * pitch + j / inByte]);
        integers.values[i * columns + j] =
            double(byte >> (j % inByte * bits) & ((1 << bits) - 1));
      }
    return integers;
  };
  const WeightExpression &stored = bytes->as<Constant>()->integers;
  if (!stored.empty())
    constant.integers = WeightExpression::unpacked(stored, bits, rows, columns);
  return makeValue({rows, columns}, std::move(constant));
}

static bool isConstant(const ValuePtr &value) {
  return value && value->as<Constant>();
}

// Without zeros, the middle of what `bits` bits can say.
static ValuePtr middle(int64_t bits) {
  return makeConstant(
      Tensor::scalar(TensorKind::Integer, double(1 << (bits - 1))));
}

// The zeros of [rows, blocks]: bytes of as many bits, or of the scales' type.
static ValuePtr readZeros(const ValuePtr &zeros, int64_t bits, int64_t rows,
                          int64_t blocks) {
  if (!zeros)
    return middle(bits);
  if (zeros->as<Constant>()->integers.empty())
    return zeros;
  return unpacked(zeros, bits, rows, blocks);
}

static bool hasBytes(const ValuePtr &value, int64_t rows, int64_t columns,
                     int64_t bits) {
  int64_t count = countElements(value->shape);
  return count % rows == 0 &&
         count / rows >= int64_t(divideCeil(columns * bits, 8));
}

// input [.., K] times a weight [N, K], each K in blocks.
Values onnx::expandMatMulNBits(PlainNodes &nodes) {
  const Node &node = nodes.getNode();
  int64_t inputs = node.integer("K", 0), outputs = node.integer("N", 0),
          bits = node.integer("bits", 4), block = node.integer("block_size", 0);
  ValuePtr weight = nodes.input(1), scales = nodes.input(2),
           zeros = nodes.input(3), bias = nodes.input(5);
  if (!nodes.has(3))
    return {};
  if (nodes.input(4))
    return nodes.fail("it has an order of its columns (g_idx), which is not "
                      "known here");
  if (inputs < 1 || outputs < 1 || inputs > INT32_MAX || outputs > INT32_MAX ||
      block < 1 || block > INT32_MAX || (bits != 2 && bits != 4 && bits != 8) ||
      !isConstant(weight) || !isConstant(scales) ||
      (zeros && !isConstant(zeros)))
    return nodes.fail("its sizes, bits or blocks are none that are known here");
  int64_t blocks = divideCeil(inputs, block), count = outputs * blocks;
  bool fits = hasBytes(weight, outputs, inputs, bits) &&
              countElements(scales->shape) == count;
  if (zeros && fits)
    fits = zeros->as<Constant>()->integers.empty()
               ? countElements(zeros->shape) == count
               : hasBytes(zeros, outputs, blocks, bits);
  if (!fits)
    return nodes.fail("its weight, scales and zeros are not those of " +
                      Twine(outputs) + " x " + Twine(inputs));
  ValuePtr widened =
      dequantised(unpacked(weight, bits, outputs, inputs), scales,
                  readZeros(zeros, bits, outputs, blocks), /*axis=*/1, block);
  ValuePtr product = nodes.add("MatMul", {nodes.input(0), transposed(widened)});
  return {nodes.addUp(product, bias)};
}

// Rows of a table, whose columns are in blocks.
Values onnx::expandGatherBlockQuantized(PlainNodes &nodes) {
  const Node &node = nodes.getNode();
  ValuePtr data = nodes.input(0), ids = nodes.input(1), scales = nodes.input(2),
           zeros = nodes.input(3);
  if (!nodes.has(3))
    return {};
  int64_t block = node.integer("block_size", 128),
          bits = node.integer("bits", 4),
          axis = node.integer("quantize_axis", 1);
  if (!isConstant(data) || !isConstant(scales) || data->shape.size() != 2 ||
      scales->shape.size() != 2 || (zeros && !isConstant(zeros)) || block < 1 ||
      block > INT32_MAX || node.integer("gather_axis", 0) != 0 ||
      (axis != 1 && axis != -1) || (bits != 2 && bits != 4 && bits != 8))
    return nodes.fail("only rows of a matrix in blocks of its columns are "
                      "known");
  const auto &stored = data->as<Constant>()->stored;
  bool isPacked = stored && stored->type == ElementType::U8;
  int64_t rows = data->shape[0],
          columns = data->shape[1] * (isPacked ? 8 / bits : 1),
          blocks = divideCeil(columns, block);
  if (scales->shape[0] != rows || scales->shape[1] != blocks)
    return nodes.fail("its scales are " + shapeText(scales->shape) + " for " +
                      shapeText({rows, columns}));
  if (isPacked) {
    data = unpacked(data, bits, rows, columns);
    if (zeros && !hasBytes(zeros, rows, blocks, bits))
      return nodes.fail("its zeros are " + shapeText(zeros->shape));
    zeros = readZeros(zeros, bits, rows, blocks);
  }
  return {nodes.add(
      "Gather", {dequantised(data, scales, zeros, /*axis=*/1, block), ids})};
}
