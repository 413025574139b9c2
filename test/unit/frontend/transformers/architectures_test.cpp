//===- architectures_test.cpp - config.json of every family ---------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/description/description_yaml.h"
#include "compiler/files/model_file.h"
#include "compiler/frontend/transformers/architectures.h"
#include "test/unit/files/test_files.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace emblem::frontend;
using namespace llvm;

/// What transformers writes for each family, by name.
static json::Object readConfigs() {
  auto file = cantFail(readTextFile(EMBLEM_FIXTURES "/configs/configs.json"));
  auto configs = parseJson(file->getBuffer(), "configs.json");
  EXPECT_TRUE(bool(configs)) << toString(configs.takeError());
  return *configs->getAsObject();
}

TEST(Architecture, TakesEveryFamilysOwnSettings) {
  for (const auto &[name, config] : readConfigs()) {
    auto model = describeTransformer(
        JsonObject(StringRef(name).str(), *config.getAsObject()));
    EXPECT_TRUE(bool(model)) << toString(model.takeError());
  }
}

static JsonObject toConfig(StringRef name, json::Object fields) {
  return JsonObject(name.str(), std::move(fields));
}

/// What a config.json of these fields describes, or the error.
static std::string describe(StringRef text, Purpose purpose = Purpose::Embed) {
  auto model = describeTransformer(
      toConfig("config.json", *cantFail(json::parse(text)).getAsObject()),
      purpose);
  if (!model)
    return toString(model.takeError());
  std::string yaml, narrow;
  raw_string_ostream os(yaml);
  writeYaml(*model, os);
  for (char c : yaml) // one space between a key and its value
    if (c != ' ' || narrow.empty() || narrow.back() != ' ')
      narrow += c;
  return narrow;
}
static std::string describe(const json::Object &fields) {
  return describe(formatv("{0}", json::Value(json::Object(fields))).str());
}

static const Architecture *findRow(StringRef modelType) {
  for (const Architecture *row : allArchitectures())
    if (row->mark.empty() && is_contained(row->modelTypes, modelType))
      return row;
  return nullptr;
}

TEST(Architecture, KnowsEveryKeyOfTransformersClasses) {
  for (const auto &[name, config] : readConfigs()) {
    StringRef type = *config.getAsObject()->getString("model_type");
    ASSERT_NE(findRow(type), nullptr) << type.str();
    for (const auto &[key, value] : *config.getAsObject())
      EXPECT_NE(getKeyRole(*findRow(type), type, key), KeyRole::Unknown)
          << StringRef(name).str() << ": " << StringRef(key).str();
  }
}

TEST(Architecture, KnowsWhatBecomesOfAKey) {
  auto role = [](StringRef type, StringRef key) {
    return getKeyRole(*findRow(type), type, key);
  };
  EXPECT_EQ(role("bert", "layer_norm_eps"), KeyRole::Obeyed);
  EXPECT_EQ(role("bert", "hidden_dropout_prob"), KeyRole::WithoutEffect);
  EXPECT_EQ(role("bert", "is_decoder"), KeyRole::Refused);
  EXPECT_EQ(role("bert", "is_causal"), KeyRole::Refused);
  EXPECT_EQ(role("bert", "quantization_config"), KeyRole::Refused);
  EXPECT_EQ(role("bert", "attention_sharpness"), KeyRole::Unknown);
  EXPECT_EQ(role("qwen3", "is_causal"), KeyRole::Obeyed);
  EXPECT_EQ(role("qwen3", "rope_scaling"), KeyRole::Obeyed);
  EXPECT_EQ(role("distilbert", "num_hidden_layers"), KeyRole::Obeyed);
}

TEST(Architecture, TakesTransformersDefaultWhereAKeyIsAbsent) {
  for (const auto &[name, config] : readConfigs()) {
    if (StringRef(name).ends_with("older"))
      continue;
    const json::Object &whole = *config.getAsObject();
    std::string expected = describe(whole);
    EXPECT_EQ(
        describe(json::Object{{"model_type", *whole.getString("model_type")}}),
        expected)
        << StringRef(name).str();
    for (const auto &[key, value] : whole) {
      if (key == "model_type")
        continue;
      json::Object fewer = whole;
      fewer.erase(key);
      EXPECT_EQ(describe(fewer), expected)
          << StringRef(name).str() << " without " << StringRef(key).str();
    }
  }
}

TEST(Architecture, IgnoresASettingThatNobodyKnowsUnlessThereIsCode) {
  for (const auto &[name, config] : readConfigs()) {
    json::Object changed = *config.getAsObject();
    std::string expected = describe(changed);
    changed["attention_sharpness"] = 2;
    EXPECT_EQ(describe(changed), expected);
    changed["auto_map"] = json::Object{{"AutoConfig", "own.Config"}};
    expectParts(describe(changed),
                {"'attention_sharpness' is 2; this setting is not known"});
  }
}

TEST(Architecture, RefusesWhatSharedCodeWouldObey) {
  for (const char *setting :
       {R"("quantization_config": {"bits": 4})", R"("quantization_config": {})",
        R"("per_layer_config": {"0": {"intermediate_size": 8}})",
        R"("fusion_config": {"patch_embeddings": true})",
        R"("transformers_weights": "other.safetensors")",
        R"("pruned_heads": {"0": [1]})", R"("is_causal": true)"})
    expectParts(
        describe((R"({"model_type": "gte", )" + Twine(setting) + "}").str()),
        {"config.json': '"});
  for (const char *setting :
       {R"("per_layer_config": {})", R"("pruned_heads": {})",
        R"("is_causal": false)", R"("quantization_config": null)"})
    EXPECT_EQ(
        describe((R"({"model_type": "gte", )" + Twine(setting) + "}").str()),
        describe(R"({"model_type": "gte"})"));
}

TEST(Architecture, TellsNullFromAbsent) {
  std::string absent = describe(R"({"model_type": "mistral"})");
  expectParts(absent, {"before: 4095", "key_value_heads: 8"});
  std::string null = describe(R"({"model_type": "mistral",
    "sliding_window": null, "num_key_value_heads": null})");
  EXPECT_EQ(null.find("before:"), std::string::npos);
  EXPECT_EQ(null.find("key_value_heads:"), std::string::npos);
  expectParts(describe(R"({"model_type": "bert", "hidden_size": null})"),
              {"'hidden_size' is null; it must be an integer"});
}

TEST(Architecture, ReadsKeysUnderTheirOtherNames) {
  EXPECT_EQ(describe(R"({"model_type": "distilbert", "num_hidden_layers": 2,
                         "n_layers": 5, "hidden_size": 48})"),
            describe(R"({"model_type": "distilbert", "n_layers": 2,
                         "dim": 48})"));
  EXPECT_EQ(describe(R"({"model_type": "modernbert", "sliding_window": 5})"),
            describe(R"({"model_type": "modernbert", "local_attention": 10})"));
  EXPECT_EQ(describe(R"({"model_type": "t5", "dense_act_fn": "silu",
                         "is_gated_act": true})"),
            describe(R"({"model_type": "t5",
                         "feed_forward_proj": "gated-silu"})"));
}

TEST(Architecture, ResolvesAnOverlayBeforeTheDefaults) {
  JsonObject file =
      toConfig("config.json",
               json::Object{{"model_type", "bert"}, {"num_hidden_layers", 5}});
  auto config = resolveConfig(file, json::Object{{"num_hidden_layers", 1}});
  ASSERT_TRUE(bool(config)) << toString(config.takeError());
  EXPECT_EQ(cantFail(config->size("num_hidden_layers")), 1);
  EXPECT_EQ(cantFail(config->size("hidden_size")), 768);
}

TEST(RotaryConfig, TheScalingCountsBeforeTheParameters) {
  const char *expected = R"({"model_type": "llama",
    "rope_parameters": {"rope_type": "linear", "factor": 2.0,
                        "rope_theta": 500.0}})";
  EXPECT_EQ(describe(R"({"model_type": "llama", "rope_theta": 500.0,
                         "rope_scaling": {"type": "linear", "factor": 2.0},
                         "rope_parameters": {"rope_type": "default",
                                             "rope_theta": 7.0}})"),
            describe(expected));
  EXPECT_EQ(describe(R"({"model_type": "llama", "rope_theta": 9.0,
                         "rope_scaling": {},
                         "rope_parameters": {"type": "linear", "factor": 2.0,
                                             "rope_theta": 500.0}})"),
            describe(expected));
  EXPECT_EQ(describe(R"({"model_type": "llama", "rope_theta": 500.0,
                         "rope_parameters": {"rope_type": "linear",
                                             "type": "yarn",
                                             "factor": 2.0}})"),
            describe(expected));
}

TEST(RotaryConfig, TheWholeHeadIsTurnedWhateverThePartSays) {
  EXPECT_EQ(describe(R"({"model_type": "qwen3",
                         "partial_rotary_factor": 0.5})"),
            describe(R"({"model_type": "qwen3"})"));
  expectParts(describe(R"({"model_type": "qwen3", "partial_rotary_factor": 0.5,
                           "rope_scaling": {"type": "linear", "factor": 2}})"),
              {"'partial_rotary_factor' is 0.5; heads are turned as a whole"});
}

TEST(RotaryConfig, EachKindOfLayerHasItsOwn) {
  EXPECT_EQ(describe(R"({"model_type": "modernbert", "local_rope_theta": 7.0,
                         "global_rope_theta": 8.0})"),
            describe(R"({"model_type": "modernbert", "rope_parameters": {
                         "full_attention": {"rope_theta": 8.0},
                         "sliding_attention": {"rope_theta": 7.0}}})"));
  // The default parameters name a kind, and that of the scaling is its older
  // key.
  EXPECT_EQ(describe(R"({"model_type": "gemma3_text",
                         "rope_scaling": {"type": "linear", "factor": 8.0}})"),
            describe(R"({"model_type": "gemma3_text"})"));
  EXPECT_EQ(describe(R"({"model_type": "gemma3_text", "rope_scaling":
                         {"rope_type": "linear", "factor": 8.0}})"),
            describe(R"({"model_type": "gemma3_text", "rope_parameters": {
              "full_attention": {"rope_type": "linear", "factor": 8.0}}})"));
}

TEST(RotaryConfig, TheBaseOfEuroBertIsThatOfItsCode) {
  std::string yaml = describe(R"({"model_type": "eurobert"})");
  EXPECT_EQ(yaml.find("base:"), std::string::npos); // 10000, as usual
  expectParts(describe(R"({"model_type": "eurobert",
                           "auto_map": {"AutoModel": "own.Model"}})"),
              {"base: 250000"});
}

TEST(Sight, ADecoderMaySeeWhatFollows) {
  std::string open = describe(R"({"model_type": "qwen3", "is_causal": false})");
  EXPECT_EQ(open.find("after:"), std::string::npos);
  expectParts(describe(R"({"model_type": "mistral", "is_causal": false,
                           "sliding_window": 6})"),
              {"before: 6", "after: 6"});
  expectParts(describe(R"({"model_type": "gemma3_text",
                           "use_bidirectional_attention": true,
                           "sliding_window": 6})"),
              {"before: 3", "after: 3"});
  expectParts(describe(R"({"model_type": "qwen3", "is_causal": null})"),
              {"'is_causal' is null"});
}

TEST(Sight, QwensLaterLayersMayHaveAWindow) {
  EXPECT_EQ(describe(R"({"model_type": "qwen2", "num_hidden_layers": 3,
                         "use_sliding_window": true, "sliding_window": 5,
                         "max_window_layers": 1})"),
            describe(R"({"model_type": "qwen2", "num_hidden_layers": 3,
                         "use_sliding_window": true, "sliding_window": 5,
                         "layer_types": ["attention", "sliding_attention",
                                         "sliding_attention"]})"));
  expectParts(describe(R"({"model_type": "qwen3", "num_hidden_layers": 1,
                           "layer_types": ["sliding_attention"]})"),
              {"needs a 'sliding_window'"});
}
