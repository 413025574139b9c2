//===- plain_nodes.h - Plain nodes in the place of a fused one --*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_ONNX_EXPAND_PLAIN_NODES_H
#define EMBLEM_COMPILER_FRONTEND_ONNX_EXPAND_PLAIN_NODES_H

#include "compiler/files/onnx/onnx_file.h"
#include "compiler/frontend/onnx/values/lifted_value.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringMap.h"

namespace emblem::frontend::onnx {

using Values = std::vector<ValuePtr>;

/// The scale and zero that a name's values were quantised by; null: 0.
struct Quantisation {
  ValuePtr scale, zero;
};

/// Adds nodes of ONNX's own operators, each of which is lifted or folded at
/// once. After the first that cannot be, results are null and nothing is added:
/// only failed() and fail() may then be asked.
class PlainNodes {
public:
  using Attributes = std::map<std::string, Attribute>;
  using Lift = llvm::function_ref<llvm::Expected<Values>(
      const Node &, llvm::ArrayRef<ValuePtr>)>;

  PlainNodes(const Node &node, llvm::ArrayRef<ValuePtr> inputs, int64_t length,
             llvm::StringMap<Quantisation> &quantised, Lift lift)
      : node(node), inputs(inputs), length(length), quantised(quantised),
        lift(lift) {}
  PlainNodes(const PlainNodes &) = delete;

  const Node &getNode() const { return node; }
  /// Tokens of the text.
  int64_t getLength() const { return length; }
  /// Null where the node leaves it out.
  ValuePtr input(size_t index) const {
    return index < inputs.size() ? inputs[index] : nullptr;
  }
  size_t countInputs() const { return inputs.size(); }
  /// The input's values; null where it is left out or depends on the text.
  const Tensor *constant(size_t index) const;
  /// Fails where one of the first `count` inputs is left out.
  bool has(size_t count);

  Values addAll(llvm::StringRef operation, llvm::ArrayRef<ValuePtr> inputs,
                Attributes attributes = {}, size_t results = 1);
  ValuePtr add(llvm::StringRef operation, llvm::ArrayRef<ValuePtr> inputs,
               Attributes attributes = {});
  /// x + y, where one that is null is 0.
  ValuePtr addUp(const ValuePtr &x, const ValuePtr &y);
  ValuePtr number(double value) const {
    return makeConstant(Tensor::scalar(TensorKind::Float, value));
  }

  /// Ends the expansion; the reason is a part of a sentence.
  Values fail(const llvm::Twine &why);
  bool failed() const { return !reason.empty(); }
  const std::string &getReason() const { return reason; }

  /// What quantised names stand for: see quantised_values.cpp.
  llvm::StringMap<Quantisation> &getQuantised() { return quantised; }

private:
  const Node &node;
  llvm::ArrayRef<ValuePtr> inputs;
  int64_t length;
  llvm::StringMap<Quantisation> &quantised;
  Lift lift;
  std::string reason;
};

} // namespace emblem::frontend::onnx

#endif // EMBLEM_COMPILER_FRONTEND_ONNX_EXPAND_PLAIN_NODES_H
