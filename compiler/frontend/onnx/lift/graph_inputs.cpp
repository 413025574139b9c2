//===- graph_inputs.cpp - Inputs of a graph for one text ------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/onnx/lift/lifter.h"

using namespace llvm;
using namespace emblem;
using namespace emblem::frontend;
using namespace emblem::frontend::onnx;

// A cache of keys and values, [batch, heads, tokens, size]; older ones join
// both in a side before these.
static bool isCache(const Port &input) {
  return StringRef(input.name).starts_with("past") && input.shape &&
         (input.shape->size() == 4 || input.shape->size() == 5);
}

// No token comes before the text.
static Expected<ValuePtr> makeEmptyCache(const Port &input) {
  Shape shape(ArrayRef<int64_t>(*input.shape));
  size_t batch = shape.size() - 4;
  if (shape[batch] < 0)
    shape[batch] = 1;
  for (int64_t &side : shape)
    side = std::max<int64_t>(side, 0);
  if (countElements(shape) != 0)
    return createStringError("its input '" + input.name + "' is a cache of " +
                             shapeText(*input.shape) +
                             ", which cannot be empty; export it with dynamic "
                             "axes, or without a cache");
  return makeConstant(Tensor::filled(TensorKind::Float, shape, 0.0));
}

static Tensor countTokens(ArrayRef<int64_t> shape) {
  Tensor positions = Tensor::filled(TensorKind::Integer, shape, 0.0);
  for (auto [i, position] : llvm::enumerate(positions.values))
    position = double(i);
  return positions;
}

// What says how much of the cache there is, and of the text; null for any other
// input.
static ValuePtr makeCacheSetting(StringRef name, int64_t length) {
  auto number = [](TensorKind kind, ArrayRef<int64_t> shape, int64_t value) {
    return makeConstant(Tensor::filled(kind, shape, double(value)));
  };
  if (name == "use_cache_branch")
    return number(TensorKind::Boolean, {1}, 0);
  if (name == "cache_position")
    return makeConstant(countTokens({length}));
  if (name == "past_sequence_length" || name == "past_seq_len")
    return number(TensorKind::Integer, {1}, 0);
  if (name == "total_sequence_length" || name == "total_seq_len")
    return number(TensorKind::Integer, {1}, length);
  if (name == "seqlens_k")
    return number(TensorKind::Integer, {1}, length - 1);
  return nullptr;
}

// One text: all of it is seen.
Expected<ValuePtr> Lifter::makeInput(const Port &input) {
  if (ValuePtr setting = makeCacheSetting(input.name, length))
    return setting;
  if (isCache(input))
    return makeEmptyCache(input);
  Shape shape = {1, length};
  auto filled = [&](double element) {
    return makeConstant(Tensor::filled(TensorKind::Integer, shape, element));
  };
  ValuePtr value;
  if (input.name == "input_ids")
    value = makeValue(shape, TokenIds());
  else if (input.name == "attention_mask")
    value = filled(1.0);
  else if (input.name == "token_type_ids")
    value = types ? makeValue(shape, TokenTypes()) : filled(0.0);
  else if (input.name == "position_ids")
    value = makeConstant(countTokens(shape));
  bool fits =
      !input.shape || (input.shape->size() == 2 &&
                       (input.shape->at(0) <= 0 || input.shape->at(0) == 1) &&
                       input.shape->at(1) <= 0);
  if (!value)
    return createStringError(
        "its input '" + input.name +
        "' is not known; the inputs that are known are input_ids, "
        "attention_mask, token_type_ids, position_ids and past_key_values");
  if (!fits)
    return createStringError("its input '" + input.name + "' is " +
                             shapeText(*input.shape) +
                             ", and must be [batch, tokens]; export it with "
                             "dynamic axes");
  return value;
}

Error Lifter::addInputs() {
  for (const Port &input : file.getInputs()) {
    auto value = makeInput(input);
    if (!value)
      return createStringError("'" + file.getPath() +
                               "': " + toString(value.takeError()));
    values[input.name] = *value;
  }
  return Error::success();
}
