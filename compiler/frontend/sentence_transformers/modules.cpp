//===- modules.cpp - Sentence Transformers' modules.json ------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/sentence_transformers/modules.h"

#include "compiler/files/model_file.h"
#include "compiler/frontend/sentence_transformers/module_readers.h"
#include "compiler/frontend/sentence_transformers/router.h"
#include "compiler/frontend/transformers/two_towers.h"

#include <utility>

using namespace llvm;
using namespace emblem::frontend;

//===----------------------------------------------------------------------===//
// The list
//===----------------------------------------------------------------------===//

static constexpr std::pair<StringLiteral, ModuleKind> kinds[] = {
    {"Transformer", ModuleKind::Transformer},
    {"MLMTransformer", ModuleKind::Transformer},
    {"StaticEmbedding", ModuleKind::StaticEmbedding},
    {"CLIPModel", ModuleKind::TwoTowers},
    {"Pooling", ModuleKind::Pooling},
    {"WeightedLayerPooling", ModuleKind::WeightedLayerPooling},
    {"SpladePooling", ModuleKind::SpladePooling},
    {"Dense", ModuleKind::Dense},
    {"Dropout", ModuleKind::Dropout},
    {"LayerNorm", ModuleKind::LayerNorm},
    {"MultiVectorMask", ModuleKind::MultiVectorMask},
    {"LogitScore", ModuleKind::LogitScore},
    {"Normalize", ModuleKind::Normalize}};

// Modules of Sentence Transformers that are not compiled, and what they do.
static constexpr std::pair<StringLiteral, StringLiteral> refused[] = {
    {"BoW", "counts words of a list"},
    {"CNN", "runs convolutions over a text's tokens"},
    {"LSTM", "runs a recurrent network over a text's tokens"},
    {"SparseAutoEncoder", "makes a vector sparse"},
    {"SparseStaticEmbedding", "weighs the tokens that a text has"},
    {"TokenPooling", "pools a text's tokens in clusters"},
    {"WordEmbeddings", "looks words up in a list of its own"},
    {"WordWeights", "weighs tokens by a list of words"}};

// "sentence_transformers.models.Pooling"; later versions have other folders
// between the first and the last name, and PyLate has a Dense of its own.
static Expected<Module> parseModule(StringRef file, StringRef type,
                                    StringRef place) {
  StringRef last = type.rsplit('.').second;
  std::string known;
  for (auto [name, kind] : kinds) {
    if (name == last && (type.starts_with("sentence_transformers.") ||
                         type.starts_with("pylate.")))
      return Module{kind, place.str()};
    known += name.str() + ", ";
  }
  if (type.starts_with("sentence_transformers."))
    for (auto [name, work] : refused)
      if (name == last)
        return createStringError("'" + file + "': the module '" + type + "' " +
                                 work + ", and is not supported");
  if (type == "custom_st.Transformer")
    return Module{ModuleKind::Transformer, place.str(), /*bringsCode=*/true};
  return createStringError("'" + file + "': the module '" + type +
                           "' is not known; known are Sentence Transformers' " +
                           known + "and Router");
}

// A list's kinds from the first on: first these, then any of those.
static bool goesOn(ArrayRef<Module> modules, ArrayRef<ModuleKind> first,
                   ArrayRef<ModuleKind> then) {
  if (modules.size() < first.size())
    return false;
  for (auto [module, kind] : llvm::zip(modules, first))
    if (module.kind != kind)
      return false;
  return llvm::all_of(
      modules.drop_front(first.size()),
      [&](const Module &module) { return is_contained(then, module.kind); });
}

bool emblem::frontend::has(ArrayRef<Module> modules, ModuleKind kind) {
  return llvm::any_of(
      modules, [&](const Module &module) { return module.kind == kind; });
}

bool emblem::frontend::isLateInteraction(ArrayRef<Module> modules) {
  return !modules.empty() && modules.front().kind == ModuleKind::Transformer &&
         !has(modules, ModuleKind::Pooling) &&
         !has(modules, ModuleKind::SpladePooling);
}

Error emblem::frontend::checkLayerPooling(ArrayRef<Module> modules,
                                          const JsonObject &config) {
  if (!has(modules, ModuleKind::WeightedLayerPooling))
    return Error::success();
  auto all = config.boolean("output_hidden_states", false);
  if (!all)
    return all.takeError();
  if (*all)
    return config.error("output_hidden_states",
                        "modules.json has a WeightedLayerPooling, and the "
                        "weighted mean of several layers is not supported");
  return Error::success();
}

// A Transformer, what works on its tokens, a Pooling, what works on the vector.
static bool isPooled(ArrayRef<Module> modules) {
  using enum ModuleKind;
  const Module *pooling = llvm::find_if(
      modules, [](const Module &module) { return module.kind == Pooling; });
  if (pooling == modules.end())
    return false;
  size_t at = pooling - modules.begin();
  return goesOn(modules.take_front(at), {Transformer},
                {WeightedLayerPooling, Dense, Normalize}) &&
         goesOn(modules.drop_front(at), {Pooling},
                {Dense, Dropout, LayerNorm, Normalize});
}

static bool isExpectedOrder(ArrayRef<Module> modules) {
  using enum ModuleKind;
  if (isPooled(modules) ||
      goesOn(modules, {StaticEmbedding},
             {Dense, Dropout, LayerNorm, Normalize}) ||
      goesOn(modules, {TwoTowers}, {Dropout, Normalize}) ||
      goesOn(modules, {Transformer, SpladePooling}, {}))
    return true;
  // Once they are normalised, vectors of tokens are finished.
  bool normalized = false;
  for (const Module &module : modules) {
    if (normalized && module.kind == Dense)
      return false;
    normalized |= module.kind == Normalize;
  }
  return goesOn(modules, {Transformer, Dense},
                {Dense, MultiVectorMask, Normalize}) ||
         (has(modules, MultiVectorMask) &&
          goesOn(modules, {Transformer}, {MultiVectorMask, Normalize}));
}

// Sentence Transformers' Router, or Asym, as it was called.
static bool isRouter(StringRef type) {
  StringRef last = type.rsplit('.').second;
  return type.starts_with("sentence_transformers.") &&
         (last == "Router" || last == "Asym");
}

Expected<std::vector<Module>>
emblem::frontend::readModuleList(StringRef folder, Task &task,
                                 bool isCrossEncoder) {
  std::string path = resolvePath(folder, "modules.json");
  auto buffer = readTextFile(path);
  if (!buffer)
    return buffer.takeError();
  auto value = parseJson((*buffer)->getBuffer(), path);
  if (!value)
    return value.takeError();
  const json::Array *list = value->getAsArray();
  if (!list)
    return createStringError("'" + path + "' must hold a list of modules");

  std::vector<Module> modules;
  for (const json::Value &entry : *list) {
    const json::Object *object = entry.getAsObject();
    auto type = object ? object->getString("type") : std::nullopt;
    auto place = object ? object->getString("path") : std::nullopt;
    if (!type || !place)
      return createStringError("'" + path +
                               "': a module must have a type and a path");
    Route route{path, {RoutedModule{type->str(), place->str()}}};
    if (isRouter(*type))
      if (Error error = readRoute(folder, *place, task).moveInto(route))
        return error;
    for (const RoutedModule &routed : route.modules) {
      auto module = parseModule(route.file, routed.type, routed.path);
      if (!module)
        return module.takeError();
      modules.push_back(*module);
    }
  }
  if (isCrossEncoder) {
    if (goesOn(modules, {ModuleKind::Transformer}, {ModuleKind::LogitScore}) &&
        modules.size() <= 2)
      return modules;
    if (isPooled(modules) && modules.back().kind == ModuleKind::Dense)
      return modules;
    return createStringError("'" + path +
                             "': a CrossEncoder is supported of a Transformer, "
                             "or of a Transformer and a LogitScore, or of what "
                             "gives a vector and a Dense at its end, which "
                             "gives scores");
  }
  // Once it had a module of its own; now Transformer sees what a model is.
  if (!modules.empty() && modules.front().kind == ModuleKind::Transformer) {
    auto config = JsonObject::readOptional(
        resolvePath(resolvePath(folder, modules.front().path), "config.json"));
    if (!config)
      return config.takeError();
    if (hasTwoTowers(*config))
      modules.front().kind = ModuleKind::TwoTowers;
  }
  if (!isExpectedOrder(modules))
    return createStringError("'" + path +
                             "': the modules must be a Transformer, perhaps "
                             "Dense and Normalize of its tokens, and a "
                             "Pooling, or a StaticEmbedding, and then any of "
                             "Dense, Dropout, LayerNorm and Normalize; or a "
                             "CLIPModel and perhaps a Normalize; or a "
                             "Transformer and a SpladePooling; or a "
                             "Transformer, Dense of its tokens, and then "
                             "perhaps a MultiVectorMask and a Normalize");
  return modules;
}

namespace {
/// The modules between two kinds of rows, as a Description has them. A Normalize
/// is of the module behind it, or of the end.
class Chain {
public:
  Chain(std::vector<Dense> &modules, int64_t width, bool normalized)
      : modules(modules), width(width), normalized(normalized) {}

  void addDense(Dense dense) {
    dense.normalizesInput = std::exchange(normalized, false);
    width = dense.outputSize;
    modules.push_back(std::move(dense));
  }
  /// Behind the last module, or by itself.
  void addNorm(Norm norm, std::string file) {
    if (normalized || modules.empty() || modules.back().norm) {
      Dense alone;
      alone.inputSize = width;
      alone.outputSize = width;
      addDense(std::move(alone));
    }
    modules.back().norm = std::move(norm);
    modules.back().normWeightsFile = std::move(file);
  }
  /// What a Normalize at the end of rows that go on becomes.
  void close() {
    if (!normalized)
      return;
    Dense alone;
    alone.inputSize = width;
    alone.outputSize = width;
    addDense(std::move(alone));
  }

  std::vector<Dense> &modules;
  int64_t width; // features of a row
  bool normalized;
};
} // namespace

static Error addLayerNorm(StringRef folder, const Module &module,
                          Description &model, Chain &chain) {
  auto read = readLayerNorm(folder, module.path, chain.width);
  if (!read)
    return read.takeError();
  auto [norm, file] = *read;
  if (chain.modules.empty() && !chain.normalized && !model.poolingNorm) {
    model.poolingNorm = norm;
    model.poolingNormWeightsFile = file;
  } else {
    chain.addNorm(norm, file);
  }
  return Error::success();
}

// A Dense or a Normalize, where rows are those of `feature`.
static Error addToChain(StringRef folder, const Module &module,
                        StringRef feature, StringRef written, Chain &chain) {
  if (module.kind == ModuleKind::Normalize) {
    auto works = readNormalize(folder, module.path, feature);
    if (!works)
      return works.takeError();
    chain.normalized |= *works;
    return Error::success();
  }
  auto dense = readDense(folder, module.path, feature,
                         /*usual=*/sentenceFeature, written);
  if (!dense)
    return dense.takeError();
  chain.addDense(std::move(*dense));
  return Error::success();
}

// From the rows of tokens to the pooled one.
static Error addBeforePooling(StringRef folder, ArrayRef<Module> modules,
                              Description &model) {
  Chain chain(model.tokenDense, model.hiddenSize, /*normalized=*/false);
  for (const Module &module : modules)
    if (is_contained({ModuleKind::Dense, ModuleKind::Normalize}, module.kind))
      if (Error error =
              addToChain(folder, module, tokenFeature, tokenFeature, chain))
        return error;
  chain.close();
  return Error::success();
}

Error emblem::frontend::addModules(StringRef folder, ArrayRef<Module> modules,
                                   Description &model, bool givesScores) {
  if (isLateInteraction(modules))
    return Error::success(); // late_interaction.h
  const Module *pooling = llvm::find_if(modules, [](const Module &module) {
    return module.kind == ModuleKind::Pooling;
  });
  if (pooling != modules.end()) {
    size_t at = pooling - modules.begin();
    if (Error error = addBeforePooling(folder, modules.take_front(at), model))
      return error;
    if (Error error = addPooling(folder, pooling->path, model))
      return error;
    modules = modules.drop_front(at + 1);
  }
  Chain chain(model.dense, getDimension(model),
              std::exchange(model.normalize, false));
  auto writtenBy = [&](const Module &module) -> StringRef {
    if (givesScores && &module == &modules.back())
      return "scores";
    return sentenceFeature;
  };
  for (const Module &module : modules) {
    switch (module.kind) {
    case ModuleKind::Transformer:
    case ModuleKind::StaticEmbedding:
    case ModuleKind::TwoTowers:
    case ModuleKind::MultiVectorMask:
    case ModuleKind::LogitScore:
    case ModuleKind::Pooling:
      break; // described already
    case ModuleKind::Dropout:
    case ModuleKind::WeightedLayerPooling:
      break; // nothing outside of training; checkLayerPooling
    case ModuleKind::SpladePooling:
      if (Error error = addSpladePooling(folder, module.path, model))
        return error;
      break;
    case ModuleKind::Dense:
    case ModuleKind::Normalize:
      if (Error error = addToChain(folder, module, sentenceFeature,
                                   writtenBy(module), chain))
        return error;
      break;
    case ModuleKind::LayerNorm:
      if (Error error = addLayerNorm(folder, module, model, chain))
        return error;
      break;
    }
  }
  model.normalize = chain.normalized;
  return Error::success();
}
