//===- modules_test.cpp - Sentence Transformers' modules ------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/sentence_transformers/modules.h"
#include "test/unit/files/test_files.h"

using namespace emblem::frontend;
using namespace llvm;

// modules.json with modules of these types, each with a path of its own.
static std::string listOf(std::initializer_list<const char *> types) {
  std::string text;
  raw_string_ostream os(text);
  int index = 0;
  os << '[';
  for (StringRef type : types) {
    os << (index ? ", " : "") << "{\"path\": \"" << index << "_Module\", "
       << "\"type\": \"" << type << "\"}";
    ++index;
  }
  os << ']';
  return text;
}

static Expected<std::vector<Module>> listIn(const TestFolder &folder) {
  Task none("");
  return readModuleList(folder.getPath(), none);
}

static Expected<std::vector<Module>>
readList(std::initializer_list<const char *> types) {
  TestFolder folder;
  folder.write("modules.json", listOf(types));
  return listIn(folder);
}

#define ST "sentence_transformers.models."

TEST(Modules, ReadsTheListInOrder) {
  auto modules = readList(
      {ST "Transformer", ST "Pooling", ST "Dense", ST "Dense", ST "Normalize"});
  ASSERT_TRUE(bool(modules)) << toString(modules.takeError());
  ASSERT_EQ(modules->size(), 5u);
  EXPECT_EQ(modules->front().kind, ModuleKind::Transformer);
  EXPECT_EQ(modules->front().path, "0_Module");
  EXPECT_EQ(modules->back().kind, ModuleKind::Normalize);
}

TEST(Modules, ReadsTheNewerNames) {
  auto modules =
      readList({"sentence_transformers.base.modules.transformer.Transformer",
                "sentence_transformers.sentence_transformer.modules.Pooling"});
  EXPECT_TRUE(bool(modules)) << toString(modules.takeError());
}

TEST(Modules, RefusesUnknownModules) {
  expectParts(messageOf(readList({ST "Transformer", ST "Pooling", ST "LSTM"})),
              {"modules.json", "'sentence_transformers.models.LSTM'",
               "a recurrent network", "not supported"});
  expectParts(messageOf(readList({ST "Transformer", ST "Own"})),
              {"'sentence_transformers.models.Own' is not known", "Normalize"});
  expectParts(messageOf(readList({ST "Transformer", "custom.Pooling"})),
              {"'custom.Pooling' is not known"});
}

TEST(Modules, RefusesAnotherOrder) {
  for (auto types : {std::initializer_list<const char *>{ST "Transformer"},
                     {ST "Pooling", ST "Transformer"},
                     {ST "Transformer", ST "SpladePooling", ST "Normalize"},
                     {ST "Transformer", ST "Normalize", ST "Dense"},
                     {ST "Transformer", ST "Pooling", ST "SpladePooling"},
                     {ST "Transformer", ST "Dropout", ST "Pooling"},
                     {ST "Transformer", ST "Pooling", ST "Pooling"}})
    expectParts(messageOf(readList(types)), {"must be a Transformer"});
}

TEST(Modules, RefusesAListThatIsNone) {
  TestFolder folder;
  folder.write("modules.json", "{}");
  expectParts(messageOf(listIn(folder)), {"must hold a list of modules"});
  folder.write("modules.json", "[{\"path\": \"\"}]");
  expectParts(messageOf(listIn(folder)), {"must have a type and a path"});
}

// What the Pooling module of this config.json makes of a model of width 8.
static Expected<std::vector<PoolKind>>
poolingOf(StringRef config, std::vector<Prompt> prompts = {}) {
  TestFolder folder;
  folder.write("1_Pooling/config.json", config);
  Description model;
  model.hiddenSize = 8;
  model.prompts = std::move(prompts);
  Module module{ModuleKind::Pooling, "1_Pooling"};
  if (Error error = addModules(folder.getPath(), module, model))
    return error;
  return model.pooling;
}

TEST(Modules, ReadsEveryPooling) {
  std::string notMean = "\"pooling_mode_mean_tokens\": false, ";
  for (auto [key, name, kind] :
       {std::tuple("pooling_mode_cls_token", "cls", PoolKind::Cls),
        std::tuple("pooling_mode_max_tokens", "max", PoolKind::Max),
        std::tuple("pooling_mode_lasttoken", "lasttoken", PoolKind::Last),
        std::tuple("pooling_mode_weightedmean_tokens", "weightedmean",
                   PoolKind::WeightedMean),
        std::tuple("pooling_mode_mean_sqrt_len_tokens", "mean_sqrt_len_tokens",
                   PoolKind::MeanSqrt)}) {
    std::string older = "{" + notMean + "\"" + key + "\": true}";
    std::string newer = std::string("{\"pooling_mode\": \"") + name + "\"}";
    EXPECT_EQ(cantFail(poolingOf(older)), std::vector{kind});
    EXPECT_EQ(cantFail(poolingOf(newer)), std::vector{kind});
  }
  std::vector mean{PoolKind::Mean};
  EXPECT_EQ(cantFail(poolingOf("{}")), mean);
  EXPECT_EQ(cantFail(poolingOf("{\"pooling_mode_mean_tokens\": true}")), mean);
  EXPECT_EQ(cantFail(poolingOf("{\"pooling_mode\": [\"mean\"]}")), mean);
  EXPECT_EQ(cantFail(poolingOf("{\"pooling_mode_mean_tokens\": false}")), mean);
}

// The older form has one order, the newer its own.
TEST(Modules, ReadsSeveralPoolings) {
  EXPECT_EQ(cantFail(poolingOf("{\"pooling_mode_lasttoken\": true, "
                               "\"pooling_mode_max_tokens\": true}")),
            (std::vector{PoolKind::Max, PoolKind::Last}));
  EXPECT_EQ(cantFail(poolingOf("{\"pooling_mode\": [\"mean\", \"cls\"]}")),
            (std::vector{PoolKind::Mean, PoolKind::Cls}));
}

TEST(Modules, RefusesOtherPoolings) {
  expectParts(messageOf(poolingOf("{\"pooling_mode\": \"median\"}")),
              {"'pooling_mode' is \"median\"", "known are"});
  expectParts(messageOf(poolingOf("{\"word_embedding_dimension\": 9}")),
              {"'word_embedding_dimension' is 9", "has 8 features"});
  expectParts(messageOf(poolingOf("{\"own_key\": 9}")), {"'own_key' is 9"});
}

static Expected<Dense> denseOf(StringRef config, bool hasWeights = true) {
  TestFolder folder;
  folder.write("2_Dense/config.json", config);
  if (hasWeights)
    folder.write("2_Dense/model.safetensors", "");
  Description model;
  Module module{ModuleKind::Dense, "2_Dense"};
  if (Error error = addModules(folder.getPath(), module, model))
    return error;
  return model.dense.front();
}

TEST(Modules, ReadsADense) {
  auto dense = denseOf(
      R"({"in_features": 8, "out_features": 3, "bias": false,
          "activation_function": "torch.nn.modules.linear.Identity"})");
  ASSERT_TRUE(bool(dense)) << toString(dense.takeError());
  EXPECT_EQ(dense->inputSize, 8);
  EXPECT_EQ(dense->outputSize, 3);
  EXPECT_EQ(dense->activation, Activation::Identity);
  EXPECT_EQ(dense->linear.weight, "linear.weight");
  EXPECT_EQ(dense->linear.bias, "");
  EXPECT_EQ(dense->weightsFile, "2_Dense/model.safetensors");
  EXPECT_EQ(
      cantFail(denseOf(R"({"in_features": 8, "out_features": 3})")).activation,
      Activation::Tanh);
}

TEST(Modules, RefusesOtherDenses) {
  expectParts(messageOf(denseOf(R"({"in_features": 8})")),
              {"'out_features' is missing"});
  expectParts(messageOf(denseOf(R"({"in_features": 8, "out_features": 3})",
                                /*hasWeights=*/false)),
              {"2_Dense' has neither model.safetensors nor"});
  expectParts(messageOf(denseOf(
                  R"({"in_features": 8, "out_features": 3,
              "activation_function": "torch.nn.modules.activation.Mish"})")),
              {"activation.Mish", "known are", "torch.nn.Tanh"});
  expectParts(messageOf(denseOf(
                  R"({"in_features": 8, "out_features": 3,
                      "module_input_name": "token_embeddings"})")),
              {"'module_input_name'", "sentence_embedding"});
}

// The model that these modules make of one of width 8.
static Description modelOf(std::initializer_list<const char *> types) {
  TestFolder folder;
  folder.write("modules.json", listOf(types));
  std::vector<Module> modules = cantFail(listIn(folder));
  for (const Module &module : modules) {
    std::string config = "{}";
    if (module.kind == ModuleKind::Dense)
      config = R"({"in_features": 8, "out_features": 8})";
    if (module.kind == ModuleKind::LayerNorm)
      config = R"({"dimension": 8})";
    folder.write(module.path + "/config.json", config);
    folder.write(module.path + "/model.safetensors", "");
  }
  Description model;
  model.hiddenSize = 8;
  cantFail(addModules(folder.getPath(), modules, model));
  return model;
}

// Each is scaled before what comes next, or at the end.
TEST(Modules, NormalizesAnywhere) {
  Description model = modelOf({ST "Transformer", ST "Pooling", ST "Normalize",
                               ST "Dense", ST "Dropout", ST "Normalize"});
  ASSERT_EQ(model.dense.size(), 1u);
  EXPECT_TRUE(model.dense[0].normalizesInput);
  EXPECT_TRUE(model.normalize);

  model = modelOf({ST "Transformer", ST "Pooling", ST "Normalize",
                   ST "LayerNorm", ST "LayerNorm"});
  EXPECT_FALSE(model.poolingNorm);
  ASSERT_EQ(model.dense.size(), 2u);
  EXPECT_TRUE(model.dense[0].normalizesInput);
  EXPECT_TRUE(model.dense[0].norm);
  EXPECT_TRUE(model.dense[0].linear.weight.empty());
  EXPECT_TRUE(model.dense[1].norm);
  EXPECT_FALSE(model.normalize);

  model = modelOf({ST "Transformer", ST "Pooling", ST "LayerNorm", ST "Dense",
                   ST "LayerNorm"});
  EXPECT_TRUE(model.poolingNorm);
  ASSERT_EQ(model.dense.size(), 1u);
  EXPECT_TRUE(model.dense[0].norm);
}
