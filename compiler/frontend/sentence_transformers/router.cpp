//===- router.cpp - Sentence Transformers' Router -------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/sentence_transformers/router.h"

#include "compiler/files/json_file.h"
#include "compiler/files/model_file.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace emblem::frontend;

static std::string inside(StringRef folder, StringRef path) {
  return folder.empty() || folder == "." ? path.str()
                                         : (folder + "/" + path).str();
}

// Tasks and kinds of input are mapped to chains by keys that are Python's text
// of a pair, None for any: "('query', 'text')".
static std::optional<StringRef> findMapped(const json::Object &mappings,
                                           const Twine &task) {
  for (StringRef input : {"'text'", "None"})
    if (auto route =
            mappings.getString(("(" + task + ", " + input + ")").str()))
      return route;
  return std::nullopt;
}

namespace {
/// What a Router's file says.
struct RouterFile {
  JsonObject config;
  const json::Object *types, *structure;
  json::Object mappings;

  std::vector<std::string> tasks() const;
  Expected<StringRef> findRoute(Task &task) const;
};
} // namespace

std::vector<std::string> RouterFile::tasks() const {
  std::vector<std::string> names;
  for (const auto &[name, chain] : *structure)
    names.push_back(StringRef(name).str());
  for (const auto &[key, chain] : mappings) {
    StringRef pair = key;
    if (pair.consume_front("('"))
      names.push_back(pair.split('\'').first.str());
  }
  sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

// In the order in which Sentence Transformers looks.
Expected<StringRef> RouterFile::findRoute(Task &task) const {
  StringRef name = task.getName();
  std::optional<StringRef> route;
  if (!name.empty())
    route = findMapped(mappings, "'" + name + "'");
  std::optional<StringRef> ofAnyTask = findMapped(mappings, "None");
  if (!route && name.empty() && !ofAnyTask && structure->get("text"))
    ofAnyTask = "text";
  if (!route && ofAnyTask)
    return *ofAnyTask;
  if (Error error = task.choose(config.getPath(), tasks()))
    return error;
  return route.value_or(name);
}

static Expected<RouterFile> readFile(StringRef folder, StringRef path) {
  std::string own = resolvePath(folder, path);
  StringRef name = "router_config.json";
  if (!isThere(resolvePath(own, name)))
    name = "config.json"; // Asym's
  auto config = JsonObject::read(resolvePath(own, name));
  if (!config)
    return config.takeError();
  RouterFile file{std::move(*config), nullptr, nullptr, {}};
  for (auto [key, object] : {std::pair("types", &file.types),
                             std::pair("structure", &file.structure)}) {
    const json::Value *value = file.config.find(key);
    *object = value ? value->getAsObject() : nullptr;
    if (!*object)
      return file.config.error(key, "a Router's file must have this object");
  }
  const json::Value *value = file.config.find("parameters");
  const json::Object *parameters = value ? value->getAsObject() : nullptr;
  if (parameters)
    if (const json::Object *mappings = parameters->getObject("route_mappings"))
      file.mappings = *mappings;
  return file;
}

Expected<Route> emblem::frontend::readRoute(StringRef folder, StringRef path,
                                            Task &task) {
  auto file = readFile(folder, path);
  if (!file)
    return file.takeError();
  auto name = file->findRoute(task);
  if (!name)
    return name.takeError();
  const json::Array *chain = file->structure->getArray(*name);
  if (!chain)
    return file->config.error("structure", "there is no chain of modules '" +
                                               *name + "' in it");
  Route route;
  route.file = file->config.getPath().str();
  for (const json::Value &module : *chain) {
    StringRef id = module.getAsString().value_or("");
    auto type = file->types->getString(id);
    if (!type || sys::path::filename(id) != id)
      return file->config.error("structure",
                                "each of its modules must have a type");
    route.modules.push_back({type->str(), inside(path, id)});
  }
  return route;
}
