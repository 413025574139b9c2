//===- description_test.cpp - Descriptions as YAML, and their problems ----===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/description/build_model.h"
#include "compiler/description/description_yaml.h"
#include "test/unit/files/test_files.h"

using namespace emblem::frontend;
using namespace llvm;

static Linear linear(const std::string &name) {
  return {name + ".weight", name + ".bias"};
}

// A description in which no field has its default value.
static Description example() {
  Description model;
  model.name = "example-1";
  model.weightFiles = {"a.safetensors", "folder with spaces/b.safetensors"};
  model.tokenizerFile = "tokenizer.json";
  model.hiddenSize = 12;
  model.maxTokens = 7;
  model.embeddingSize = 9;
  model.specialTokens = false;
  model.unknownTokens = false;
  model.tokens = {100, "words", 1.0 / 7, true};
  model.position = {PositionKind::Learned, 10, 2, 1, "positions"};
  model.segment = {2, "segments"};
  model.embeddingNorm = {NormKind::Layer, "norm.scale", "norm.shift", 1.0 / 3};
  model.embeddingProjection = linear("projection");
  model.layerCount = 2;
  model.layer.normPlacement = NormPlacement::Pre;
  model.finalNorm = {NormKind::Rms, WeightExpression::onePlus("final.scale"),
                     "", 1e-6};
  Norm ofHeads = {NormKind::Rms, "l.{}.heads", "", 1e-3};
  model.layer.attention = {
      .heads = 3,
      .headSize = 4,
      .keyValueHeads = 1,
      .scale = 1.0 / 9,
      .softcap = 1.0 / 11,
      .before = 5,
      .after = 0,
      .unattended = {},
      .rotary = Rotary{.size = 2, .base = 1.0 / 3, .factor = 0.1},
      .positionBias = PositionBias{"bias", 8, 20},
      .relativePositions = {},
      .query = linear("l.{}.q"),
      .key = linear("l.{}.k"),
      .value = linear("l.{}.v"),
      .output = {"l.{}.o", ""},
      .queryNorm = ofHeads,
      .keyNorm = ofHeads,
      .norm = {NormKind::Layer, "l.{}.n1", "", 1e-7},
      .outputNorm = Norm{NormKind::Rms, "l.{}.n2", "", 1e-8},
      .firstNormed = 1};
  model.layer.feedForward = {.innerSize = 20,
                             .activation = Activation::GeluTanh,
                             .up = linear("l.{}.up"),
                             .down = linear("l.{}.down"),
                             .gate = linear("l.{}.gate"),
                             .norm = {NormKind::Layer, "", "", 0.0},
                             .outputNorm = Norm{NormKind::Rms, "", "", 0.0}};
  model.layer.local = {.pattern = {LayerKind::Local, LayerKind::Global},
                       .before = 2,
                       .rotary = Rotary{.size = 4, .interleaved = true}};
  model.pooling = {PoolKind::WeightedMean, PoolKind::MeanSqrt};
  model.poolingNorm =
      Norm{.scale = "norm.weight", .shift = "", .epsilon = 1e-5};
  model.poolingNormWeightsFile = "2_LayerNorm/w";
  model.dense = {{24,
                  5,
                  true,
                  Activation::Tanh,
                  linear("linear"),
                  {},
                  Norm{.scale = "n", .shift = "", .epsilon = 1e-5},
                  "3_Dense/w",
                  "4/w"},
                 {5,
                  3,
                  false,
                  Activation::Identity,
                  {"linear.weight", ""},
                  {},
                  {},
                  "",
                  ""}};
  model.normalize = true;
  model.sparse = Sparse{.transform = linear("head"),
                        .transformActivation = Activation::Relu,
                        .norm = Norm{.scale = "", .shift = "", .epsilon = 1e-6},
                        .decoder = linear("decoder"),
                        .activation = Activation::Log1pLog1pRelu,
                        .pooling = PoolKind::Sum};
  model.tokenWeights = TokenWeights{linear("weights"), "folder/heads", {0, 2}};
  model.multiVector = MultiVector{.dense = {model.dense[1]},
                                  .normalize = false,
                                  .skipped = {7, 9},
                                  .skipsFirst = true};
  model.multiVector->dense[0].inputSize = 12;
  model.layer.attention.unattended = 6;
  model.prompts = {{"a: b", "first line\n\"second\" line: "},
                   {"empty", ""},
                   {"query", "query: ", 4, 5, 6, true}};
  model.defaultPrompt = "query";
  return model;
}

static std::string yamlOf(const Description &model) {
  std::string text;
  raw_string_ostream os(text);
  writeYaml(model, os);
  return text;
}

// The one model of a description.
static Expected<Description> parse(StringRef text) {
  auto models = parseYaml(text, "x.yaml");
  if (!models)
    return models.takeError();
  EXPECT_EQ(models->size(), 1u);
  return std::move(models->front());
}

static std::string moduleOf(const Description &model) {
  mlir::MLIRContext context;
  auto module = buildModel(model, context);
  if (!module) {
    ADD_FAILURE() << toString(module.takeError());
    return "";
  }
  std::string text;
  raw_string_ostream(text) << **module;
  return text;
}

TEST(Description, YamlReadsBackToTheSame) {
  Description model = example();
  ASSERT_EQ(findProblem(model), "");
  auto back = parse(yamlOf(model));
  ASSERT_TRUE(bool(back)) << toString(back.takeError());
  EXPECT_EQ(yamlOf(*back), yamlOf(model));
  EXPECT_EQ(moduleOf(*back), moduleOf(model));
  EXPECT_EQ(back->embeddingNorm->epsilon, 1.0 / 3);
  EXPECT_EQ(back->layer.attention.norm.epsilon, 1e-7);
  EXPECT_EQ(back->layer.normPlacement, NormPlacement::Pre);
  EXPECT_EQ(back->tokens.scale, 1.0 / 7);
  EXPECT_EQ(back->weightFiles, model.weightFiles);
  EXPECT_EQ(back->prompts[0].name, "a: b");
  EXPECT_EQ(back->prompts[0].text, model.prompts[0].text);
  EXPECT_EQ(back->dense[0].weightsFile, "3_Dense/w");
  EXPECT_EQ(back->dense[0].normWeightsFile, "4/w");
  EXPECT_EQ(back->prompts[2].marker, 5);
  EXPECT_EQ(back->multiVector->skipped, (std::vector<int32_t>{7, 9}));
  EXPECT_EQ(back->layer.feedForward.activation, Activation::GeluTanh);
}

// A tensor of any name is one, and what is made of weights is a map.
TEST(Description, WeightsInYaml) {
  using Weight = WeightExpression;
  std::pair<Weight, const char *> cases[] = {
      {"a - b * c[0:4]", "'a - b * c[0:4]'"},
      {Weight::rows("w", 0, 4), "{ rows: { of: w, first: 0, last: 4 } }"},
      {Weight::onePlus("w"), "{ one_plus: w }"},
      {Weight::scaledRows("w", "s"), "{ scaled_rows: { of: w, by: s } }"},
      {Weight::difference(Weight::rows("w", 3, 4), "v"),
       "{ difference: { of: { rows: { of: w, first: 3, last: 4 } }, "
       "less: v } }"},
      {Weight::transposed("w"), "{ transposed: w }"},
      {Weight::resized("w", 37, 16, true),
       "{ resized: { of: w, from: 37, to: 16, antialiased: true } }"},
      {Weight::lowRankSum("w", 0.1, "u", "d"),
       "{ low_rank_sum: { of: w, up: u, down: d, scale: 0.1 } }"},
      {Weight::unpacked("w", 4, 2, 8),
       "{ unpacked: { of: w, bits: 4, rows: 2, columns: 8 } }"},
      {Weight::dequantised("w", "s", "z", {1, 32, 0.0}),
       "{ dequantised: { of: w, scale: s, zeros: z, axis: 1, block: 32 } }"},
      {Weight::dequantised("w", "s", {}, {0, 0, 8.0}),
       "{ dequantised: { of: w, scale: s, zero: 8, axis: 0 } }"}};
  for (const auto &[weight, text] : cases) {
    Description model = example();
    model.tokens.table = weight;
    EXPECT_NE(yamlOf(model).find(text), std::string::npos) << yamlOf(model);
    auto back = parse(yamlOf(model));
    ASSERT_TRUE(bool(back)) << toString(back.takeError());
    EXPECT_EQ(back->tokens.table, weight) << text;
  }
}

TEST(Description, WeightsInYamlThatAreWrong) {
  std::string text = yamlOf(example());
  auto messageFor = [&](StringRef weight) {
    std::string changed = text;
    StringRef from = "words"; // the table of the tokens
    changed.replace(changed.find(from), from.size(), weight.str());
    return messageOf(parse(changed));
  };
  expectParts(messageFor("{ rows: { of: w, first: 4, last: 4 } }"),
              {"x.yaml:", "rows 4 to 4 are none"});
  expectParts(messageFor("{ rows: { of: w, first: 4 } }"),
              {"x.yaml:", "missing required key 'last'"});
  expectParts(messageFor("{ one_plus: '' }"), {"name of a tensor is empty"});
  expectParts(messageFor("{ columns: w }"), {"unknown key 'columns'"});
  expectParts(messageFor("{ one_plus: w, transposed: v }"),
              {"is a map of one key: 'rows', 'one_plus'"});
  expectParts(messageFor("[ w, v ]"),
              {"must be a tensor's name, or a map of what is made of weights"});
  expectParts(messageFor("{ resized: { of: w, from: 0, to: 4 } }"),
              {"positions are resized from 0 to 4"});
}

TEST(Description, TextOfPairs) {
  Description model = example();
  model.pairText = PairText{"a: \"b\"\n", "\n\tlast: ", " \n"};
  EXPECT_NE(findProblem(model).find("'pair_text' is given"), std::string::npos);
  model.input = InputKind::Pairs;
  model.segment.perToken = false;
  model.sparse.reset();
  model.tokenWeights.reset();
  model.multiVector.reset();
  auto back = parse(yamlOf(model));
  ASSERT_TRUE(bool(back)) << toString(back.takeError());
  EXPECT_EQ(back->pairText->before, model.pairText->before);
  EXPECT_EQ(back->pairText->between, model.pairText->between);
  EXPECT_EQ(back->pairText->after, model.pairText->after);
}

TEST(Description, YamlLeavesOutWhatIsNotThere) {
  Description model = example();
  model.segment = {};
  model.embeddingNorm.reset();
  model.embeddingSize = 0;
  model.embeddingProjection.reset();
  model.finalNorm.reset();
  model.layerCount = 0;
  model.layer = {};
  model.dense.clear();
  model.sparse.reset();
  model.tokenWeights.reset();
  model.multiVector.reset();
  model.prompts.clear();
  model.defaultPrompt.clear();
  model.position = {PositionKind::Sinusoidal, 7, 0, {}, ""};
  std::string text = yamlOf(model);
  for (const char *key :
       {"segment", "embedding_", "final_norm", "layer:", "dense", "prompt",
        "sparse", "token_weights", "multi_vector"})
    EXPECT_EQ(text.find(key), std::string::npos) << text;
  auto back = parse(text);
  ASSERT_TRUE(bool(back)) << toString(back.takeError());
  EXPECT_EQ(moduleOf(*back), moduleOf(model));
  EXPECT_FALSE(back->embeddingNorm.has_value());
}

TEST(Description, LayersAreNumbered) {
  EXPECT_EQ(expandLayer("layer.{}.weight", 11), "layer.11.weight");
  EXPECT_EQ(expandLayer("{}", 0), "0");
  EXPECT_EQ(expandLayer("plain", 3), "plain");
}

// One change to the example, and what findProblem and buildModel say of it.
namespace {
struct Problem {
  const char *name;
  void (*change)(Description &);
  const char *part;
};
class BadDescription : public testing::TestWithParam<Problem> {};
} // namespace

TEST_P(BadDescription, IsRefused) {
  Description model = example();
  GetParam().change(model);
  expectParts(findProblem(model), {GetParam().part});
  mlir::MLIRContext context;
  expectParts(messageOf(buildModel(model, context)),
              {"is not valid", GetParam().part});
}

INSTANTIATE_TEST_SUITE_P(
    Description, BadDescription,
    testing::Values(
        Problem{"Name", [](Description &m) { m.name = "a/b"; },
                "'name' is 'a/b'"},
        Problem{"HiddenSize", [](Description &m) { m.hiddenSize = 0; },
                "'hidden_size' is 0"},
        Problem{"Table", [](Description &m) { m.tokens.table = ""; },
                "in 'tokens': 'table' is missing"},
        Problem{"LearnedTable", [](Description &m) { m.position->table = ""; },
                "learned positions need one"},
        Problem{
            "SinusoidalTable",
            [](Description &m) { m.position->kind = PositionKind::Sinusoidal; },
            "sinusoidal positions have none"},
        Problem{"Offset", [](Description &m) { m.position->offset = 10; },
                "'offset' is 10, and must be from 0 to 9"},
        Problem{"Scale", [](Description &m) { m.tokens.scale = 0; },
                "in 'tokens': 'scale' is 0, and must be positive"},
        Problem{"Projection",
                [](Description &m) { m.embeddingProjection.reset(); },
                "'embedding_size' is 9, and without an 'embedding_projection' "
                "it must be 'hidden_size', 12"},
        Problem{"ZeroRow", [](Description &m) { m.tokens.zeroRow = false; },
                "'tokens' must say 'zero_row: true'"},
        Problem{"FinalNorm", [](Description &m) { m.finalNorm->epsilon = -1; },
                "in 'final_norm': 'epsilon' is"},
        Problem{"MaxTokens", [](Description &m) { m.maxTokens = 9; },
                "'max_tokens' is 9, and must be from 1 to 8"},
        Problem{"Layers", [](Description &m) { m.layerCount = 1 << 30; },
                "'layers' is 1073741824"},
        Problem{"Heads",
                [](Description &m) { m.layer.attention.heads = 1 << 30; },
                "in 'attention': 'head_size'"},
        Problem{"Weight",
                [](Description &m) { m.layer.attention.key.weight = ""; },
                "in 'key': 'weight' is missing"},
        Problem{"Epsilon",
                [](Description &m) { m.layer.feedForward.norm.epsilon = -1; },
                "'epsilon' is"},
        Problem{"DenseWidth", [](Description &m) { m.dense[1].inputSize = 6; },
                "a dense takes 6 features, and gets 5"},
        Problem{"Nothing",
                [](Description &m) {
                  m.pooling.clear();
                  m.sparse.reset();
                  m.tokenWeights.reset();
                  m.multiVector.reset();
                },
                "'pooling' is missing, and nothing else is returned"},
        Problem{"NothingToNorm", [](Description &m) { m.pooling.clear(); },
                "without 'pooling' there is nothing that"},
        Problem{"SparsePooling",
                [](Description &m) { m.sparse->pooling = PoolKind::Mean; },
                "in 'sparse': 'pooling' must be 'max' or 'sum'"},
        Problem{"Expansion", [](Description &m) { m.prompts[2].maxTokens = 0; },
                "an 'expansion' needs 'max_tokens'"},
        Problem{"TokenVectorWidth",
                [](Description &m) { m.multiVector->dense[0].inputSize = 5; },
                "in 'multi_vector': a dense takes 5 features, and gets 12"},
        Problem{"DefaultPrompt",
                [](Description &m) { m.defaultPrompt = "passage"; },
                "there is no prompt of that name"},
        Problem{"SamePrompt",
                [](Description &m) { m.prompts[1].name = "query"; },
                "prompt 'query' is given twice"},
        Problem{"Rows",
                [](Description &m) {
                  m.tokens.table = WeightExpression::rows("words", 4, 2);
                },
                "in 'words': rows 4 to 2 are none"},
        Problem{"PromptWithoutName",
                [](Description &m) { m.prompts[1].name = ""; },
                "a prompt has no name"}),
    [](const testing::TestParamInfo<Problem> &info) {
      return info.param.name;
    });
