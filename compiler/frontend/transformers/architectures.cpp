//===- architectures.cpp - The architectures of transformers --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/transformers/architectures.h"

#include "compiler/frontend/architecture/config_keys.h"
#include "compiler/frontend/transformers/config_defaults.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <set>

using namespace llvm;
using namespace emblem::frontend;

// A declaration of each, and below a row of each.
#define EMBLEM_ARCHITECTURE(name)                                              \
  namespace emblem::frontend {                                                 \
  Architecture name();                                                         \
  }
#include "compiler/frontend/transformers/architectures.def"

ArrayRef<const Architecture *> emblem::frontend::allArchitectures() {
#define EMBLEM_ARCHITECTURE(name) name(),
  static const Architecture rows[] = {
#include "compiler/frontend/transformers/architectures.def"
  };
  static const auto pointers = llvm::to_vector(llvm::make_pointer_range(rows));
  return pointers;
}

static Expected<const Architecture *>
findArchitecture(const JsonObject &config) {
  auto type = config.string("model_type", "");
  if (!type)
    return type.takeError();
  // transformers takes such a file for the other's.
  if (*type == "mistral" && config.has("layer_types"))
    *type = "ministral";
  std::set<StringRef> known;
  const Architecture *unmarked = nullptr;
  for (const Architecture *architecture : allArchitectures()) {
    known.insert(architecture->modelTypes.begin(),
                 architecture->modelTypes.end());
    if (!is_contained(architecture->modelTypes, *type))
      continue;
    if (architecture->mark.empty())
      unmarked = architecture;
    else if (config.find(architecture->mark) &&
             (architecture->unmark.empty() ||
              !config.find(architecture->unmark)))
      return architecture;
  }
  if (unmarked)
    return unmarked;
  return config.error("model_type", "the architectures that are known are '" +
                                        llvm::join(known, "', '") + "'");
}

static JsonObject resolve(const JsonObject &config,
                          const Architecture &architecture) {
  // Others than transformers' own have defaults of their own.
  if (!architecture.mark.empty())
    return config;
  json::Object renamed;
  for (auto [alias, key] : architecture.aliases)
    if (const json::Value *value = config.find(alias))
      renamed[key] = *value;
  auto type = config.find("model_type")->getAsString();
  return config.with(std::move(renamed)).withDefaults(getDefaults(*type));
}

Expected<JsonObject>
emblem::frontend::resolveConfig(const JsonObject &config,
                                const json::Object &overlay) {
  JsonObject whole = config.with(json::Object(overlay));
  auto architecture = findArchitecture(whole);
  if (!architecture)
    return architecture.takeError();
  return resolve(whole, **architecture);
}

KeyRole emblem::frontend::getKeyRole(const Architecture &architecture,
                                     StringRef modelType, StringRef key) {
  if (is_contained(refusedKeys(), key) || key == "auto_map" ||
      key == "position_embedding_type")
    return KeyRole::Refused;
  for (ArrayRef<RequiredValue> values :
       {ArrayRef(architecture.mask), ArrayRef(architecture.requiredValues)})
    if (any_of(values, [&](const RequiredValue &v) { return v.key == key; }))
      return KeyRole::Refused;
  if (any_of(architecture.aliases, [&](auto row) { return row.first == key; }))
    return KeyRole::Obeyed;
  // What it asks a file for that says nothing but its type.
  JsonObject config =
      resolve(
          JsonObject("config.json", json::Object{{"model_type", modelType}}),
          architecture)
          .with(json::Object{{key, "a value of no key's type"}});
  for (Purpose purpose : {Purpose::Embed, Purpose::Score}) {
    if (purpose == Purpose::Score && !architecture.head)
      continue;
    JsonObject asked = config;
    consumeError(describe(architecture, asked, purpose).takeError());
    if (!is_contained(asked.getUnread(), key))
      return KeyRole::Obeyed;
  }
  return isHarmlessKey(key) || is_contained(architecture.ignoredKeys, key)
             ? KeyRole::WithoutEffect
             : KeyRole::Unknown;
}

Expected<Description>
emblem::frontend::describeTransformer(const JsonObject &config,
                                      Purpose purpose) {
  auto architecture = findArchitecture(config);
  if (!architecture)
    return architecture.takeError();
  return describe(**architecture, resolve(config, **architecture), purpose);
}

Error emblem::frontend::finishText(const ModelFolders &folders,
                                   const JsonObject &config,
                                   Description &model) {
  auto architecture = findArchitecture(config);
  if (!architecture || !(*architecture)->finishText)
    return architecture.takeError();
  return (*architecture)
      ->finishText(folders, resolve(config, **architecture), model);
}
