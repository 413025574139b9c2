//===- tensor.cpp - A tensor that is known while compiling ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/files/onnx/tensor.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include <cstring>

using namespace llvm;
using namespace emblem::frontend;
using namespace emblem::frontend::onnx;

int64_t onnx::countElements(ArrayRef<int64_t> shape) {
  int64_t count = 1;
  for (int64_t side : shape)
    count *= side;
  return count;
}

std::string onnx::shapeText(ArrayRef<int64_t> shape) {
  return formatv("[{0:$[, ]}]", make_range(shape.begin(), shape.end()));
}

Tensor Tensor::filled(TensorKind kind, ArrayRef<int64_t> shape, double value) {
  return {kind, Shape(shape), std::vector<double>(countElements(shape), value)};
}

Tensor Tensor::integers(ArrayRef<int64_t> values) {
  return {TensorKind::Integer,
          {static_cast<int64_t>(values.size())},
          std::vector<double>(values.begin(), values.end())};
}

std::vector<int64_t> Tensor::toIntegers() const {
  std::vector<int64_t> result;
  for (double value : values)
    result.push_back(value >= 0x1p63    ? INT64_MAX
                     : value <= -0x1p63 ? INT64_MIN
                                        : static_cast<int64_t>(value));
  return result;
}

std::optional<double> Tensor::uniform() const {
  if (values.empty() || !llvm::all_equal(values))
    return std::nullopt;
  return values.front();
}

//===----------------------------------------------------------------------===//
// Stored tensors
//===----------------------------------------------------------------------===//

template <typename T, typename Widen>
static void readValues(const WeightView &view, std::vector<double> &values,
                       Widen widen) {
  for (size_t i = 0; i < values.size(); ++i) {
    T value;
    std::memcpy(&value, view.data + i * sizeof(T), sizeof(T));
    values[i] = widen(value);
  }
}

Expected<Tensor> onnx::readTensor(const WeightView &view) {
  Tensor tensor{TensorKind::Float, Shape(view.shape),
                std::vector<double>(view.elementCount())};
  auto plain = [](auto value) { return static_cast<double>(value); };
  auto integers = [&] {
    tensor.kind = TensorKind::Integer;
    return plain;
  };
  switch (view.type) {
  case ElementType::F32:
    readValues<float>(view, tensor.values, plain);
    return tensor;
  case ElementType::F64:
    readValues<double>(view, tensor.values, plain);
    return tensor;
  case ElementType::F16:
    readValues<uint16_t>(view, tensor.values, widenF16);
    return tensor;
  case ElementType::BF16:
    readValues<uint16_t>(view, tensor.values, widenBF16);
    return tensor;
  case ElementType::Bool:
    tensor.kind = TensorKind::Boolean;
    readValues<uint8_t>(view, tensor.values,
                        [](uint8_t value) { return value ? 1.0 : 0.0; });
    return tensor;
  case ElementType::I8:
    readValues<int8_t>(view, tensor.values, integers());
    return tensor;
  case ElementType::U8:
    readValues<uint8_t>(view, tensor.values, integers());
    return tensor;
  case ElementType::I32:
    readValues<int32_t>(view, tensor.values, integers());
    return tensor;
  case ElementType::I64:
    readValues<int64_t>(view, tensor.values, integers());
    return tensor;
  default:
    return createStringError("a tensor holds " + getInfo(view.type).name +
                             ", which is not known here");
  }
}

//===----------------------------------------------------------------------===//
// Shapes
//===----------------------------------------------------------------------===//

std::optional<Shape> onnx::broadcastShapes(ArrayRef<int64_t> a,
                                           ArrayRef<int64_t> b) {
  if (a.size() < b.size())
    std::swap(a, b);
  Shape shape(a);
  for (size_t i = 0; i < b.size(); ++i) {
    int64_t &side = shape[a.size() - b.size() + i];
    if (side != b[i] && side != 1 && b[i] != 1)
      return std::nullopt;
    if (side == 1)
      side = b[i];
  }
  return shape;
}

Tensor onnx::rearrange(const Tensor &input, ArrayRef<int64_t> shape,
                       function_ref<int64_t(ArrayRef<int64_t>)> from) {
  Tensor result{input.kind, Shape(shape), {}};
  int64_t count = countElements(shape);
  result.values.reserve(count);
  Shape index(shape.size(), 0);
  for (int64_t i = 0; i < count; ++i) {
    result.values.push_back(input.values[from(index)]);
    for (size_t axis = shape.size(); axis-- > 0;) {
      if (++index[axis] < shape[axis])
        break;
      index[axis] = 0;
    }
  }
  return result;
}

Tensor onnx::broadcast(const Tensor &input, ArrayRef<int64_t> shape) {
  if (ArrayRef<int64_t>(input.shape) == shape)
    return input;
  size_t missing = shape.size() - input.shape.size();
  return rearrange(input, shape, [&](ArrayRef<int64_t> index) {
    int64_t flat = 0;
    for (auto [axis, side] : llvm::enumerate(input.shape))
      flat = flat * side + (side == 1 ? 0 : index[missing + axis]);
    return flat;
  });
}

Tensor onnx::transpose(const Tensor &input, ArrayRef<int64_t> permutation) {
  Shape shape, strides(input.shape.size(), 1);
  for (size_t axis = strides.size(); axis-- > 1;)
    strides[axis - 1] = strides[axis] * input.shape[axis];
  for (int64_t axis : permutation)
    shape.push_back(input.shape[axis]);
  return rearrange(input, shape, [&](ArrayRef<int64_t> index) {
    int64_t flat = 0;
    for (auto [axis, source] : llvm::enumerate(permutation))
      flat += index[axis] * strides[source];
    return flat;
  });
}
