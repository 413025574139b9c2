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

#include "llvm/ADT/StringSwitch.h"

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
    {"SpladePooling", ModuleKind::SpladePooling},
    {"Dense", ModuleKind::Dense},
    {"LayerNorm", ModuleKind::LayerNorm},
    {"MultiVectorMask", ModuleKind::MultiVectorMask},
    {"LogitScore", ModuleKind::LogitScore},
    {"Normalize", ModuleKind::Normalize}};

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

static bool isExpectedOrder(ArrayRef<Module> modules) {
  using enum ModuleKind;
  // Once normalised, vectors are finished.
  bool normalized = false;
  for (const Module &module : modules) {
    if (normalized && module.kind != Normalize &&
        module.kind != MultiVectorMask)
      return false;
    normalized |= module.kind == Normalize;
  }
  return goesOn(modules, {Transformer, Pooling},
                {Dense, LayerNorm, Normalize}) ||
         goesOn(modules, {StaticEmbedding}, {Dense, LayerNorm, Normalize}) ||
         goesOn(modules, {TwoTowers}, {Normalize}) ||
         goesOn(modules, {Transformer, SpladePooling}, {}) ||
         goesOn(modules, {Transformer, Dense},
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
    return createStringError("'" + path +
                             "': a CrossEncoder is supported whose only module "
                             "is a Transformer, or a Transformer and a "
                             "LogitScore");
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
                             "': the modules must be a Transformer and a "
                             "Pooling, or a StaticEmbedding, any Dense and "
                             "LayerNorm, and then perhaps a Normalize; or a "
                             "CLIPModel and perhaps a Normalize; or a "
                             "Transformer and a SpladePooling; or a "
                             "Transformer, Dense of its tokens, and then "
                             "perhaps a MultiVectorMask and a Normalize");
  return modules;
}

Error emblem::frontend::addModules(StringRef folder, ArrayRef<Module> modules,
                                   Description &model) {
  if (isLateInteraction(modules))
    return Error::success(); // late_interaction.h
  for (const Module &module : modules) {
    switch (module.kind) {
    case ModuleKind::Transformer:
    case ModuleKind::StaticEmbedding:
    case ModuleKind::TwoTowers:
    case ModuleKind::MultiVectorMask:
    case ModuleKind::LogitScore:
      break; // described already
    case ModuleKind::Pooling:
      if (Error error = addPooling(folder, module.path, model))
        return error;
      break;
    case ModuleKind::SpladePooling:
      if (Error error = addSpladePooling(folder, module.path, model))
        return error;
      break;
    case ModuleKind::Dense: {
      auto read = readDense(folder, module.path, "sentence_embedding");
      if (!read)
        return read.takeError();
      model.dense.push_back(*read);
      break;
    }
    case ModuleKind::LayerNorm: {
      std::optional<Norm> *norm = &model.poolingNorm;
      std::string *file = &model.poolingNormWeightsFile;
      int64_t width = model.hiddenSize * model.pooling.size();
      if (!model.dense.empty()) {
        Dense &last = model.dense.back();
        norm = &last.norm;
        file = &last.normWeightsFile;
        width = last.outputSize;
      }
      if (*norm)
        return createStringError("'" + resolvePath(folder, module.path) +
                                 "': a LayerNorm after a LayerNorm is not "
                                 "supported");
      auto read = readLayerNorm(folder, module.path, width);
      if (!read)
        return read.takeError();
      std::tie(*norm, *file) = *read;
      break;
    }
    case ModuleKind::Normalize:
      model.normalize = true;
      break;
    }
  }
  return Error::success();
}
