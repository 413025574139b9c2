//===- weight_store.cpp - The named weights of a model's files ------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/weights/weight_store.h"

#include "compiler/files/gguf/blocks.h"
#include "compiler/weights/derived_shapes.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;
using namespace emblem;
using namespace emblem::frontend;

bool WeightStore::contains(StringRef name) const {
  return plain.find(name) != plain.end() ||
         qualified.find(name) != qualified.end();
}

std::vector<StringRef> WeightStore::getNames() const {
  std::vector<StringRef> names;
  for (const auto &entry : plain)
    names.push_back(entry.first);
  return names;
}

Error WeightStore::notFound(StringRef name) const {
  if (plain.empty())
    return createStringError("weight '" + name +
                             "' is nowhere: the model names no weight files");
  std::vector<std::pair<unsigned, StringRef>> nearest;
  for (const auto &entry : plain)
    nearest.emplace_back(name.edit_distance(entry.first), entry.first);
  llvm::sort(nearest);
  nearest.resize(std::min<size_t>(nearest.size(), 3));
  std::string names;
  for (auto [distance, other] : nearest)
    names += formatv("{0}'{1}'", names.empty() ? "" : ", ", other);
  return createStringError("weight '" + name +
                           "' is in none of the model's files; the nearest "
                           "names there are " +
                           names);
}

Expected<const WeightStore::Entry *>
WeightStore::findTensor(StringRef name) const {
  for (const auto *names : {&plain, &qualified}) {
    auto found = names->find(name);
    if (found == names->end())
      continue;
    const Entry &entry = found->second;
    if (entry.sources.size() > 1)
      return createStringError(
          "weight '" + name + "' is in both '" + entry.sources[0] + "' and '" +
          entry.sources[1] +
          "'; write 'folder/name' with the last folder on the file's path");
    return &entry;
  }
  return notFound(name);
}

Expected<WeightView> WeightStore::find(const WeightExpression &weight) const {
  if (weight.isTensor()) {
    auto entry = findTensor(weight.name);
    if (!entry)
      return entry.takeError();
    return (*entry)->view;
  }
  SmallVector<WeightView, 3> operands;
  for (const WeightExpression &operand : weight.derivation.operands) {
    auto view = find(operand);
    if (!view)
      return view.takeError();
    operands.push_back(std::move(*view));
  }
  return inferView(weight, operands);
}

Error WeightStore::checkType(StringRef name, ElementType type, bool integers) {
  if (type == ElementType::F32 || type == ElementType::F16 ||
      type == ElementType::BF16 || type == ElementType::F64 ||
      hasBlocks(type) || (integers && isInteger(type)))
    return Error::success();
  return createStringError("weight '" + name + "' holds " + getInfo(type).name +
                           ", and a weight must be F32, F16, BF16 or F64; "
                           "save the model in one of them");
}

Error WeightStore::checkTypes(const WeightExpression &weight,
                              bool integers) const {
  if (weight.isTensor())
    return checkType(weight.name, cantFail(findTensor(weight.name))->view.type,
                     integers);
  bool dequantises = weight.as<WeightDerivation::Dequantised>();
  for (auto [i, operand] : llvm::enumerate(weight.derivation.operands))
    if (Error error = checkTypes(operand, dequantises ? i != 1 : integers))
      return error;
  return Error::success();
}

Error WeightStore::check(const WeightExpression &weight,
                         ArrayRef<int64_t> shape) const {
  auto view = find(weight);
  if (!view)
    return view.takeError();
  if (isReadAs(view->shape, shape))
    return checkTypes(weight);
  return createStringError(weight.describe() + " is " + shapeText(view->shape) +
                           (weight.isTensor() ? " in its file" : "") +
                           ", and the model needs " + shapeText(shape));
}

Expected<std::vector<float>> WeightStore::read(const WeightExpression &weight,
                                               ArrayRef<int64_t> shape) const {
  if (Error error = check(weight, shape))
    return error;
  std::vector<float> values(cantFail(find(weight)).elementCount());
  if (Error error = readRange(weight, 0, values))
    return error;
  return values;
}
