//===- constants.cpp - Constants of a graph, and weights among them -------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/onnx/values/lifted_value.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Error.h"

using namespace llvm;
using namespace emblem;
using namespace emblem::frontend;
using namespace emblem::frontend::onnx;

using Derivation = WeightDerivation;

ValuePtr onnx::makeConstant(Tensor tensor) {
  Shape shape = tensor.shape;
  Constant constant;
  constant.tensor = std::move(tensor);
  return makeValue(shape, std::move(constant));
}

ValuePtr onnx::makeWeight(StringRef name, const WeightView &view) {
  Constant constant;
  // The reader of the file knows no type that this one does not.
  constant.read = [view] { return cantFail(readTensor(view)); };
  if (getInfo(view.type).count == 1)
    constant.stored = view;
  bool isWeight = view.type == ElementType::F32 ||
                  view.type == ElementType::F16 ||
                  view.type == ElementType::BF16;
  constant.weight = isWeight ? name.str() : "";
  if (isInteger(view.type))
    constant.integers = name.str();
  return makeValue(view.shape, std::move(constant));
}

const Tensor &onnx::read(LiftedValue &value) {
  Constant &constant = *value.as<Constant>();
  if (!constant.tensor)
    constant.tensor = constant.read();
  return *constant.tensor;
}

Tensor onnx::readOnce(LiftedValue &value) {
  Constant &constant = *value.as<Constant>();
  return constant.tensor ? *constant.tensor : constant.read();
}

static WeightExpression transposed(const WeightExpression &matrix) {
  if (matrix.empty())
    return {};
  if (matrix.as<Derivation::Transposed>())
    return matrix.operand(0);
  auto *how = matrix.as<Derivation::Dequantised>();
  if (!how)
    return WeightExpression::transposed(matrix);
  // The integers are turned in their file, which is read in strides.
  Derivation::Dequantised turned = *how;
  turned.axis = 1 - how->axis;
  auto scales = [&](size_t index) {
    if (index >= matrix.derivation.operands.size())
      return WeightExpression();
    const WeightExpression &operand = matrix.operand(index);
    return how->block > 0 ? transposed(operand) : operand;
  };
  return WeightExpression::dequantised(transposed(matrix.operand(0)), scales(1),
                                       scales(2), turned);
}

ValuePtr onnx::transposed(const ValuePtr &matrix) {
  const Constant &from = *matrix->as<Constant>();
  if (const auto &less = from.less)
    return lessZero(transposed(less->integers), less->zero, 1 - less->axis);
  Constant constant;
  constant.read = [matrix] { return transpose(readOnce(*matrix), {1, 0}); };
  constant.weight = ::transposed(from.weight);
  constant.integers = ::transposed(from.integers);
  return makeValue({matrix->shape[1], matrix->shape[0]}, std::move(constant));
}

// The weight files' readers do not mind sides of 1 before the last.
static Shape withoutOnes(ArrayRef<int64_t> shape) {
  Shape result;
  for (auto [axis, side] : llvm::enumerate(shape))
    if (side != 1 || axis + 1 == shape.size())
      result.push_back(side);
  return result;
}

ValuePtr onnx::reshaped(const ValuePtr &value, ArrayRef<int64_t> shape) {
  if (ArrayRef<int64_t>(value->shape) == shape)
    return value;
  Constant constant;
  const Constant &from = *value->as<Constant>();
  if ((constant.stored = from.stored))
    constant.stored->shape.assign(shape.begin(), shape.end());
  constant.read = [value, to = Shape(shape), stored = constant.stored] {
    if (stored)
      return cantFail(readTensor(*stored));
    Tensor tensor = read(*value);
    tensor.shape = to;
    return tensor;
  };
  if (withoutOnes(shape) == withoutOnes(value->shape)) {
    constant.weight = from.weight;
    constant.lookups = from.lookups;
    constant.integers = from.integers;
  }
  return makeValue(shape, std::move(constant));
}

static WeightView rowsOf(const WeightView &view, int64_t first, int64_t last) {
  WeightView rows = view;
  rows.data += first * (view.elementCount() / view.shape.front()) *
               getInfo(view.type).size;
  rows.shape.front() = last - first;
  return rows;
}

Tensor onnx::readRows(const WeightView &view, ArrayRef<int64_t> ids) {
  Tensor rows{TensorKind::Float, Shape(view.shape), {}};
  rows.shape.front() = ids.size();
  for (int64_t id : ids) {
    Tensor row = cantFail(readTensor(rowsOf(view, id, id + 1)));
    rows.kind = row.kind;
    llvm::append_range(rows.values, row.values);
  }
  return rows;
}

ValuePtr onnx::sliced(const ValuePtr &value, int64_t first, int64_t last) {
  if (first == 0 && last == value->shape.front())
    return value;
  const auto &less = value->as<Constant>()->less;
  if (less && (less->axis == 1 || countElements(less->zero->shape) == 1))
    return lessZero(sliced(less->integers, first, last), less->zero,
                    less->axis);
  Shape shape(value->shape);
  shape.front() = last - first;
  Constant constant;
  if (const auto &whole = value->as<Constant>()->stored)
    constant.stored = rowsOf(*whole, first, last);
  constant.read = [value, shape, first, stored = constant.stored] {
    if (stored)
      return cantFail(readTensor(*stored));
    Tensor whole = readOnce(*value);
    auto begin = whole.values.begin() +
                 first * (whole.values.size() / whole.shape.front());
    return Tensor{whole.kind, shape, {begin, begin + countElements(shape)}};
  };
  auto part = [&](const WeightExpression &weight) {
    if (auto *rows = weight.as<Derivation::Rows>())
      return WeightExpression::rows(weight.operand(0), rows->first + first,
                                    rows->first + last);
    return weight.empty() ? weight
                          : WeightExpression::rows(weight, first, last);
  };
  const Constant &from = *value->as<Constant>();
  constant.weight = part(from.weight);
  constant.integers = part(from.integers);
  return makeValue(shape, std::move(constant));
}

//===----------------------------------------------------------------------===//
// Integers
//===----------------------------------------------------------------------===//

// The place of each element's scale among the scales.
static int64_t scaleOf(ArrayRef<int64_t> shape, int64_t element, int64_t axis,
                       int64_t block) {
  int64_t width = countElements(shape.drop_front(axis + 1));
  int64_t place = element / width % shape[axis];
  if (block == 0)
    return place;
  int64_t blocks = (shape[axis] + block - 1) / block;
  return (element / width / shape[axis] * blocks + place / block) * width +
         element % width;
}

static Tensor dequantise(Tensor result, const Tensor &scale, const Tensor *zero,
                         int64_t axis, int64_t block) {
  result.kind = TensorKind::Float;
  for (size_t i = 0; i < result.values.size(); ++i) {
    auto at = [&](const Tensor &tensor) {
      return tensor.values.size() == 1
                 ? tensor.values[0]
                 : tensor.values[scaleOf(result.shape, i, axis, block)];
    };
    double &value = result.values[i];
    value = static_cast<float>(
        static_cast<float>(value - (zero ? at(*zero) : 0.0)) *
        static_cast<float>(at(scale)));
  }
  return result;
}

ValuePtr onnx::dequantised(const ValuePtr &integers, const ValuePtr &scale,
                           const ValuePtr &zero, int64_t axis, int64_t block) {
  const Constant &from = *integers->as<Constant>();
  Constant constant;
  constant.isDequantised = true;
  constant.read = [=] {
    return dequantise(readOnce(*integers), read(*scale),
                      zero ? &read(*zero) : nullptr, axis, block);
  };
  Derivation::Dequantised how{axis, block, 0.0};
  WeightExpression zeros;
  bool isNamed =
      !from.integers.empty() && !scale->as<Constant>()->weight.empty();
  size_t rank = integers->shape.size();
  if (zero && isNamed) {
    zeros = zero->as<Constant>()->integers;
    if (zeros.empty())
      zeros = zero->as<Constant>()->weight;
    if (auto all = read(*zero).uniform()) {
      how.zero = *all;
      zeros.clear();
    } else if (zeros.empty()) {
      isNamed = false;
    }
  }
  if (isNamed && rank > 0 && rank <= 2)
    constant.weight = WeightExpression::dequantised(
        from.integers, scale->as<Constant>()->weight, zeros, how);
  bool isOfColumns = block == 0 && axis + 1 == int64_t(rank);
  for (const Lookup &lookup : from.lookups)
    if (countElements(scale->shape) == 1 || isOfColumns)
      constant.lookups.push_back(
          {dequantised(lookup.table, scale, zero, /*axis=*/1, 0), lookup.ids});
  return makeValue(integers->shape, std::move(constant));
}

ValuePtr onnx::lessZero(const ValuePtr &integers, const ValuePtr &zero,
                        int64_t axis) {
  Constant constant;
  constant.read = [=] {
    Tensor one = Tensor::scalar(TensorKind::Float, 1.0);
    return dequantise(readOnce(*integers), one, &read(*zero), axis, 0);
  };
  constant.less = {integers, zero, axis};
  return makeValue(integers->shape, std::move(constant));
}

bool onnx::isIntegers(const ValuePtr &value) {
  const Constant &constant = *value->as<Constant>();
  return constant.less || !constant.integers.empty();
}

ValuePtr onnx::scaledRows(const ValuePtr &weight, const ValuePtr &factors) {
  const Constant &from = *weight->as<Constant>();
  if (from.less &&
      (from.less->axis == 0 || countElements(from.less->zero->shape) == 1))
    return dequantised(from.less->integers, factors, from.less->zero,
                       /*axis=*/0, 0);
  if (!from.integers.empty())
    return dequantised(weight, factors, nullptr, /*axis=*/0, 0);
  Constant constant;
  constant.read = [=] {
    return dequantise(readOnce(*weight), read(*factors), nullptr, /*axis=*/0,
                      0);
  };
  const WeightExpression &by = factors->as<Constant>()->weight;
  if (!from.weight.empty() && !by.empty() &&
      countElements(factors->shape) == weight->shape[0])
    constant.weight = WeightExpression::scaledRows(from.weight, by);
  return makeValue(weight->shape, std::move(constant));
}
