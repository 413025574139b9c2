//===- plain_nodes.cpp - Plain nodes in the place of a fused one ----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/onnx/expand/plain_nodes.h"

#include "llvm/ADT/Twine.h"

using namespace llvm;
using namespace emblem;
using namespace emblem::frontend;
using namespace emblem::frontend::onnx;

const Tensor *PlainNodes::constant(size_t index) const {
  ValuePtr value = input(index);
  return value && value->as<Constant>() ? &read(*value) : nullptr;
}

bool PlainNodes::has(size_t count) {
  for (size_t i = 0; i < count; ++i)
    if (!input(i))
      return fail("its input " + Twine(i) + " is missing"), false;
  return true;
}

Values PlainNodes::addAll(StringRef operation, ArrayRef<ValuePtr> inputs,
                          Attributes attributes, size_t results) {
  if (failed())
    return Values(results);
  Node plain;
  plain.operation = operation.str();
  plain.attributes = std::move(attributes);
  plain.outputs.resize(results);
  auto lifted = lift(plain, inputs);
  if (!lifted)
    return fail(operation + ": " + toString(lifted.takeError())),
           Values(results);
  lifted->resize(results);
  return *lifted;
}

ValuePtr PlainNodes::add(StringRef operation, ArrayRef<ValuePtr> inputs,
                         Attributes attributes) {
  return addAll(operation, inputs, std::move(attributes)).front();
}

ValuePtr PlainNodes::addUp(const ValuePtr &x, const ValuePtr &y) {
  if (failed())
    return nullptr;
  return x && y ? add("Add", {x, y}) : x ? x : y;
}

Values PlainNodes::fail(const Twine &why) {
  if (reason.empty())
    reason = why.str();
  return {};
}
