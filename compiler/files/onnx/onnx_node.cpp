//===- onnx_node.cpp - A node and its attributes --------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/files/onnx/onnx_file.h"

using namespace llvm;
using namespace emblem::frontend;
using namespace emblem::frontend::onnx;

template <typename T>
static const T *findAttribute(const Node &node, StringRef name) {
  auto found = node.attributes.find(name.str());
  return found == node.attributes.end() ? nullptr
                                        : std::get_if<T>(&found->second);
}

int64_t Node::integer(StringRef attribute, int64_t fallback) const {
  const int64_t *value = findAttribute<int64_t>(*this, attribute);
  return value ? *value : fallback;
}

double Node::number(StringRef attribute, double fallback) const {
  const double *value = findAttribute<double>(*this, attribute);
  return value ? *value : fallback;
}

std::string Node::text(StringRef attribute) const {
  const std::string *value = findAttribute<std::string>(*this, attribute);
  return value ? *value : "";
}

std::optional<std::vector<int64_t>> Node::integers(StringRef attribute) const {
  auto *value = findAttribute<std::vector<int64_t>>(*this, attribute);
  return value ? std::optional(*value) : std::nullopt;
}

const WeightView *Node::tensor(StringRef attribute) const {
  return findAttribute<WeightView>(*this, attribute);
}

const Branch *Node::branch(StringRef attribute) const {
  const auto *found =
      findAttribute<std::shared_ptr<const Branch>>(*this, attribute);
  return found ? found->get() : nullptr;
}

std::string Node::describe() const {
  std::string result = domain.empty() ? operation : domain + "." + operation;
  if (!name.empty() || !outputs.empty())
    result += " '" + (name.empty() ? outputs.front() : name) + "'";
  return result;
}
