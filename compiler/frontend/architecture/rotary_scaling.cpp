//===- rotary_scaling.cpp - Rotary positions, stretched -------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Frequencies are float32 throughout, as transformers has them: a model was
// trained with their rounding.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/architecture/rotary_scaling.h"

#include "compiler/frontend/architecture/config_keys.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

#include <algorithm>
#include <cmath>
#include <numbers>

using namespace llvm;
using namespace emblem::frontend;

namespace {

class RotaryScaling {
public:
  RotaryScaling(const JsonObject &config, const JsonObject &settings,
                bool isOfLayers, Rotary &rotary)
      : config(config), settings(settings), isOfLayers(isOfLayers),
        rotary(rotary) {}

  Error read();

private:
  using Kind = Error (RotaryScaling::*)();
  Error readNothing() { return Error::success(); }
  Error readLinear();
  Error readDynamic();
  Error readYarn();
  Error readLlama3();
  Error readLongRope();

  /// A positive number; without a fallback it must be there.
  Error readPositive(StringRef key, double &number,
                     std::optional<double> fallback = std::nullopt);
  /// The length that the model was first trained with, in tokens.
  Expected<int64_t> readOriginalLength();
  /// `factor`, or how much longer the model is now.
  Error readFactor(double &factor, int64_t original);

  /// How far pair i turns from one position to the next, unscaled.
  float frequency(int64_t pair) const {
    return 1.0f /
           std::pow(float(rotary.base), float(2 * pair) / float(rotary.size));
  }
  int64_t pairs() const { return rotary.size / 2; }

  const JsonObject &config, &settings;
  bool isOfLayers;
  Rotary &rotary;
};

} // namespace

Error RotaryScaling::readPositive(StringRef key, double &number,
                                  std::optional<double> fallback) {
  if (!settings.find(key) && !fallback)
    return settings.error(key, "this kind of rotary positions needs it");
  auto value = settings.number(key, fallback.value_or(0));
  if (!value)
    return value.takeError();
  number = *value;
  if (!(number > 0 && std::isfinite(number)))
    return settings.error(key, "it must be positive");
  return Error::success();
}

Expected<int64_t> RotaryScaling::readOriginalLength() {
  StringRef key = "original_max_position_embeddings";
  // The model's own key counts where there are two.
  bool isConfigs = config.find(key) && !isOfLayers;
  const JsonObject *holder = isConfigs ? &config : &settings;
  if (!settings.find(key) && holder == &settings) {
    key = "max_position_embeddings";
    holder = &config;
  }
  return holder->size(key);
}

Error RotaryScaling::readFactor(double &factor, int64_t original) {
  if (settings.find("factor"))
    return readPositive("factor", factor);
  auto most = config.size("max_position_embeddings");
  if (!most)
    return most.takeError();
  factor = double(*most) / double(original);
  return Error::success();
}

Error RotaryScaling::readLinear() {
  return readPositive("factor", rotary.factor);
}

Error RotaryScaling::readDynamic() {
  double factor;
  if (Error error = readPositive("factor", factor))
    return error;
  auto most = config.size("max_position_embeddings");
  if (!most)
    return most.takeError();
  rotary.longest = *most;
  return Error::success();
}

Error RotaryScaling::readYarn() {
  auto original = readOriginalLength();
  if (!original)
    return original.takeError();
  double factor, fast, slow, mscale = 0, mscaleAllDim = 0;
  if (Error error = readFactor(factor, *original))
    return error;
  if (Error error = readPositive("beta_fast", fast, 32.0))
    return error;
  if (Error error = readPositive("beta_slow", slow, 1.0))
    return error;
  // transformers looks for it beside the kinds of layers, not in them.
  auto outer = config.child("rope_parameters");
  if (!outer)
    return outer.takeError();
  settings.find("truncate");
  auto truncate = (isOfLayers ? *outer : settings).boolean("truncate", true);
  if (!truncate)
    return truncate.takeError();

  auto amplitude = [&](double weight) {
    return factor <= 1 ? 1.0 : 0.1 * weight * std::log(factor) + 1.0;
  };
  for (auto [key, number] : {std::pair("mscale", &mscale),
                             std::pair("mscale_all_dim", &mscaleAllDim)})
    if (auto value = settings.number(key, 0))
      *number = *value;
    else
      return value.takeError();
  bool both = mscale != 0 && mscaleAllDim != 0;
  if (Error error = readPositive(
          "attention_factor", rotary.amplitude,
          both ? amplitude(mscale) / amplitude(mscaleAllDim) : amplitude(1)))
    return error;

  // Pairs that turn `fast` times and more within the original length stay,
  // those that turn `slow` times and less are stretched.
  auto pairOf = [&](double turns) {
    return double(rotary.size) *
           std::log(double(*original) / (turns * 2 * std::numbers::pi)) /
           (2 * std::log(rotary.base));
  };
  double low = pairOf(fast), high = pairOf(slow);
  if (*truncate) {
    low = std::floor(low);
    high = std::ceil(high);
  }
  low = std::max(low, 0.0);
  high = std::min(high, double(rotary.size - 1));
  if (low == high)
    high += 0.001;
  for (int64_t pair = 0; pair < pairs(); ++pair) {
    float ramp = (float(pair) - float(low)) / float(high - low);
    float kept = 1 - std::clamp(ramp, 0.0f, 1.0f);
    float power =
        std::pow(float(rotary.base), float(2 * pair) / float(rotary.size));
    rotary.frequencies.push_back(1.0f / (float(factor) * power) * (1 - kept) +
                                 1.0f / power * kept);
  }
  return Error::success();
}

Error RotaryScaling::readLlama3() {
  auto original = readOriginalLength();
  if (!original)
    return original.takeError();
  double factor, low, high;
  for (auto [key, number] :
       {std::pair("factor", &factor), std::pair("low_freq_factor", &low),
        std::pair("high_freq_factor", &high)})
    if (Error error = readPositive(key, *number))
      return error;
  if (!(high > low))
    return settings.error("high_freq_factor",
                          "it must be more than 'low_freq_factor'");
  for (int64_t pair = 0; pair < pairs(); ++pair) {
    float plain = frequency(pair);
    float wavelength = float(2 * std::numbers::pi) / plain;
    float turns = float(*original) / wavelength;
    float smooth = (turns - float(low)) / float(high - low);
    float scaled = plain / float(factor);
    if (wavelength < float(double(*original) / high))
      rotary.frequencies.push_back(plain);
    else if (wavelength > float(double(*original) / low))
      rotary.frequencies.push_back(scaled);
    else
      rotary.frequencies.push_back((1 - smooth) * plain / float(factor) +
                                   smooth * plain);
  }
  return Error::success();
}

Error RotaryScaling::readLongRope() {
  auto original = readOriginalLength();
  if (!original)
    return original.takeError();
  rotary.longest = *original;
  double factor;
  if (Error error = readFactor(factor, *original))
    return error;
  double usual =
      factor <= 1
          ? 1.0
          : std::sqrt(1 + std::log(factor) / std::log(double(*original)));
  if (Error error = readPositive("attention_factor", rotary.amplitude, usual))
    return error;
  settings.find("long_factor"); // for longer texts
  const json::Value *value = settings.find("short_factor");
  const json::Array *factors = value ? value->getAsArray() : nullptr;
  if (!factors || static_cast<int64_t>(factors->size()) != pairs())
    return settings.error("short_factor",
                          "it must be a list of " + Twine(pairs()) +
                              " numbers, one for each pair that is turned");
  for (auto [pair, entry] : enumerate(*factors)) {
    std::optional<double> stretch = entry.getAsNumber();
    if (!stretch || !(*stretch > 0))
      return settings.error("short_factor", "its numbers must be positive");
    float power =
        std::pow(float(rotary.base), float(2 * pair) / float(rotary.size));
    rotary.frequencies.push_back(1.0f / (float(*stretch) * power));
  }
  return Error::success();
}

// The first of two keys counts, the second is older.
static StringRef kindKey(const JsonObject &settings) {
  return settings.find("rope_type") ? "rope_type" : "type";
}

Expected<std::string>
emblem::frontend::readRotaryKind(const JsonObject &scaling) {
  return scaling.string(kindKey(scaling), "default");
}

Error RotaryScaling::read() {
  auto type = readRotaryKind(settings);
  if (!type)
    return type.takeError();
  auto kind = StringSwitch<Kind>(*type)
                  .Case("default", &RotaryScaling::readNothing)
                  .Case("linear", &RotaryScaling::readLinear)
                  .Case("dynamic", &RotaryScaling::readDynamic)
                  .Case("yarn", &RotaryScaling::readYarn)
                  .Case("llama3", &RotaryScaling::readLlama3)
                  .Case("longrope", &RotaryScaling::readLongRope)
                  .Default(nullptr);
  if (!kind)
    return settings.error(kindKey(settings),
                          "the kinds of rotary positions that are known "
                          "are default, linear, dynamic, yarn, llama3 and "
                          "longrope");
  if (Error error = (this->*kind)())
    return error;
  // What says the same again, or how the model was trained.
  for (StringRef known :
       {"type", "rope_type", "factor", "original_max_position_embeddings"})
    settings.find(known);
  config.find("original_max_position_embeddings");
  if (bringsCode(config))
    for (StringRef unread : settings.getUnread())
      return settings.error(unread, "this setting of rotary positions is not "
                                    "supported");
  return Error::success();
}

Error emblem::frontend::readRotaryScaling(const JsonObject &config,
                                          const JsonObject &scaling,
                                          bool isOfLayers, Rotary &rotary) {
  return RotaryScaling(config, scaling, isOfLayers, rotary).read();
}
