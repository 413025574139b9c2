//===- adapters.cpp - A transformer's adapters by task --------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/transformers/adapters.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace emblem::frontend;

static constexpr StringLiteral kWeight = ".weight";
static constexpr StringLiteral kParts = ".parametrizations.weight.";

std::string emblem::frontend::originalName(StringRef name) {
  name.consume_back(kWeight);
  return (name + kParts + "original").str();
}

WeightExpression Adapter::weightOf(StringRef name,
                                   const WeightStore &store) const {
  StringRef layer = name;
  std::string base = originalName(name);
  if (!layer.consume_back(kWeight) || !store.contains(expandLayer(base, 0)))
    return name;
  auto part = [&](StringRef matrix) {
    return (layer + kParts + "0." + matrix).str();
  };
  std::string down = part("lora_A"), up = part("lora_B");
  // Of an embedding table it is the other way round: A has a row a token.
  auto whole = store.find(expandLayer(base, 0));
  auto first = store.find(expandLayer(down, 0));
  if (whole && first && first->shape.size() == 3 && !whole->shape.empty() &&
      first->shape[1] == whole->shape[0])
    std::swap(down, up);
  for (auto *found : {&whole, &first})
    consumeError(found->takeError()); // the check of the weights reports it
  return WeightExpression::lowRankSum(
      base, scale, WeightExpression::rows(up, index, index + 1),
      WeightExpression::rows(down, index, index + 1));
}

static Expected<std::vector<std::string>> readTasks(const JsonObject &config) {
  std::vector<std::string> tasks;
  const json::Array *list = config.find("lora_adaptations")->getAsArray();
  for (const json::Value &name : list ? *list : json::Array())
    if (name.getAsString())
      tasks.push_back(name.getAsString()->str());
  if (tasks.empty() || tasks.size() != list->size())
    return config.error("lora_adaptations", "it must be a list of names");
  return tasks;
}

Expected<std::optional<Adapter>>
emblem::frontend::readAdapter(const JsonObject &config, Task &task) {
  if (!config.find("lora_adaptations"))
    return std::nullopt;
  auto tasks = readTasks(config);
  if (!tasks)
    return tasks.takeError();
  if (Error error = task.choose(config.getPath(), *tasks))
    return error;

  Adapter adapter;
  adapter.index = std::distance(tasks->begin(), find(*tasks, task.getName()));
  auto rank = config.size("lora_rank");
  if (!rank)
    return rank.takeError();
  auto alpha = config.number("lora_alpha", 1.0);
  if (!alpha)
    return alpha.takeError();
  adapter.scale = *alpha / double(*rank);

  const json::Value *value = config.find("task_instructions");
  const json::Object *instructions = value ? value->getAsObject() : nullptr;
  if (value && !instructions)
    return config.error("task_instructions", "it must map tasks to texts");
  auto text =
      instructions ? instructions->getString(task.getName()) : std::nullopt;
  if (text)
    adapter.instruction = {task.getName().str(), text->str()};
  return adapter;
}
