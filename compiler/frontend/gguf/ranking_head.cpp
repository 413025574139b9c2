//===- ranking_head.cpp - The head of a reranker in a GGUF file -----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/gguf/ranking_head.h"

#include "compiler/frontend/architecture/architecture.h"

using namespace llvm;
using namespace emblem::frontend;

static constexpr StringLiteral inner = "cls.weight";
static constexpr StringLiteral outer = "cls.output.weight";

static bool has(const GgufFile &file, StringRef tensor) {
  return file.getTensors().count(tensor) != 0;
}

bool emblem::frontend::isReranker(const JsonObject &config) {
  const json::Value *value = config.find("pooling_type");
  return value && value->getAsInteger() == 4;
}

// A layer of the head; it may be without a bias.
static Dense layer(const GgufFile &file, StringRef name,
                   Activation activation) {
  Dense dense = denseNamed(name, activation);
  if (!has(file, dense.linear.bias.name))
    dense.linear.bias.clear();
  return dense;
}

// The scores, which the labels count if there are any.
static Expected<int64_t> countScores(const GgufFile &file,
                                     const JsonObject &config) {
  auto found = file.getTensors().find(outer);
  if (found == file.getTensors().end())
    return createStringError("'" + file.getPath() +
                             "' scores pairs, and has no '" + outer +
                             "'; convert the model again");
  int64_t count = found->second.shape.front();
  const json::Value *value = config.find(labelsKey);
  const json::Array *labels = value ? value->getAsArray() : nullptr;
  if (value && (!labels || int64_t(labels->size()) != count))
    return config.error(labelsKey, "it must name " + Twine(count) + " scores");
  return count;
}

//===----------------------------------------------------------------------===//
// Encoders
//===----------------------------------------------------------------------===//

// What the two texts are joined by must be known: files of old conversions do
// not say it.
static Error checkPairs(const GgufFile &file) {
  const json::Object &keys = file.getMetadata();
  auto pre = keys.getString("tokenizer.ggml.pre");
  static constexpr StringLiteral known[] = {"jina-v1-en", "jina-v2-code",
                                            "roberta-bpe"};
  if (keys.get("tokenizer.ggml.add_sep_token") ||
      keys.getString("tokenizer.ggml.model") == StringRef("bert") ||
      (pre && is_contained(known, *pre)))
    return Error::success();
  return createStringError("'" + file.getPath() +
                           "' has no 'tokenizer.ggml.add_sep_token', which "
                           "says what stands between a query and a text; "
                           "convert the model again with a newer llama.cpp, or "
                           "compile its Hugging Face folder");
}

static Error addEncoderHead(const GgufFile &file, const JsonObject &config,
                            int64_t scores, bool isModern, Description &model) {
  if (!has(file, inner))
    return createStringError(
        "'" + file.getPath() + "' scores pairs without '" + inner +
        "': the conversion leaves the pooler out of BERT's head, and without "
        "it the scores are others; compile the model's Hugging Face folder");
  if (Error error = checkPairs(file))
    return error;
  Dense first =
      layer(file, "cls", isModern ? Activation::Gelu : Activation::Tanh);
  if (has(file, "cls.norm.weight")) {
    first.norm = Norm{NormKind::Layer, "cls.norm.weight", "",
                      model.layer.attention.norm.epsilon};
  }
  model.pooling = {isModern ? PoolKind::Mean : PoolKind::Cls};
  model.dense = {first, layer(file, "cls.output", Activation::Identity)};
  for (Dense &dense : model.dense)
    dense.inputSize = dense.outputSize = model.hiddenSize;
  model.dense.back().outputSize = scores;
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Qwen3-Reranker
//===----------------------------------------------------------------------===//

static Error addAnswerHead(const GgufFile &file, const JsonObject &config,
                           int64_t scores, Description &model) {
  if (scores != 2)
    return config.error(labelsKey, "of this architecture only an answer of yes "
                                   "or no is supported");
  StringRef key = "tokenizer.chat_template.rerank";
  auto text = file.getMetadata().getString(key);
  auto [before, rest] = text.value_or("").split("{query}");
  auto [between, after] = rest.split("{document}");
  if (!text || rest.empty() || between.size() == rest.size())
    return createStringError("'" + file.getPath() + "': '" + key +
                             "' must be a text with {query} and then "
                             "{document}; convert the model again");
  // The template has all special tokens, and llama.cpp adds none.
  for (StringRef flag : {"add_bos_token", "add_eos_token"}) {
    std::string name = ("tokenizer.ggml." + flag).str();
    if (file.getMetadata().getBoolean(name).value_or(false))
      return createStringError("'" + file.getPath() + "': '" + name +
                               "' is true, and a reranker by a template has "
                               "no token around that; convert the model again");
  }
  model.pairText = PairText{before.str(), between.str(), after.str()};
  // A softmax of two: the first's share is the sigmoid of their difference.
  Dense head;
  head.inputSize = model.hiddenSize;
  head.outputSize = 1;
  head.activation = Activation::Sigmoid;
  head.linear.weight = WeightExpression::difference(
      WeightExpression::rows(outer, 0, 1), WeightExpression::rows(outer, 1, 2));
  model.pooling = {PoolKind::Last};
  model.dense = {head};
  return Error::success();
}

Error emblem::frontend::addRankingHead(const GgufFile &file,
                                       const JsonObject &config,
                                       StringRef architecture,
                                       Description &model) {
  auto scores = countScores(file, config);
  if (!scores)
    return scores.takeError();
  model.input = InputKind::Pairs;
  bool isModern = architecture == "modern-bert";
  if (architecture == "bert" || isModern)
    return addEncoderHead(file, config, *scores, isModern, model);
  if (architecture == "qwen3")
    return addAnswerHead(file, config, *scores, model);
  return config.error("pooling_type",
                      "rerankers are supported of 'bert', 'modern-bert' and "
                      "'qwen3'");
}
