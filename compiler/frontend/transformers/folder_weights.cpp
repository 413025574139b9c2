//===- folder_weights.cpp - The weights of a model folder -----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/transformers/folder_weights.h"

#include "compiler/files/hub_cache.h"
#include "compiler/files/model_file.h"
#include "compiler/frontend/transformers/peft_adapter.h"

using namespace llvm;
using namespace emblem::frontend;

// A model saved with a head calls its weights "bert.embeddings...".
static Expected<std::string> findPrefix(const WeightStore &store,
                                        StringRef tokenTable, StringRef file) {
  std::vector<std::string> prefixes;
  if (store.contains(tokenTable))
    prefixes.push_back("");
  for (StringRef name : store.getNames())
    if (name.consume_back(tokenTable) && name.ends_with("."))
      prefixes.push_back(name.str());
  if (prefixes.size() > 1)
    return createStringError(
        "'" + file + "' holds more than one model: both '" + prefixes[0] +
        tokenTable + "' and '" + prefixes[1] + tokenTable +
        "'; save the one to compile alone");
  // Without any, the check of the weights says what is missing.
  return prefixes.empty() ? "" : prefixes.front();
}

void emblem::frontend::useOldNormName(const WeightStore &store,
                                      std::string &name) {
  for (auto [current, old] :
       {std::pair(".weight", ".gamma"), std::pair(".bias", ".beta")}) {
    StringRef stem = name;
    if (!stem.consume_back(current) || store.contains(expandLayer(name, 0)))
      continue;
    std::string other = stem.str() + old;
    if (store.contains(expandLayer(other, 0))) {
      name = other;
      return;
    }
  }
}

Error emblem::frontend::addWeights(const ModelFolders &folders,
                                   const std::optional<Adapter> &adapter,
                                   Description &model) {
  StringRef file = findWeightFile(folders.model());
  if (file.empty()) {
    std::string fetch = downloadCommand(folders.model());
    return createStringError(
        "'" + folders.model() +
        "' has none of model.safetensors, pytorch_model.bin and the indexes of "
        "several such files; " +
        (fetch.empty() ? "save the model again with a current transformers"
                       : "fetch the whole with: " + fetch));
  }
  std::string path = resolvePath(folders.model(), file);
  model.weightFiles = {folders.base.empty() ? folders.relative(file) : path};
  auto store = WeightStore::open(path);
  if (!store)
    return store.takeError();
  // A weight that every model of the kind has.
  StringRef first = model.patches ? model.patches->linear.weight.name
                                  : model.tokens.table.name;
  auto prefix =
      findPrefix(**store, adapter ? originalName(first) : first.str(), path);
  if (!prefix)
    return prefix.takeError();
  auto inFile = [&](StringRef name) -> WeightExpression {
    if (name.empty())
      return name;
    std::string whole = *prefix + name.str();
    useOldNormName(**store, whole);
    return adapter ? adapter->weightOf(whole, **store) : whole;
  };
  forEachWeight(model, [&](WeightExpression &weight) {
    weight = weight.mapNames(inFile);
  });
  // A head stands beside the transformer, but for what is its own pooler.
  auto ofHead = [&](StringRef name) -> WeightExpression {
    std::string whole = *prefix + name.str();
    bool isOwn =
        name.empty() || (*store)->contains(name) || !(*store)->contains(whole);
    return isOwn ? name.str() : whole;
  };
  for (Dense &dense : model.dense)
    forEachWeight(dense, [&](WeightExpression &weight) {
      weight = weight.mapNames(ofHead);
    });
  if (folders.adapter.empty())
    return Error::success();
  return mergeAdapter(folders, **store, *prefix, model);
}

Expected<std::unique_ptr<WeightStore>>
emblem::frontend::openWeights(const ModelFolders &folders,
                              const Description &model) {
  return WeightStore::open(
      resolvePath(folders.root, model.weightFiles.front()));
}
