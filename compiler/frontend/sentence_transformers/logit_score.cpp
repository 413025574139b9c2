//===- logit_score.cpp - Scores by the words that come next ---------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/sentence_transformers/logit_score.h"

#include "compiler/files/model_file.h"
#include "compiler/frontend/architecture/architecture.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace emblem::frontend;

// The token's row of `layer`; empty where there is no token.
static Expected<WeightExpression> readRow(const JsonObject &module,
                                          StringRef key,
                                          const WeightExpression &layer,
                                          const Description &model) {
  const json::Value *value = module.find(key);
  if (!value)
    return WeightExpression();
  auto id = value->getAsInteger();
  if (!id || *id < 0 || *id >= model.tokens.vocabularySize)
    return module.error(key, "it must be a token id, below " +
                                 Twine(model.tokens.vocabularySize));
  return WeightExpression::rows(layer, *id, *id + 1);
}

Error emblem::frontend::addLogitScore(const ModelFolders &folders,
                                      StringRef path, const JsonObject &config,
                                      Description &model) {
  // Their classes for text have one layer of logits, without a bias or scale.
  static constexpr StringLiteral known[] = {"llama", "mistral", "qwen2",
                                            "qwen3"};
  auto type = config.string("model_type", "");
  if (!type)
    return type.takeError();
  if (!is_contained(known, *type) || !hasArchitecture(config, "ForCausalLM"))
    return config.error("model_type",
                        "a LogitScore is supported on llama, mistral, qwen2 "
                        "and qwen3, and a class ...ForCausalLM");
  auto tied = config.boolean("tie_word_embeddings", false);
  if (!tied)
    return tied.takeError();
  WeightExpression layer = *tied ? model.tokens.table : "lm_head.weight";

  auto module = JsonObject::read(
      resolvePath(resolvePath(folders.root, path), "config.json"));
  if (!module)
    return module.takeError();
  auto input = module->string("module_input_name", "causal_logits");
  if (!input)
    return input.takeError();
  if (*input != "causal_logits")
    return module->error("module_input_name",
                         "only \"causal_logits\" is supported");
  auto positive = readRow(*module, "true_token_id", layer, model);
  if (!positive)
    return positive.takeError();
  auto negative = readRow(*module, "false_token_id", layer, model);
  if (!negative)
    return negative.takeError();
  if (positive->empty())
    return createStringError("'" + module->getPath() +
                             "' has no 'true_token_id', the token whose logit "
                             "is the score");

  Dense head;
  head.inputSize = model.hiddenSize;
  head.outputSize = 1;
  head.linear.weight = negative->empty()
                           ? *positive
                           : WeightExpression::difference(*positive, *negative);
  model.input = InputKind::Pairs;
  model.pooling = {PoolKind::Last};
  model.dense = {head};
  return Error::success();
}
