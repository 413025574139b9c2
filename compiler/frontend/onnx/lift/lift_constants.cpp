//===- lift_constants.cpp - What does not depend on the ids ---------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/onnx/fold/fold.h"
#include "compiler/frontend/onnx/lift/lifter.h"

#include <cmath>

using namespace llvm;
using namespace emblem;
using namespace emblem::frontend;
using namespace emblem::frontend::onnx;

// What keeps a weight a weight, and a sum of looked-up rows one.
static ValuePtr foldWeight(const Node &node, ArrayRef<ValuePtr> inputs) {
  StringRef operation = node.operation;
  const ValuePtr &input = inputs[0];
  Constant &constant = *input->as<Constant>();
  bool isNamed = !constant.weight.empty();
  if (operation == "Transpose" && isNamed && input->shape.size() == 2) {
    auto permutation = readPermutation(node, 2);
    if (!permutation)
      return consumeError(permutation.takeError()), nullptr;
    return (*permutation)[0] == 0 ? input : transposed(input);
  }
  bool isFloat = !constant.tensor || constant.tensor->kind == TensorKind::Float;
  int64_t to = node.integer("to", 1);
  if (operation == "Cast" && isNamed && isFloat &&
      (to == 1 || to == 10 || to == 11 || to == 16))
    return input;
  return nullptr;
}

// Rows of a table, their sums, and the ways in which these are moved about.
static void keepLookups(const Node &node, ArrayRef<ValuePtr> inputs,
                        const ValuePtr &result) {
  StringRef operation = node.operation;
  Constant &first = *inputs[0]->as<Constant>(), &to = *result->as<Constant>();
  ArrayRef<int64_t> shape = inputs[0]->shape;
  if (operation == "Gather" && !first.weight.empty() && shape.size() == 2 &&
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
  std::vector<const Tensor *> tensors = {nullptr};
  for (const ValuePtr &input : inputs.drop_front(!inputs.empty()))
    tensors.push_back(input ? &read(*input) : nullptr);
  if (operation == "Gather" && inputs.size() == 2 && tensors[1] &&
      static_cast<int64_t>(tensors[1]->values.size()) == length) {
    std::vector<int64_t> ids = tensors[1]->toIntegers();
    auto axis = resolveAxis(node.integer("axis", 0), inputs[0]->shape.size());
    if (!axis)
      return consumeError(axis.takeError());
    int64_t limit = inputs[0]->shape[*axis] - ids.front();
    if (ids.back() - ids.front() == length - 1 && limit > length)
      lower(tableLimit, limit);
  } else if (operation == "Slice") {
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

Expected<std::vector<ValuePtr>> Lifter::foldConstants(const Node &node,
                                                      Inputs inputs) {
  noteLimits(node, inputs);
  if (!inputs.empty() && inputs[0]) {
    if (ValuePtr weight = foldWeight(node, inputs))
      return std::vector{weight};
    const Tensor *target =
        inputs.size() > 1 && inputs[1] ? &read(*inputs[1]) : nullptr;
    if (node.operation == "Reshape" || node.operation == "Unsqueeze" ||
        node.operation == "Squeeze" || node.operation == "Identity") {
      auto shape = findReshaped(node, inputs[0]->shape, target);
      if (!shape)
        return shape.takeError();
      if (*shape)
        return std::vector{reshaped(inputs[0], **shape)};
    }
    // A table's first rows, as of positions, or a part of a joined weight.
    if (node.operation == "Slice" &&
        !inputs[0]->as<Constant>()->weight.empty()) {
      std::vector<const Tensor *> tensors;
      for (const ValuePtr &input : inputs)
        tensors.push_back(!input || input == inputs[0] ? nullptr
                                                       : &read(*input));
      auto ranges = readSlice(inputs[0]->shape, tensors);
      if (!ranges)
        return ranges.takeError();
      bool plain = llvm::all_of(llvm::enumerate(*ranges), [&](auto range) {
        return range.value().step == 1 &&
               (range.index() == 0 ||
                range.value().count == inputs[0]->shape[range.index()]);
      });
      if (plain && !ranges->empty() && ranges->front().count > 0) {
        Range rows = ranges->front();
        ValuePtr part = sliced(inputs[0], rows.start, rows.start + rows.count);
        if (part != inputs[0] && part->shape.size() == 2)
          part->as<Constant>()->lookups = {
              {inputs[0],
               std::vector<int64_t>(
                   llvm::seq(rows.start, rows.start + rows.count).begin(),
                   llvm::seq(rows.start, rows.start + rows.count).end())}};
        return std::vector{part};
      }
    }
  }
  std::vector<const Tensor *> tensors;
  for (const ValuePtr &input : inputs)
    tensors.push_back(input ? &read(*input) : nullptr);
  auto folded = fold(node, tensors);
  if (!folded)
    return folded.takeError();
  std::vector<ValuePtr> results;
  for (Tensor &tensor : *folded)
    results.push_back(makeConstant(std::move(tensor)));
  if (!inputs.empty() && inputs[0] && results.size() == 1)
    keepLookups(node, inputs, results.front());
  return results;
}
