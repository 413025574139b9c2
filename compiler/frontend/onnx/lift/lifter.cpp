//===- lifter.cpp - From a graph to emb operations ------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/onnx/lift/lifter.h"

#include "compiler/frontend/onnx/expand/expand.h"
#include "compiler/frontend/onnx/fold/fold.h"
#include "compiler/frontend/onnx/fold/scalar_functions.h"

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

/// `visit` is given each value that the node reads, or its branches do.
static void forEachRead(const Node &node,
                        function_ref<void(StringRef name)> visit) {
  for (const std::string &input : node.inputs)
    visit(input);
  for (const auto &[name, attribute] : node.attributes)
    if (const Branch *branch = node.branch(name)) {
      for (const Node &inner : branch->nodes)
        forEachRead(inner, visit);
      for (const std::string &output : branch->outputs)
        visit(output);
    }
}

// The nodes that the output depends on.
static StringSet<> findNeeded(const OnnxFile &file, StringRef output) {
  StringSet<> needed;
  needed.insert(output);
  for (const Node &node : llvm::reverse(file.getNodes()))
    if (llvm::any_of(node.outputs, [&](const std::string &name) {
          return !name.empty() && needed.contains(name);
        }))
      forEachRead(node, [&](StringRef name) { needed.insert(name); });
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
    forEachRead(current, [&](StringRef name) { lastReaders[name] = &current; });
  for (const Node &current : file.getNodes()) {
    bool used = llvm::any_of(current.outputs, [&](const std::string &name) {
      return !name.empty() && needed.contains(name);
    });
    if (!used)
      continue;
    visit(current);
    // Masks and heads of long texts are large.
    forEachRead(current, [&](StringRef name) {
      if (name != output && lastReaders.lookup(name) == &current)
        if (auto found = values.find(name); found != values.end())
          values.erase(found);
    });
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
  // RoBERTa's positions count from the padding id + 1, and pass over padding;
  // what else ids that are compared may mean is not known.
  for (auto op : rows->getParentBlock()->getOps<emb::PositionalEncodingOp>()) {
    int64_t padding = static_cast<int64_t>(op.getOffset()) - 1;
    if (comparedIds.erase(padding))
      op.setUncounted(padding);
  }
  return Rows{*rows, pooled};
}

// What the node writes; where it cannot be lifted, what is Unknown.
void Lifter::visit(const Node &current) {
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
}

// The nodes of the branch that a text of this length takes.
Expected<std::vector<ValuePtr>> Lifter::liftBranch(const Node &node,
                                                   Inputs inputs) {
  const Tensor *condition = constantAt(inputs, 0);
  auto chosen = condition ? condition->uniform() : std::nullopt;
  if (!chosen)
    return createStringError("its condition depends on the text");
  const Branch *branch =
      node.branch(*chosen != 0.0 ? "then_branch" : "else_branch");
  if (!branch)
    return createStringError("it has no such branch");
  for (const Node &inner : branch->nodes)
    visit(inner);
  this->node = &node;
  std::vector<ValuePtr> results;
  for (const std::string &output : branch->outputs)
    results.push_back(values.find(output)->second);
  return results;
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

// The plain nodes that stand for it; to the outside they are it.
Expected<std::vector<ValuePtr>>
Lifter::expand(Expansion expansion, const Node &node, Inputs inputs) {
  auto lift = [&](const Node &plain, Inputs inputs) {
    return liftNode(plain, inputs);
  };
  PlainNodes nodes(node, inputs, length, quantised, lift);
  std::vector<ValuePtr> results = expansion(nodes);
  if (nodes.failed())
    return createStringError(nodes.getReason());
  return results;
}

// What is joined without what is empty, as a cache before the first token.
static std::vector<ValuePtr> withoutEmpty(ArrayRef<ValuePtr> inputs) {
  std::vector<ValuePtr> kept;
  for (const ValuePtr &input : inputs)
    if (input && (!input->as<Constant>() || countElements(input->shape) != 0))
      kept.push_back(input);
  return kept;
}

Expected<std::vector<ValuePtr>> Lifter::liftNode(const Node &node,
                                                 Inputs inputs) {
  if (node.operation == "Concat" && node.domain.empty()) {
    std::vector<ValuePtr> kept = withoutEmpty(inputs);
    if (kept.size() == 1)
      return kept;
    if (!kept.empty() && kept.size() < inputs.size())
      return liftNode(node, kept);
  }
  auto expansion = findExpansion(node, file.getOpset());
  if (!expansion)
    return expansion.takeError();
  if (*expansion)
    return expand(*expansion, node, inputs);
  if (!node.domain.empty())
    return createStringError("it is not one of ONNX's own operators");
  ValuePtr first = inputs.empty() ? nullptr : inputs[0];
  if (node.operation == "Shape" && first)
    return one(liftShape(node, first));
  if (node.operation == "Size" && first)
    return one(makeConstant(Tensor::scalar(
        TensorKind::Integer, double(countElements(first->shape)))));
  if (node.operation == "If")
    return liftBranch(node, inputs);
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

// Ids are looked up, or compared with the padding's, which no text holds.
Expected<ValuePtr> Lifter::liftIds(const Node &node, Inputs inputs) {
  const ValuePtr &first = inputs[0];
  ValuePtr second = inputs.size() > 1 ? inputs[1] : nullptr;
  if (node.operation == "Equal" && second && !first->as<TokenTypes>() &&
      !second->as<TokenTypes>()) {
    const ValuePtr &other = first->as<TokenIds>() ? second : first;
    auto id = other->as<Constant>() ? read(*other).uniform() : std::nullopt;
    if (!id)
      return createStringError("it compares token ids with no one id");
    comparedIds.insert(int64_t(*id));
    return makeConstant(Tensor::filled(TensorKind::Boolean, {1, length}, 0.0));
  }
  if (first->as<TokenIds>() || first->as<TokenTypes>()) {
    const Tensor *target =
        second && second->as<Constant>() ? &read(*second) : nullptr;
    auto shape = findReshaped(node, first->shape, target);
    if (!shape)
      return shape.takeError();
    if (*shape) {
      auto result = std::make_shared<LiftedValue>(*first);
      result->shape = **shape;
      return result;
    }
  }
  return createStringError("it computes with token ids or types");
}
