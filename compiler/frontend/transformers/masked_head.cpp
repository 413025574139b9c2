//===- masked_head.cpp - The head that fills in masked words --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A table: how each family calls the head's layers.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/transformers/masked_head.h"

#include "compiler/frontend/architecture/activation_names.h"
#include "compiler/frontend/architecture/architecture.h"
#include "compiler/frontend/transformers/architectures.h"
#include "compiler/frontend/transformers/folder_weights.h"

using namespace llvm;
using namespace emblem::frontend;

namespace {
struct HeadNames {
  StringLiteral transform, norm, decoder;
  StringLiteral bias, otherBias; // the decoder's; tied files keep one of them
  /// The key of the transform's activation; empty: it is GELU.
  StringLiteral activation;
  std::initializer_list<StringLiteral> modelTypes;
};
} // namespace

static const HeadNames families[] = {
    {"cls.predictions.transform.dense",
     "cls.predictions.transform.LayerNorm",
     "cls.predictions.decoder",
     "cls.predictions.bias",
     "cls.predictions.decoder.bias",
     "hidden_act",
     {"bert"}},
    {"vocab_transform",
     "vocab_layer_norm",
     "vocab_projector",
     "vocab_projector.bias",
     "vocab_projector.bias",
     "activation",
     {"distilbert"}},
    {"lm_head.dense",
     "lm_head.layer_norm",
     "lm_head.decoder",
     "lm_head.bias",
     "lm_head.decoder.bias",
     "",
     {"roberta", "xlm-roberta", "camembert", "mpnet"}},
    {"generator_predictions.dense",
     "generator_predictions.LayerNorm",
     "generator_lm_head",
     "generator_lm_head.bias",
     "generator_lm_head.bias",
     "",
     {"electra"}},
    {"predictions.dense",
     "predictions.LayerNorm",
     "predictions.decoder",
     "predictions.bias",
     "predictions.decoder.bias",
     "hidden_act",
     {"albert"}},
    {"head.dense",
     "head.norm",
     "decoder",
     "decoder.bias",
     "decoder.bias",
     "classifier_activation",
     {"modernbert"}}};

Error emblem::frontend::addMaskedHead(const ModelFolders &folders,
                                      const JsonObject &given,
                                      Description &model) {
  auto whole = resolveConfig(given);
  if (!whole)
    return whole.takeError();
  const JsonObject &config = *whole;
  auto type = config.string("model_type", "");
  if (!type)
    return type.takeError();
  const HeadNames *names = nullptr;
  std::string known;
  for (const HeadNames &family : families)
    for (StringRef modelType : family.modelTypes) {
      known += (known.empty() ? "" : ", ") + modelType.str();
      if (modelType == *type)
        names = &family;
    }
  if (!names)
    return config.error("model_type",
                        "a SpladePooling is supported on the head for masked "
                        "words of " +
                            known);
  auto store = openWeights(folders, model);
  if (!store)
    return store.takeError();

  Sparse &head = model.sparse.emplace();
  auto ifThere = [&](StringRef name) -> WeightExpression {
    return (*store)->contains(name) ? name : "";
  };
  head.transform = linearNamed(names->transform);
  head.transform->bias = ifThere(head.transform->bias.name);
  if (!names->activation.empty()) {
    auto activation = readActivation(config, names->activation, "gelu");
    if (!activation)
      return activation.takeError();
    head.transformActivation = *activation;
  }
  head.norm = normNamed(names->norm);
  head.norm->epsilon = model.layer.feedForward.norm.epsilon;
  for (WeightExpression *weight : {&head.norm->scale, &head.norm->shift})
    useOldNormName(**store, weight->name);
  head.norm->shift = ifThere(head.norm->shift.name);
  std::string decoder = (names->decoder + ".weight").str();
  head.decoder.weight = (*store)->contains(decoder) ? WeightExpression(decoder)
                                                    : model.tokens.table;
  head.decoder.bias = ifThere(names->bias);
  if (head.decoder.bias.empty())
    head.decoder.bias = ifThere(names->otherBias);
  return Error::success();
}
