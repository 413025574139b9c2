//===- peft_adapter.cpp - PEFT's adapters, merged into a model ------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/transformers/peft_adapter.h"

#include "compiler/files/hub_cache.h"
#include "compiler/files/json_file.h"
#include "compiler/files/model_file.h"
#include "compiler/frontend/transformers/lora_settings.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace emblem::frontend;

static constexpr StringLiteral configFile = "adapter_config.json";
static constexpr StringLiteral scope = "base_model.model.";

//===----------------------------------------------------------------------===//
// The base
//===----------------------------------------------------------------------===//

static bool hasTokenizer(StringRef folder) {
  static constexpr StringLiteral files[] = {
      "tokenizer.json",  "tokenizer_config.json",   "vocab.txt",   "vocab.json",
      "tokenizer.model", "sentencepiece.bpe.model", "spiece.model"};
  return any_of(files, [&](StringRef file) {
    return isThere(resolvePath(folder, file));
  });
}

static Expected<std::string> findBase(const JsonObject &config,
                                      StringRef folder) {
  StringRef key = "base_model_name_or_path";
  auto base = config.string(key, "");
  if (!base)
    return base.takeError();
  auto revision = config.string("revision", "");
  if (!revision)
    return revision.takeError();
  if (base->empty())
    return config.error(key, "it must name the folder of the model that is "
                             "adapted");
  // As the library reads it, or beside the adapter.
  for (StringRef from : {StringRef("."), folder})
    if (sys::fs::is_directory(resolvePath(from, *base)))
      return resolvePath(from, *base);
  auto found = isHubName(*base) ? findModel(*base, *revision)
                                : createStringError("there is no such folder");
  if (found && sys::fs::is_directory(*found))
    return resolvePath(".", *found);
  std::string reason = found ? "it is no folder" : toString(found.takeError());
  return config.error(key,
                      "the model that is adapted must be at hand: " + reason +
                          "; or write its folder there, or merge the two "
                          "with PEFT (merge_and_unload) and save the "
                          "model");
}

Error emblem::frontend::findAdapterBase(ModelFolders &folders) {
  std::string path = resolvePath(folders.transformer, configFile);
  if (!isThere(path))
    return Error::success();
  if (isThere(resolvePath(folders.transformer, "config.json"))) {
    folders.adapter = folders.transformer;
    return Error::success();
  }
  auto config = JsonObject::read(path);
  if (!config)
    return config.takeError();
  if (Error error =
          findBase(*config, folders.transformer).moveInto(folders.base))
    return error;
  folders.adapter = folders.transformer;
  if (!hasTokenizer(folders.transformer))
    folders.transformer = folders.transformerPath = folders.base;
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Merging
//===----------------------------------------------------------------------===//

namespace {
/// One of the matrices that LoRA adds.
enum class Part { None, Down, Up, TableDown, TableUp };

class Merger {
public:
  Merger(StringRef path, const WeightStore &base, const WeightStore &adapter,
         StringRef prefix, const LoraSettings &settings, Description &model)
      : path(path), base(base), adapter(adapter), prefix(prefix),
        settings(settings), model(model) {}

  Error merge();

private:
  static Part takePart(StringRef &name);
  std::optional<std::string> findTarget(StringRef name) const;
  bool isTarget(StringRef name) const;
  Error add(StringRef name, bool replaces);
  Error addReplacement(StringRef name, StringRef module);
  Error addProduct(StringRef name, StringRef module, bool isTable);
  Error refuse(StringRef name, const Twine &what) const {
    return createStringError("'" + path + "': the adapter's '" + name + "' " +
                             what +
                             "; merge the adapter with PEFT (merge_and_unload) "
                             "and save the model");
  }

  StringRef path;
  const WeightStore &base, &adapter;
  StringRef prefix;
  const LoraSettings &settings;
  Description &model;
  StringSet<> needed; // names of the model's that the base may lack: a head
};
} // namespace

// Takes the ending off that says which of LoRA's matrices it is.
Part Merger::takePart(StringRef &name) {
  for (auto [ending, part] : {std::pair(".lora_A.weight", Part::Down),
                              {".lora_B.weight", Part::Up},
                              {".lora_embedding_A", Part::TableDown},
                              {".lora_embedding_B", Part::TableUp}})
    if (name.consume_back(ending))
      return part;
  return Part::None;
}

bool Merger::isTarget(StringRef name) const {
  return base.contains(name) || needed.contains(name);
}

// A model and its head may have been adapted together, or the model alone: the
// names begin otherwise then, "bert.encoder..." or "encoder...".
std::optional<std::string> Merger::findTarget(StringRef name) const {
  std::string whole = (prefix + name).str();
  for (StringRef candidate : {name, StringRef(whole)})
    if (isTarget(candidate))
      return candidate.str();
  StringRef inner = name.split('.').second;
  if (prefix.empty() && isTarget(inner))
    return inner.str();
  return std::nullopt;
}

Error Merger::addProduct(StringRef name, StringRef module, bool isTable) {
  auto target = findTarget((module + ".weight").str());
  if (!target)
    return refuse(name, "adds to no weight that the model has");
  auto matrix = [&](StringRef ending) {
    return (scope + module + ending).str();
  };
  std::string down = matrix(isTable ? ".lora_embedding_A" : ".lora_A.weight"),
              up = matrix(isTable ? ".lora_embedding_B" : ".lora_B.weight");
  for (StringRef each : {down, up})
    if (!adapter.contains(each))
      return refuse(name, "stands without '" + each + "'");
  auto view = adapter.find(down);
  if (!view)
    return view.takeError();
  auto rank = settings.rankOf(module);
  if (!rank)
    return rank.takeError();
  if (view->shape.size() != 2 || view->shape[0] != *rank)
    return refuse(name, "is not of the rank " + Twine(*rank) +
                            " that adapter_config.json says");
  auto scale = settings.scaleOf(module);
  if (!scale)
    return scale.takeError();
  WeightExpression left = up, right = down;
  if (isTable) {
    left = WeightExpression::transposed(down);
    right = WeightExpression::transposed(up);
  }
  WeightExpression &adapted = model.adapted[*target];
  adapted = WeightExpression::lowRankSum(
      adapted.empty() ? WeightExpression(*target) : adapted, *scale, left,
      right);
  return Error::success();
}

// A layer that has LoRA's matrices beside it is called "base_layer".
Error Merger::addReplacement(StringRef name, StringRef module) {
  if (module.contains(".lora_"))
    return refuse(name, "is of a kind of LoRA that is not known here");
  std::string plain = module.str();
  static constexpr StringLiteral wrapped = ".base_layer.";
  if (size_t at = plain.find(wrapped); at != std::string::npos)
    plain.replace(at, wrapped.size(), ".");
  auto target = findTarget(plain);
  if (!target)
    return refuse(name, "stands for no weight that the model has");
  model.adapted[*target] = name;
  return Error::success();
}

// What stands in place of the base's comes first: a product is added to that.
Error Merger::add(StringRef name, bool replaces) {
  StringRef module = name;
  if (!module.consume_front(scope))
    return refuse(name, "is no part of a LoRA");
  Part part = takePart(module);
  if (replaces)
    return part == Part::None ? addReplacement(name, module) : Error::success();
  if (part == Part::Down || part == Part::TableDown)
    return addProduct(name, module, part == Part::TableDown);
  return Error::success(); // there already, or with the other matrix
}

Error Merger::merge() {
  for (Dense &dense : model.dense)
    forEachWeight(dense, [&](WeightExpression &weight) {
      weight.forEachName([&](StringRef name) { needed.insert(name); });
    });
  for (bool replaces : {true, false})
    for (StringRef name : adapter.getNames())
      if (Error error = add(name, replaces))
        return error;
  // A matrix without its other one is a file that is not whole.
  for (StringRef name : adapter.getNames())
    for (auto [ending, other] : {std::pair(".lora_B.weight", ".lora_A.weight"),
                                 {".lora_embedding_B", ".lora_embedding_A"}}) {
      StringRef module = name;
      if (module.consume_back(ending) &&
          !adapter.contains((module + other).str()))
        return refuse(name, "stands without '" + module + other + "'");
    }
  return Error::success();
}

Error emblem::frontend::mergeAdapter(const ModelFolders &folders,
                                     const WeightStore &base, StringRef prefix,
                                     Description &model) {
  auto settings = LoraSettings::read(resolvePath(folders.adapter, configFile));
  if (!settings)
    return settings.takeError();
  std::string path;
  for (StringRef file : {"adapter_model.safetensors", "adapter_model.bin"})
    if (path.empty() && isThere(resolvePath(folders.adapter, file)))
      path = resolvePath(folders.adapter, file);
  if (path.empty())
    return createStringError("'" + folders.adapter +
                             "' has neither adapter_model.safetensors nor "
                             "adapter_model.bin, which its adapter_config.json "
                             "is about; save the adapter again");
  auto adapter = WeightStore::open(path);
  if (!adapter)
    return adapter.takeError();
  if (Error error =
          Merger(path, base, **adapter, prefix, *settings, model).merge())
    return error;
  model.weightFiles.push_back(path);
  return Error::success();
}
