//===- model2vec_table.cpp - model2vec's quantised tables -----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/weights/model2vec_table.h"

#include <cstring>

using namespace llvm;
using namespace emblem::frontend;

template <typename T> static T load(const WeightView &view, int64_t index) {
  T value;
  std::memcpy(&value, view.data + index * sizeof(T), sizeof(T));
  return value;
}

// An element of a tensor of numbers.
static double numberAt(const WeightView &view, int64_t index) {
  switch (view.type) {
  case ElementType::I8:
    return load<int8_t>(view, index);
  case ElementType::F16:
    return widenF16(load<uint16_t>(view, index));
  case ElementType::F32:
    return load<float>(view, index);
  default:
    return load<double>(view, index);
  }
}

static bool areNumbers(ElementType type) {
  return type == ElementType::I8 || type == ElementType::F16 ||
         type == ElementType::F32 || type == ElementType::F64;
}

static Error refuse(const Safetensors &file, StringRef name,
                    const WeightView &view, const Twine &wanted) {
  std::string sides;
  for (int64_t side : view.shape)
    sides += (sides.empty() ? "" : ", ") + std::to_string(side);
  return createStringError("'" + file.getPath() + "': '" + name + "' is " +
                           getInfo(view.type).name + " [" + sides +
                           "], and of model2vec's it must be " + wanted);
}

Expected<std::optional<FoldedTable>>
emblem::frontend::foldModel2VecTable(const Safetensors &file) {
  auto find = [&](StringRef name) -> const WeightView * {
    auto found = file.getTensors().find(name);
    return found == file.getTensors().end() ? nullptr : &found->second;
  };
  const WeightView *table = find(model2VecTable);
  const WeightView *mapping = find("mapping"), *weights = find("weights");
  if (!table)
    return std::nullopt;
  bool isPlain = !mapping && !weights && table->type != ElementType::I8 &&
                 table->type != ElementType::F64;
  if (isPlain)
    return std::nullopt;
  if (table->shape.size() != 2 || !areNumbers(table->type))
    return refuse(file, model2VecTable, *table, "rows of I8, F16, F32 or F64");
  int64_t rows = table->shape[0], width = table->shape[1];
  if (mapping &&
      (mapping->shape.size() != 1 || (mapping->type != ElementType::I32 &&
                                      mapping->type != ElementType::I64)))
    return refuse(file, "mapping", *mapping, "a list of I32 or I64");
  int64_t tokens = mapping ? mapping->shape[0] : rows;
  if (weights && (!areNumbers(weights->type) ||
                  ArrayRef(weights->shape) != ArrayRef(tokens)))
    return refuse(file, "weights", *weights,
                  "[" + Twine(tokens) + "], a number a token");
  FoldedTable folded{{tokens, width}, {}};
  folded.values.reserve(tokens * width);
  for (int64_t token = 0; token < tokens; ++token) {
    int64_t row = token;
    if (mapping)
      row = mapping->type == ElementType::I64 ? load<int64_t>(*mapping, token)
                                              : load<int32_t>(*mapping, token);
    if (row < 0 || row >= rows)
      return createStringError("'" + file.getPath() + "': 'mapping' has row " +
                               Twine(row) + ", and there are " + Twine(rows));
    double factor = weights ? numberAt(*weights, token) : 1.0;
    for (int64_t i = 0; i < width; ++i)
      folded.values.push_back(
          static_cast<float>(numberAt(*table, row * width + i) * factor));
  }
  return folded;
}
