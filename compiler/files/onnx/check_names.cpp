//===- check_names.cpp - The names of an ONNX graph -----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/files/onnx/onnx_reader.h"

using namespace llvm;
using namespace emblem::frontend;
using namespace emblem::frontend::onnx;

// Each value is named once, and before it is used.
Error OnnxFile::Reader::checkNodes(ArrayRef<Node> nodes,
                                   StringSet<> &known) const {
  auto checkBranch = [&](const Node &node, const Branch &branch) -> Error {
    if (Error error = checkNodes(branch.nodes, known))
      return error;
    for (const std::string &output : branch.outputs)
      if (!known.contains(output))
        return damaged("a branch of " + node.describe() + " gives '" + output +
                       "', which nothing writes");
    if (branch.outputs.size() != node.outputs.size())
      return damaged("a branch of " + node.describe() + " gives " +
                     Twine(branch.outputs.size()) + " values");
    // They are the branch's alone.
    for (const Node &inner : branch.nodes)
      for (const std::string &output : inner.outputs)
        known.erase(output);
    return Error::success();
  };
  for (const Node &node : nodes) {
    for (const std::string &input : node.inputs)
      if (!input.empty() && !known.contains(input))
        return damaged(node.describe() + " reads '" + input +
                       "', which nothing before it writes");
    for (const auto &[name, attribute] : node.attributes)
      if (const Branch *branch = node.branch(name))
        if (Error error = checkBranch(node, *branch))
          return error;
    for (const std::string &output : node.outputs)
      if (!output.empty() && !known.insert(output).second)
        return damaged(node.describe() + " writes '" + output +
                       "', which is written already");
  }
  return Error::success();
}

Error OnnxFile::Reader::checkNames() {
  StringSet<> known;
  for (const auto &entry : file.tensors)
    known.insert(entry.first);
  for (const Port &input : file.inputs)
    if (!known.insert(input.name).second)
      return damaged("input '" + input.name + "' is given twice");
  if (Error error = checkNodes(file.nodes, known))
    return error;
  for (const Port &output : file.outputs)
    if (!known.contains(output.name))
      return damaged("nothing writes the output '" + output.name + "'");
  return Error::success();
}
