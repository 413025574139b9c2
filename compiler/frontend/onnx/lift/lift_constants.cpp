//===- lift_constants.cpp - Values that no id changes ---------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/onnx/fold/fold.h"
#include "compiler/frontend/onnx/lift/lifter.h"

#include <cmath>
#include <numeric>

using namespace llvm;
using namespace emblem;
using namespace emblem::frontend;
using namespace emblem::frontend::onnx;

// Rows of positions that are told apart; a longer part of a table is none.
static constexpr int64_t mostLookups = 1 << 16;

// What keeps a weight a weight, and a sum of looked-up rows one.
static ValuePtr foldWeight(const Node &node, ArrayRef<ValuePtr> inputs) {
  StringRef operation = node.operation;
  const ValuePtr &input = inputs[0];
  Constant &constant = *input->as<Constant>();
  bool isNamed = !constant.weight.empty();
  if (operation == "Transpose" && (isNamed || isIntegers(input)) &&
      input->shape.size() == 2) {
    auto permutation = readPermutation(node, 2);
    if (!permutation)
      return consumeError(permutation.takeError()), nullptr;
    return (*permutation)[0] == 0 ? input : transposed(input);
  }
  // What DynamicQuantizeLinear scales by is 1 here.
  if (operation == "Mul" && inputs.size() == 2 && inputs[1])
    for (const auto &[weight, one] :
         {std::pair(inputs[0], inputs[1]), std::pair(inputs[1], inputs[0])})
      if (!weight->as<Constant>()->weight.empty() &&
          countElements(one->shape) == 1 &&
          one->shape.size() <= weight->shape.size() &&
          read(*one).uniform() == 1.0)
        return weight;
  bool isFloat = !constant.tensor || constant.tensor->kind == TensorKind::Float;
  int64_t to = node.integer("to", 1);
  if (operation == "Cast" && isNamed && isFloat &&
      (to == 1 || to == 10 || to == 11 || to == 16))
    return input;
  return nullptr;
}

// Along which axis of a matrix a constant has a number for each place; one
// number is of any. None where it is no such.
static std::optional<int64_t> findAxis(ArrayRef<int64_t> matrix,
                                       ArrayRef<int64_t> shape) {
  int64_t count = countElements(shape);
  if (count == 1 ||
      (!shape.empty() && count == matrix.back() && shape.back() == count))
    return matrix.size() - 1;
  if (matrix.size() == 2 && shape.size() == 2 && count == matrix[0] &&
      shape[0] == count)
    return 0;
  return std::nullopt;
}

static ValuePtr asFloats(const ValuePtr &integers) {
  Constant constant;
  constant.read = [integers] {
    Tensor tensor = readOnce(*integers);
    tensor.kind = TensorKind::Float;
    return tensor;
  };
  constant.integers = integers->as<Constant>()->integers;
  return makeValue(integers->shape, std::move(constant));
}

// Integers that a graph dequantises in pieces: cast, less their zero, and times
// a scale; null for any other node.
static ValuePtr foldIntegers(const Node &node, ArrayRef<ValuePtr> inputs) {
  StringRef operation = node.operation;
  const ValuePtr &first = inputs[0];
  int64_t to = node.integer("to", 1);
  bool toFloat = to == 1 || to == 10 || to == 11 || to == 16;
  if (operation == "Cast" && isIntegers(first) && toFloat)
    return first->as<Constant>()->less ? first : asFloats(first);
  if (inputs.size() != 2 || !inputs[1] ||
      (operation != "Sub" && operation != "Mul"))
    return nullptr;
  bool isFirst = isIntegers(first);
  const ValuePtr &integers = isFirst ? first : inputs[1],
                 &other = isFirst ? inputs[1] : first;
  if (!isIntegers(integers) || integers->shape.empty() ||
      integers->shape.size() > 2)
    return nullptr;
  auto axis = findAxis(integers->shape, other->shape);
  const auto &less = integers->as<Constant>()->less;
  // Integers among themselves are those of shapes.
  if (!axis || read(*other).kind != TensorKind::Float)
    return nullptr;
  if (operation == "Sub")
    return isFirst && !less ? lessZero(integers, other, *axis) : nullptr;
  if (!less)
    return dequantised(integers, other, nullptr, *axis, 0);
  bool isOne = countElements(less->zero->shape) == 1;
  if (!isOne && countElements(other->shape) != 1 && less->axis != *axis)
    return nullptr;
  return dequantised(less->integers, other, less->zero,
                     isOne ? *axis : less->axis, 0);
}

// Rows of a table, their sums, and the ways in which these are moved about.
static void keepLookups(const Node &node, ArrayRef<ValuePtr> inputs,
                        const ValuePtr &result) {
  StringRef operation = node.operation;
  Constant &first = *inputs[0]->as<Constant>(), &to = *result->as<Constant>();
  ArrayRef<int64_t> shape = inputs[0]->shape;
  bool isTable =
      !first.weight.empty() || first.isDequantised || isIntegers(inputs[0]);
  if (operation == "Gather" && isTable && shape.size() == 2 &&
      node.integer("axis", 0) == 0) {
    std::vector<int64_t> ids = read(*inputs[1]).toIntegers();
    for (int64_t &id : ids)
      id += id < 0 ? shape[0] : 0;
    to.lookups = {{inputs[0], std::move(ids)}};
  } else if (operation == "Add") {
    Constant &second = *inputs[1]->as<Constant>();
    bool zeros[2] = {read(*inputs[0]).uniform() == 0.0,
                     read(*inputs[1]).uniform() == 0.0};
    if (zeros[0] || zeros[1])
      to.lookups = (zeros[0] ? second : first).lookups;
    else if (!first.lookups.empty() && !second.lookups.empty()) {
      to.lookups = first.lookups;
      llvm::append_range(to.lookups, second.lookups);
    }
  } else if (operation == "Where") {
    // A mask that hides nothing.
    if (auto all = read(*inputs[0]).uniform()) {
      ValuePtr chosen = inputs[*all != 0.0 ? 1 : 2];
      if (countElements(chosen->shape) == countElements(result->shape))
        to.lookups = chosen->as<Constant>()->lookups;
    }
  } else if (operation == "Transpose" || operation == "Unsqueeze" ||
             operation == "Reshape" || operation == "Squeeze" ||
             operation == "Expand" || operation == "Cast") {
    if (countElements(shape) == countElements(result->shape))
      to.lookups = first.lookups;
  }
}

static void lower(std::optional<int64_t> &limit, int64_t to) {
  limit = std::min(limit.value_or(to), to);
}

void Lifter::noteLimits(const Node &node, Inputs inputs) {
  StringRef operation = node.operation;
  if (inputs.empty() || !inputs[0])
    return;
  if (operation == "Gather" && inputs.size() == 2 && inputs[1] &&
      countElements(inputs[1]->shape) == length) {
    std::vector<int64_t> ids = read(*inputs[1]).toIntegers();
    auto axis = resolveAxis(node.integer("axis", 0), inputs[0]->shape.size());
    if (!axis)
      return consumeError(axis.takeError());
    int64_t limit = inputs[0]->shape[*axis] - ids.front();
    if (ids.back() - ids.front() == length - 1 && limit > length)
      lower(tableLimit, limit);
  } else if (operation == "Slice") {
    std::vector<const Tensor *> tensors = {nullptr};
    for (const ValuePtr &input : inputs.drop_front())
      tensors.push_back(input ? &read(*input) : nullptr);
    auto ranges = readSlice(inputs[0]->shape, tensors);
    if (!ranges)
      return consumeError(ranges.takeError());
    for (auto [side, range] : llvm::zip_equal(inputs[0]->shape, *ranges))
      if (range.count == length && side - range.start > length)
        lower(tableLimit, side - range.start);
  } else if (operation == "Add" || operation == "Sub" ||
             operation.starts_with("Less") ||
             operation.starts_with("Greater")) {
    // Weights are added, too, but no bound of positions is one.
    for (const ValuePtr &input : inputs)
      if (input && countElements(input->shape) == 1)
        if (double bound = std::fabs(read(*input).values[0]);
            bound >= double(length) && bound < double(INT32_MAX))
          lower(nextBound, int64_t(bound));
  }
}

// Rows that are looked up in a table are read without the others.
static Expected<std::vector<Tensor>> foldValues(const Node &node,
                                                ArrayRef<ValuePtr> inputs) {
  if (node.operation == "Gather" && inputs.size() == 2 && inputs[0] &&
      inputs[1] && node.integer("axis", 0) == 0) {
    const auto &stored = inputs[0]->as<Constant>()->stored;
    std::vector<int64_t> ids = read(*inputs[1]).toIntegers();
    int64_t height = inputs[0]->shape.empty() ? 0 : inputs[0]->shape[0];
    for (int64_t &id : ids)
      id += id < 0 ? height : 0;
    if (stored && !inputs[0]->as<Constant>()->tensor && !ids.empty() &&
        llvm::all_of(ids, [&](int64_t id) { return id >= 0 && id < height; })) {
      Tensor rows = readRows(*stored, ids), places = read(*inputs[1]);
      std::iota(places.values.begin(), places.values.end(), 0.0);
      return fold(node, {&rows, &places});
    }
  }
  std::vector<const Tensor *> tensors;
  for (const ValuePtr &input : inputs)
    tensors.push_back(input ? &read(*input) : nullptr);
  return fold(node, tensors);
}

// A table's first rows, as of positions, or the parts of a joined weight; none
// where it is cut in another way.
static Expected<std::vector<ValuePtr>> cutWeight(const Node &node,
                                                 ArrayRef<ValuePtr> inputs) {
  std::vector<ValuePtr> parts;
  const ValuePtr &whole = inputs[0];
  if (whole->as<Constant>()->weight.empty() || whole->shape.empty())
    return parts;
  std::vector<const Tensor *> tensors = {nullptr};
  if (node.operation == "Slice" || node.operation == "Split")
    for (const ValuePtr &input : inputs.drop_front())
      tensors.push_back(input && input != whole ? &read(*input) : nullptr);
  if (node.operation == "Split" && node.integer("axis", 0) == 0) {
    auto sizes = readSplit(node, whole->shape[0],
                           tensors.size() > 1 ? tensors[1] : nullptr);
    if (!sizes)
      return sizes.takeError();
    int64_t first = 0;
    for (int64_t size : *sizes) {
      parts.push_back(sliced(whole, first, first + size));
      first += size;
    }
  }
  if (node.operation != "Slice")
    return parts;
  auto ranges = readSlice(whole->shape, tensors);
  if (!ranges)
    return ranges.takeError();
  bool plain = llvm::all_of(llvm::enumerate(*ranges), [&](auto range) {
    return range.value().step == 1 &&
           (range.index() == 0 ||
            range.value().count == whole->shape[range.index()]);
  });
  if (!plain || ranges->empty() || ranges->front().count < 1)
    return parts;
  Range rows = ranges->front();
  ValuePtr part = sliced(whole, rows.start, rows.start + rows.count);
  if (part != whole && part->shape.size() == 2 && rows.count <= mostLookups) {
    auto ids = llvm::seq(rows.start, rows.start + rows.count);
    part->as<Constant>()->lookups = {
        {whole, std::vector<int64_t>(ids.begin(), ids.end())}};
  }
  parts.push_back(part);
  return parts;
}

Expected<std::vector<ValuePtr>> Lifter::foldConstants(const Node &node,
                                                      Inputs inputs) {
  noteLimits(node, inputs);
  if (!inputs.empty() && inputs[0]) {
    if (ValuePtr weight = foldWeight(node, inputs))
      return std::vector{weight};
    if (ValuePtr weight = foldIntegers(node, inputs))
      return std::vector{weight};
    if (node.operation == "Reshape" || node.operation == "Unsqueeze" ||
        node.operation == "Squeeze" || node.operation == "Identity") {
      const Tensor *target =
          inputs.size() > 1 && inputs[1] ? &read(*inputs[1]) : nullptr;
      auto shape = findReshaped(node, inputs[0]->shape, target);
      if (!shape)
        return shape.takeError();
      if (*shape)
        return std::vector{reshaped(inputs[0], **shape)};
    }
    auto parts = cutWeight(node, inputs);
    if (!parts || !parts->empty())
      return parts;
  }
  auto folded = foldValues(node, inputs);
  if (!folded)
    return folded.takeError();
  std::vector<ValuePtr> results;
  for (Tensor &tensor : *folded)
    results.push_back(makeConstant(std::move(tensor)));
  if (!inputs.empty() && inputs[0] && results.size() == 1)
    keepLookups(node, inputs, results.front());
  return results;
}
