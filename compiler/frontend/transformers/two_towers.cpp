//===- two_towers.cpp - A model of texts and one of images ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/transformers/two_towers.h"

#include "compiler/frontend/architecture/architecture.h"
#include "compiler/frontend/architecture/config_keys.h"

#include "llvm/Support/FormatVariadic.h"

using namespace llvm;
using namespace emblem::frontend;

namespace {

struct Family {
  StringLiteral type; // config.json's "model_type"
  bool projects;      // both towers, to the whole's "projection_dim"
  /// Another place of a tower's configuration, which counts where it is there.
  bool hasOldConfigs;
};

/// "text" or "vision".
struct Tower {
  StringLiteral name;
  StringLiteral classes[2]; // that have this tower alone
};

} // namespace

static constexpr Family families[] = {{"clip", true, true},
                                      {"siglip", false, false}};
static constexpr Tower textTower = {"text",
                                    {"TextModel", "TextModelWithProjection"}};
static constexpr Tower visionTower = {
    "vision", {"VisionModel", "VisionModelWithProjection"}};

static const Family *findFamily(const JsonObject &config) {
  const json::Value *type = config.find("model_type");
  const Family *family = find_if(families, [&](const Family &family) {
    return type && type->getAsString() == StringRef(family.type);
  });
  return family == std::end(families) ? nullptr : family;
}

bool emblem::frontend::hasTwoTowers(const JsonObject &config) {
  return findFamily(config);
}

static bool isAlone(const Tower &tower, const JsonObject &config) {
  return any_of(tower.classes,
                [&](StringRef name) { return hasArchitecture(config, name); });
}

/// The tower's own configuration, as if it stood alone.
static Expected<JsonObject>
readTower(const JsonObject &config, const Family &family, const Tower &tower) {
  std::string key = (tower.name + "_config").str();
  std::string oldKey = key + "_dict";
  bool isOld = family.hasOldConfigs && config.find(oldKey);
  auto own = config.child(isOld ? oldKey : key);
  (void)config.find(key);
  if (!own)
    return own.takeError();
  std::string type = (family.type + "_" + tower.name + "_model").str();
  JsonObject whole = own->withDefaults(
      formatv("{0}", json::Value(json::Object{{"model_type", type}})).str());
  auto given = whole.string("model_type", "");
  if (!given)
    return given.takeError();
  if (*given != type)
    return whole.error("model_type",
                       "only \"" + Twine(type) + "\" is supported here");
  if (!family.projects)
    return whole;
  // What the whole says of projections counts, whatever the tower says.
  JsonObject outer = config.withDefaults(R"({"projection_dim": 512})");
  auto width = outer.size("projection_dim");
  if (!width)
    return width.takeError();
  bool alone = isAlone(tower, config);
  json::Object fields{{"projection_dim", *width}};
  if (!alone || hasArchitecture(config, "WithProjection"))
    fields["architectures"] = json::Array{"WithProjection"};
  return whole.with(std::move(fields));
}

Expected<std::vector<JsonObject>>
emblem::frontend::readTowers(const JsonObject &config) {
  const Family &family = *findFamily(config);
  auto texts = readTower(config, family, textTower);
  if (!texts)
    return texts.takeError();
  auto images = readTower(config, family, visionTower);
  if (!images)
    return images.takeError();
  if (Error error = refuseUnsupported(config))
    return error;
  // The scale of what the loss compares.
  if (bringsCode(config))
    if (Error error = refuseUnknown(config, {"logit_scale_init_value"}))
      return error;
  if (isAlone(textTower, config))
    return std::vector{*texts};
  if (isAlone(visionTower, config))
    return std::vector{*images};
  return std::vector{*texts, *images};
}
