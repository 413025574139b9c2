//===- lora_settings.cpp - Settings of a LoRA adapter ---------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/transformers/lora_settings.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Regex.h"

#include <cmath>

using namespace llvm;
using namespace emblem::frontend;

static constexpr StringLiteral advice =
    "merge the adapter with PEFT (merge_and_unload) and save the model";

// Which layers have matrices, which the file of weights shows by itself; how
// they were trained; and what PEFT takes no notice of in linear layers.
static constexpr StringLiteral harmlessKeys[] = {"auto_mapping",
                                                 "base_model_name_or_path",
                                                 "bias",
                                                 "ensure_weight_tying",
                                                 "eva_config",
                                                 "exclude_modules",
                                                 "fan_in_fan_out",
                                                 "inference_mode",
                                                 "layers_pattern",
                                                 "layers_to_transform",
                                                 "lora_dropout",
                                                 "megatron_core",
                                                 "modules_to_save",
                                                 "peft_version",
                                                 "qalora_group_size",
                                                 "revision",
                                                 "runtime_config",
                                                 "target_modules",
                                                 "task_type"};

// Nothing is asked for: null, false, or an empty list or map.
static bool isNothing(const json::Value &value) {
  if (const json::Array *list = value.getAsArray())
    return list->empty();
  if (const json::Object *map = value.getAsObject())
    return map->empty();
  return value.getAsNull() || value.getAsBoolean() == false;
}

// Some ways to begin a training change the base, and so what is added to.
static Error checkBeginning(const JsonObject &config) {
  const json::Value *value = config.find("init_lora_weights");
  static constexpr StringLiteral known[] = {"gaussian", "orthogonal", "eva"};
  if (!value || value->getAsBoolean() ||
      (value->getAsString() && is_contained(known, *value->getAsString())))
    return Error::success();
  return config.error("init_lora_weights",
                      "it changes the weights of the base as well; " + advice);
}

Error LoraSettings::check() const {
  auto type = config.string("peft_type", "");
  if (!type)
    return type.takeError();
  if (*type != "LORA")
    return config.error("peft_type",
                        "of PEFT's adapters only \"LORA\" is known; " + advice);
  if (Error error = checkBeginning(config))
    return error;
  for (StringRef key :
       {"r", "lora_alpha", "use_rslora", "rank_pattern", "alpha_pattern"})
    config.find(key); // read by `read` and `numberOf`
  for (StringRef key : config.getUnread())
    if (const json::Value *value = config.find(key);
        value && !isNothing(*value) && !is_contained(harmlessKeys, key))
      return config.error(key,
                          "this setting of an adapter is not known; " + advice);
  return Error::success();
}

Expected<LoraSettings> LoraSettings::read(StringRef path) {
  auto config = JsonObject::read(path);
  if (!config)
    return config.takeError();
  LoraSettings settings(std::move(*config));
  const JsonObject &own = settings.config;
  if (Error error = settings.check())
    return error;
  // LoraConfig's defaults.
  settings.rank = 8;
  if (own.find("r"))
    if (Error error = own.size("r").moveInto(settings.rank))
      return error;
  if (Error error = own.number("lora_alpha", 8.0).moveInto(settings.alpha))
    return error;
  if (Error error =
          own.boolean("use_rslora", false).moveInto(settings.takesRoot))
    return error;
  return settings;
}

// The first of PEFT's patterns that fits at the end of the module's name counts;
// JSON's order is lost here, so that two that differ are refused.
Expected<double> LoraSettings::numberOf(StringRef module, StringRef patterns,
                                        double whole) const {
  const json::Value *value = config.find(patterns);
  const json::Object *map = value ? value->getAsObject() : nullptr;
  if (value && !map)
    return config.error(patterns, "it must map modules to numbers");
  std::optional<double> found;
  for (const auto &[pattern, entry] : map ? *map : json::Object()) {
    std::optional<double> number = entry.getAsNumber();
    std::string text = StringRef(pattern).str();
    for (size_t at; (at = text.find("\\d")) != std::string::npos;)
      text.replace(at, 2, "[0-9]");
    Regex regex("^(.*\\.)?(" + text + ")$");
    std::string problem;
    if (!number || !regex.isValid(problem))
      return config.error(patterns, "'" + StringRef(pattern) +
                                        "' must be a pattern with a number");
    if (!regex.match(module))
      continue;
    if (found && *found != *number)
      return config.error(patterns, "two of its patterns fit '" + module +
                                        "'; " + advice);
    found = number;
  }
  return found.value_or(whole);
}

Expected<int64_t> LoraSettings::rankOf(StringRef module) const {
  auto number = numberOf(module, "rank_pattern", double(rank));
  if (!number)
    return number.takeError();
  if (!(*number >= 1 && *number < 1e9) || *number != std::floor(*number))
    return config.error("rank_pattern", "a rank must be a whole number from 1 "
                                        "on");
  return int64_t(*number);
}

Expected<double> LoraSettings::scaleOf(StringRef module) const {
  auto own = rankOf(module);
  if (!own)
    return own.takeError();
  auto factor = numberOf(module, "alpha_pattern", alpha);
  if (!factor)
    return factor.takeError();
  return *factor / (takesRoot ? std::sqrt(double(*own)) : double(*own));
}
