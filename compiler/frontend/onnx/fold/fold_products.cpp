//===- fold_products.cpp - Operators that multiply and turn ---------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// The angles of rotary positions are products of positions and frequencies.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/onnx/fold/folders.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace emblem::frontend;
using namespace emblem::frontend::onnx;

// [..., rows, inner] times [..., inner, columns]
Folded onnx::foldMatMul(const Node &, Inputs inputs) {
  const Tensor &a = *inputs[0], &b = *inputs[1];
  size_t rank = a.shape.size();
  if (rank < 2 || b.shape.size() < 2 || a.shape.back() != b.shape.rbegin()[1])
    return createStringError("it multiplies " + shapeText(a.shape) + " and " +
                             shapeText(b.shape));
  auto lead = broadcastShapes(ArrayRef(a.shape).drop_back(2),
                              ArrayRef(b.shape).drop_back(2));
  if (!lead)
    return createStringError("it multiplies " + shapeText(a.shape) + " and " +
                             shapeText(b.shape));
  int64_t rows = a.shape.rbegin()[1], inner = a.shape.back(),
          columns = b.shape.back();
  auto spread = [&](const Tensor &tensor, int64_t height, int64_t width) {
    Shape shape(*lead);
    shape.append({height, width});
    return broadcast(tensor, shape);
  };
  Shape shape(*lead);
  shape.append({rows, columns});
  if (Error error = checkSize(shape))
    return error;
  Tensor left = spread(a, rows, inner), right = spread(b, inner, columns);
  Tensor result = Tensor::filled(a.kind, shape, 0.0);
  for (int64_t at = 0, count = countElements(*lead); at < count; ++at)
    for (int64_t i = 0; i < rows; ++i) {
      auto sums = result.values.begin() + (at * rows + i) * columns;
      for (int64_t k = 0; k < inner; ++k) {
        double factor = left.values[(at * rows + i) * inner + k];
        auto row = right.values.begin() + (at * inner + k) * columns;
        for (int64_t j = 0; j < columns; ++j)
          sums[j] += factor * row[j];
      }
      if (a.kind == TensorKind::Float)
        for (int64_t j = 0; j < columns; ++j)
          sums[j] = static_cast<float>(sums[j]);
    }
  return one(std::move(result));
}

// Only the outer product, "i,j->ij".
Folded onnx::foldEinsum(const Node &node, Inputs inputs) {
  std::string text = node.text("equation");
  llvm::erase(text, ' ');
  if (text.size() != 7 || inputs.size() != 2 || !inputs[1] || text[1] != ',' ||
      text[0] == text[2] ||
      StringRef(text).drop_front(3) !=
          (Twine("->") + text.substr(0, 1) + text.substr(2, 1)).str() ||
      inputs[0]->shape.size() != 1 || inputs[1]->shape.size() != 1)
    return createStringError("of its kind only the outer product is known");
  Tensor column = *inputs[0], row = *inputs[1];
  column.shape.push_back(1);
  row.shape.insert(row.shape.begin(), 1);
  return foldMatMul(node, {&column, &row});
}

// As the operator's specification, of opset 23, has it: [batch, heads, tokens,
// size], or [batch, tokens, heads * size]; caches of [batch, tokens, pairs], or
// of [positions, pairs] where the position ids are given.
Folded onnx::foldRotaryEmbedding(const Node &node, Inputs inputs) {
  Tensor result = *inputs[0];
  Tensor cosines = *inputs[1], sines = *inputs[2];
  if (const Tensor *positions = argument(inputs, 3))
    for (Tensor *cache : {&cosines, &sines}) {
      Node gather;
      gather.operation = "Gather";
      auto rows = foldGather(gather, {cache, positions});
      if (!rows)
        return rows.takeError();
      *cache = std::move(rows->front());
    }
  size_t rank = result.shape.size();
  int64_t heads = node.integer("num_heads", 0);
  if ((rank != 4 && (rank != 3 || heads < 1)) || result.shape[0] != 1)
    return createStringError("it turns " + shapeText(result.shape));
  heads = rank == 4 ? result.shape[1] : heads;
  int64_t tokens = result.shape[rank - 2];
  int64_t size = rank == 4 ? result.shape[3] : result.shape[2] / heads;
  int64_t turned = node.integer("rotary_embedding_dim", 0);
  turned = turned == 0 ? size : turned;
  int64_t pairs = turned / 2;
  bool interleaved = node.integer("interleaved", 0) != 0;
  if (turned < 2 || turned > size ||
      size * heads * tokens != countElements(result.shape) ||
      countElements(cosines.shape) != tokens * pairs ||
      cosines.shape != sines.shape)
    return createStringError("its tables are " + shapeText(cosines.shape) +
                             " for heads of " + Twine(size));
  for (int64_t h = 0; h < heads; ++h)
    for (int64_t t = 0; t < tokens; ++t)
      for (int64_t pair = 0; pair < pairs; ++pair) {
        int64_t start = (rank == 4 ? h * tokens + t : t * heads + h) * size;
        double &a = result.values[start + (interleaved ? 2 * pair : pair)];
        double &b =
            result.values[start + (interleaved ? 2 * pair + 1 : pair + pairs)];
        double cosine = cosines.values[t * pairs + pair],
               sine = sines.values[t * pairs + pair];
        double first = a * cosine - b * sine;
        b = static_cast<float>(b * cosine + a * sine);
        a = static_cast<float>(first);
      }
  return one(std::move(result));
}
