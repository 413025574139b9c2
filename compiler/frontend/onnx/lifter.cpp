//===- lifter.cpp - From a graph to emb operations ------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/onnx/lifter.h"

#include "compiler/frontend/onnx/fold.h"
#include "compiler/frontend/onnx/scalar_functions.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

#include <cmath>

using namespace llvm;
using namespace emblem;
using namespace emblem::frontend;
using namespace emblem::frontend::onnx;

// An error names so many nodes; the rest is a number.
static constexpr size_t maxNamed = 8;

bool Lifter::hasHalves(const OnnxFile &file) {
  return llvm::any_of(file.getTensors(), [](const auto &tensor) {
    return tensor.second.type == ElementType::F16 ||
           tensor.second.type == ElementType::BF16;
  });
}

// One text: all of it is seen, and all of it is one segment.
Error Lifter::addInputs() {
  Shape shape = {1, length};
  for (const Port &input : file.getInputs()) {
    if (input.shape && (input.shape->size() != 2 ||
                        (input.shape->at(0) > 0 && input.shape->at(0) != 1) ||
                        input.shape->at(1) > 0))
      return createStringError(
          "'" + file.getPath() + "': its input '" + input.name + "' is " +
          shapeText(*input.shape) +
          ", and must be [batch, tokens]; export it with dynamic axes");
    ValuePtr &value = values[input.name];
    auto filled = [&](double element) {
      return makeConstant(Tensor::filled(TensorKind::Integer, shape, element));
    };
    if (input.name == "input_ids") {
      value = makeValue(shape, TokenIds());
    } else if (input.name == "attention_mask") {
      value = filled(1.0);
    } else if (input.name == "token_type_ids") {
      value = filled(0.0);
    } else if (input.name == "position_ids") {
      Tensor positions = Tensor::filled(TensorKind::Integer, shape, 0.0);
      for (int64_t i = 0; i < length; ++i)
        positions.values[i] = double(i);
      value = makeConstant(std::move(positions));
    } else {
      return createStringError(
          "'" + file.getPath() + "': its input '" + input.name +
          "' is not known; the inputs that are known are input_ids, "
          "attention_mask, token_type_ids and position_ids");
    }
  }
  return Error::success();
}

// The nodes that the output depends on.
static StringSet<> findNeeded(const OnnxFile &file, StringRef output) {
  StringSet<> needed;
  needed.insert(output);
  for (const Node &node : llvm::reverse(file.getNodes()))
    if (llvm::any_of(node.outputs, [&](const std::string &name) {
          return !name.empty() && needed.contains(name);
        }))
      for (const std::string &input : node.inputs)
        needed.insert(input);
  return needed;
}

static bool isConstant(const ValuePtr &value) {
  return !value || value->as<Constant>();
}

static bool isUnknown(const ValuePtr &value) {
  return value && value->as<Unknown>();
}

Expected<Rows> Lifter::lift(StringRef output) {
  if (Error error = addInputs())
    return error;
  for (const auto &[name, view] : file.getTensors())
    values[name] = makeWeight(name, view);
  StringSet<> needed = findNeeded(file, output);
  StringMap<const Node *> lastReaders;
  for (const Node &current : file.getNodes())
    for (const std::string &input : current.inputs)
      lastReaders[input] = &current;
  for (const Node &current : file.getNodes()) {
    bool used = llvm::any_of(current.outputs, [&](const std::string &name) {
      return !name.empty() && needed.contains(name);
    });
    if (!used)
      continue;
    node = &current;
    std::vector<ValuePtr> inputs;
    for (const std::string &input : current.inputs)
      inputs.push_back(input.empty() ? nullptr : values.find(input)->second);
    std::vector<ValuePtr> results;
    if (llvm::none_of(inputs, isUnknown)) {
      auto lifted = liftNode(current, inputs);
      if (lifted)
        results = std::move(*lifted);
      else
        problems.push_back(current.describe() + " (" +
                           toString(lifted.takeError()) + ")");
    }
    results.resize(current.outputs.size());
    for (auto [name, result] : llvm::zip_equal(current.outputs, results))
      values[name] = result ? result : makeValue({}, Unknown());
    // Masks and heads of long texts are large.
    for (const std::string &input : current.inputs)
      if (input != output && lastReaders.lookup(input) == &current)
        values.erase(input);
  }
  ValuePtr result = values.find(output)->second;
  if (!problems.empty() || isUnknown(result))
    return report(output);
  auto rows = emit(result);
  if (!rows)
    return createStringError(
        "'" + file.getPath() + "': its output '" + output +
        "' cannot be lifted: " + toString(rows.takeError()));
  bool pooled = isPooled(result);
  // RoBERTa's positions count from the padding id + 1; what else ids that are
  // compared may mean is not known.
  for (int64_t id : paddingIds) {
    bool counts = false;
    for (auto op : rows->getParentBlock()->getOps<emb::PositionalEncodingOp>())
      counts |= op.getOffset() == static_cast<uint64_t>(id + 1);
    if (!counts)
      return createStringError("'" + file.getPath() +
                               "' compares token ids "
                               "with " +
                               Twine(id) +
                               ", which is no padding "
                               "that positions count from; compile the "
                               "Hugging Face folder instead");
  }
  return Rows{*rows, pooled};
}

Error Lifter::report(StringRef output) const {
  std::string list;
  for (const std::string &problem : ArrayRef(problems).take_front(maxNamed))
    list += (list.empty() ? "" : ", ") + problem;
  if (problems.size() > maxNamed)
    list += " and " + std::to_string(problems.size() - maxNamed) + " more";
  return createStringError(
      "'" + file.getPath() + "' holds nodes that cannot be lifted: " + list +
      "; export it without optimisation or quantisation, or compile the "
      "Hugging Face folder instead");
}

//===----------------------------------------------------------------------===//
// Nodes
//===----------------------------------------------------------------------===//

static Expected<std::vector<ValuePtr>> one(Expected<ValuePtr> value) {
  if (!value)
    return value.takeError();
  return std::vector<ValuePtr>{*value};
}

Expected<std::vector<ValuePtr>> Lifter::liftNode(const Node &node,
                                                 Inputs inputs) {
  if (!node.domain.empty())
    return createStringError("it is not one of ONNX's own operators");
  ValuePtr first = inputs.empty() ? nullptr : inputs[0];
  if (node.operation == "Shape" && first)
    return one(liftShape(node, first));
  if (node.operation == "Size" && first)
    return one(makeConstant(Tensor::scalar(
        TensorKind::Integer, double(countElements(first->shape)))));
  if (llvm::all_of(inputs, isConstant))
    return foldConstants(node, inputs);
  // No row of a softmax is empty, so no part of a model is ever NaN; nor is it
  // ever so large as to be infinite, which half precision is guarded against.
  if (node.operation == "IsNaN" || node.operation == "IsInf")
    return one(
        makeConstant(Tensor::filled(TensorKind::Boolean, first->shape, 0.0)));
  auto heads = liftHeads(node, inputs);
  if (!heads || !heads->empty())
    return heads;
  if (node.operation == "Split")
    return liftSplit(node, inputs);
  return one(liftLayer(node, inputs));
}

Expected<ValuePtr> Lifter::liftShape(const Node &node, const ValuePtr &input) {
  int64_t rank = input->shape.size();
  auto bound = [&](StringRef name, int64_t fallback) {
    int64_t axis = node.integer(name, fallback);
    return std::clamp<int64_t>(axis < 0 ? axis + rank : axis, 0, rank);
  };
  int64_t start = bound("start", 0), end = bound("end", rank);
  ArrayRef<int64_t> sides = input->shape;
  return makeConstant(
      Tensor::integers(sides.slice(start, std::max<int64_t>(end - start, 0))));
}

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

// Ids are looked up, or compared with the padding's, which no text holds.
Expected<ValuePtr> Lifter::liftIds(const Node &node, Inputs inputs) {
  const ValuePtr &first = inputs[0];
  ValuePtr second = inputs.size() > 1 ? inputs[1] : nullptr;
  if (node.operation == "Equal" && second) {
    const ValuePtr &other = first->as<TokenIds>() ? second : first;
    auto id = other->as<Constant>() ? read(*other).uniform() : std::nullopt;
    if (!id)
      return createStringError("it compares token ids with no one id");
    paddingIds.insert(int64_t(*id));
    return makeConstant(Tensor::filled(TensorKind::Boolean, {1, length}, 0.0));
  }
  if (first->as<TokenIds>()) {
    const Tensor *target =
        second && second->as<Constant>() ? &read(*second) : nullptr;
    auto shape = findReshaped(node, first->shape, target);
    if (!shape)
      return shape.takeError();
    if (*shape)
      return makeValue(**shape, TokenIds());
  }
  return createStringError("it computes with token ids");
}
