//===- fold_moves.cpp - Operators that move elements ----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/onnx/fold/folders.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace emblem::frontend;
using namespace emblem::frontend::onnx;

Folded onnx::one(Tensor tensor) {
  std::vector<Tensor> results;
  results.push_back(std::move(tensor));
  return results;
}

const Tensor *onnx::argument(Inputs inputs, size_t index) {
  return index < inputs.size() ? inputs[index] : nullptr;
}

Error onnx::checkSize(ArrayRef<int64_t> shape) {
  int64_t count = 1;
  for (int64_t side : shape) {
    if (side < 0 || side > maxElements || (count *= side) > maxElements)
      return createStringError("its result would be " + shapeText(shape));
  }
  return Error::success();
}

Folded onnx::foldTranspose(const Node &node, Inputs inputs) {
  auto permutation = readPermutation(node, inputs[0]->shape.size());
  if (!permutation)
    return permutation.takeError();
  return one(transpose(*inputs[0], *permutation));
}

Folded onnx::foldSlice(const Node &, Inputs inputs) {
  const Tensor &input = *inputs[0];
  auto ranges = readSlice(input.shape, inputs);
  if (!ranges)
    return ranges.takeError();
  Shape shape;
  for (const Range &range : *ranges)
    shape.push_back(range.count);
  return one(rearrange(input, shape, [&](ArrayRef<int64_t> index) {
    int64_t flat = 0;
    for (auto [axis, range] : llvm::enumerate(*ranges))
      flat = flat * input.shape[axis] + range.start + range.step * index[axis];
    return flat;
  }));
}

Folded onnx::foldSplit(const Node &node, Inputs inputs) {
  const Tensor &input = *inputs[0];
  auto axis = resolveAxis(node.integer("axis", 0), input.shape.size());
  if (!axis)
    return axis.takeError();
  auto sizes = readSplit(node, input.shape[*axis], argument(inputs, 1));
  if (!sizes)
    return sizes.takeError();
  std::vector<Tensor> parts;
  int64_t first = 0;
  for (int64_t size : *sizes) {
    Shape shape(input.shape);
    shape[*axis] = size;
    parts.push_back(rearrange(input, shape, [&](ArrayRef<int64_t> index) {
      int64_t flat = 0;
      for (auto [i, side] : llvm::enumerate(input.shape))
        flat = flat * side + index[i] + (int64_t(i) == *axis ? first : 0);
      return flat;
    }));
    first += size;
  }
  return parts;
}

// Indices may count from the end.
static Expected<std::vector<int64_t>> readIndices(const Tensor &indices,
                                                  int64_t side) {
  std::vector<int64_t> result = indices.toIntegers();
  for (int64_t &index : result) {
    if (index < -side || index >= side)
      return createStringError("it asks for element " + Twine(index) + " of " +
                               Twine(side));
    index += index < 0 ? side : 0;
  }
  return result;
}

Folded onnx::foldGather(const Node &node, Inputs inputs) {
  const Tensor &data = *inputs[0], &indices = *inputs[1];
  auto axis = resolveAxis(node.integer("axis", 0), data.shape.size());
  if (!axis)
    return axis.takeError();
  auto rows = readIndices(indices, data.shape[*axis]);
  if (!rows)
    return rows.takeError();
  ArrayRef<int64_t> sides = data.shape;
  Shape shape(sides.take_front(*axis));
  shape.append(indices.shape);
  shape.append(sides.begin() + *axis + 1, sides.end());
  if (Error error = checkSize(shape))
    return error;
  int64_t inner = countElements(sides.drop_front(*axis + 1));
  int64_t outer = countElements(sides.take_front(*axis));
  Tensor result{data.kind, shape, {}};
  for (int64_t i = 0; i < outer; ++i)
    for (int64_t row : *rows) {
      auto begin = data.values.begin() + (i * sides[*axis] + row) * inner;
      result.values.insert(result.values.end(), begin, begin + inner);
    }
  return one(std::move(result));
}

Folded onnx::foldGatherElements(const Node &node, Inputs inputs) {
  const Tensor &data = *inputs[0], &indices = *inputs[1];
  auto axis = resolveAxis(node.integer("axis", 0), data.shape.size());
  if (!axis)
    return axis.takeError();
  auto places = readIndices(indices, data.shape[*axis]);
  if (!places)
    return places.takeError();
  for (size_t i = 0; i < indices.shape.size(); ++i)
    if (indices.shape.size() != data.shape.size() ||
        (int64_t(i) != *axis && indices.shape[i] > data.shape[i]))
      return createStringError("its indices are larger than its data");
  auto place = places->begin();
  return one(rearrange(data, indices.shape, [&](ArrayRef<int64_t> index) {
    int64_t flat = 0;
    for (auto [i, side] : llvm::enumerate(data.shape))
      flat = flat * side + (int64_t(i) == *axis ? *place++ : index[i]);
    return flat;
  }));
}

Folded onnx::foldGatherND(const Node &node, Inputs inputs) {
  const Tensor &data = *inputs[0], &indices = *inputs[1];
  if (node.integer("batch_dims", 0) != 0 || indices.shape.empty() ||
      indices.shape.back() > static_cast<int64_t>(data.shape.size()))
    return createStringError("of its kind only the plain one is known");
  size_t depth = indices.shape.back();
  ArrayRef<int64_t> sides = data.shape, heights = indices.shape;
  Shape shape(heights.drop_back());
  shape.append(sides.begin() + depth, sides.end());
  if (Error error = checkSize(shape))
    return error;
  int64_t inner = countElements(sides.drop_front(depth));
  std::vector<int64_t> numbers = indices.toIntegers();
  Tensor result{data.kind, shape, {}};
  for (size_t i = 0; depth > 0 && i + depth <= numbers.size(); i += depth) {
    int64_t flat = 0;
    for (size_t axis = 0; axis < depth; ++axis) {
      int64_t index = numbers[i + axis], side = sides[axis];
      if (index < -side || index >= side)
        return createStringError("it asks for element " + Twine(index) +
                                 " of " + Twine(side));
      flat = flat * side + (index < 0 ? index + side : index);
    }
    auto begin = data.values.begin() + flat * inner;
    result.values.insert(result.values.end(), begin, begin + inner);
  }
  return one(std::move(result));
}

Folded onnx::foldExpand(const Node &, Inputs inputs) {
  const Tensor &input = *inputs[0];
  auto shape = broadcastShapes(input.shape, inputs[1]->toIntegers());
  if (!shape)
    return createStringError("it expands " + shapeText(input.shape) + " to " +
                             shapeText(inputs[1]->toIntegers()));
  if (Error error = checkSize(*shape))
    return error;
  return one(broadcast(input, *shape));
}

Folded onnx::foldTile(const Node &, Inputs inputs) {
  const Tensor &input = *inputs[0];
  std::vector<int64_t> repeats = inputs[1]->toIntegers();
  if (repeats.size() != input.shape.size())
    return createStringError("it has no repeat for each side");
  Shape shape;
  for (auto [side, times] : llvm::zip_equal(input.shape, repeats))
    shape.push_back(times < 0 || times > maxElements ? -1 : side * times);
  if (Error error = checkSize(shape))
    return error;
  return one(rearrange(input, shape, [&](ArrayRef<int64_t> index) {
    int64_t flat = 0;
    for (auto [axis, side] : llvm::enumerate(input.shape))
      flat = flat * side + index[axis] % side;
    return flat;
  }));
}

Folded onnx::foldConcat(const Node &node, Inputs inputs) {
  if (!inputs[0])
    return createStringError("it joins nothing");
  auto axis = resolveAxis(node.integer("axis", 0), inputs[0]->shape.size());
  if (!axis)
    return axis.takeError();
  Tensor result{inputs[0]->kind, inputs[0]->shape, {}};
  result.shape[*axis] = 0;
  for (const Tensor *input : inputs) {
    if (!input || input->shape.size() != result.shape.size())
      return createStringError("its inputs differ in rank");
    result.shape[*axis] += input->shape[*axis];
    for (size_t i = 0; i < result.shape.size(); ++i)
      if (int64_t(i) != *axis && input->shape[i] != result.shape[i])
        return createStringError("its inputs' shapes do not fit");
  }
  if (Error error = checkSize(result.shape))
    return error;
  int64_t outer = countElements(ArrayRef(result.shape).take_front(*axis));
  for (int64_t i = 0; i < outer; ++i) // none, where a side is 0
    for (const Tensor *input : inputs) {
      int64_t width = input->values.size() / outer;
      auto begin = input->values.begin() + i * width;
      result.values.insert(result.values.end(), begin, begin + width);
    }
  return one(std::move(result));
}

Folded onnx::foldTrilu(const Node &node, Inputs inputs) {
  Tensor result = *inputs[0];
  if (result.shape.size() < 2)
    return createStringError("its input is no matrix");
  const Tensor *shift = argument(inputs, 1);
  int64_t diagonal =
      shift && !shift->values.empty() ? shift->toIntegers()[0] : 0;
  int64_t columns = result.shape.back(), rows = result.shape.rbegin()[1];
  bool upper = node.integer("upper", 1);
  for (size_t i = 0; i < result.values.size(); ++i) {
    int64_t column = i % columns, row = i / columns % rows;
    if (upper ? column < row + diagonal : column > row + diagonal)
      result.values[i] = 0.0;
  }
  return one(std::move(result));
}
