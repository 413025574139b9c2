//===- cross_encoder.cpp - Sentence Transformers' rerankers ---------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/sentence_transformers/cross_encoder.h"

#include "compiler/frontend/architecture/activation_names.h"
#include "compiler/tokenizer/read/transformers/load_tokenizer.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace emblem::frontend;

// The first file that has a word of it: the newer form, then config.json's two.
static Expected<Activation> readScoreActivation(const JsonObject &config,
                                                const JsonObject &settings,
                                                int64_t labels) {
  const StringRef fallback = labels == 1 ? "torch.nn.modules.activation.Sigmoid"
                                         : "torch.nn.modules.linear.Identity";
  if (settings.find("activation_fn"))
    return readTorchActivation(settings, "activation_fn", fallback);
  const json::Value *own = config.find("sentence_transformers");
  if (const json::Object *object = own ? own->getAsObject() : nullptr) {
    JsonObject inner(config.getPath().str(), *object, "sentence_transformers.");
    if (inner.find("activation_fn"))
      return readTorchActivation(inner, "activation_fn", fallback);
  }
  return readTorchActivation(config, "sbert_ce_default_activation_function",
                             fallback);
}

// Without names transformers calls them so.
static std::vector<std::string> readLabels(const JsonObject &config,
                                           int64_t count) {
  const json::Value *value = config.find("id2label");
  const json::Object *names = value ? value->getAsObject() : nullptr;
  if (!names && count == 1)
    return {};
  std::vector<std::string> labels;
  for (int64_t i = 0; i < count; ++i) {
    std::string usual = ("LABEL_" + Twine(i)).str();
    std::optional<StringRef> name =
        names ? names->getString(Twine(i).str()) : std::nullopt;
    labels.push_back(name ? name->str() : usual);
  }
  return labels;
}

Error emblem::frontend::addCrossEncoder(const ModelFolders &folders,
                                        const JsonObject &config,
                                        const JsonObject &settings,
                                        Description &model) {
  auto activation =
      readScoreActivation(config, settings, model.dense.back().outputSize);
  if (!activation)
    return activation.takeError();
  if (model.dense.back().activation != Activation::Identity)
    return createStringError("'" + folders.root +
                             "': the last Dense of a reranker's modules has an "
                             "activation of its own, which is not supported");
  model.dense.back().activation = *activation;
  model.labels = readLabels(config, model.dense.back().outputSize);

  if (model.tokenizerFile.empty())
    return Error::success(); // a graph by itself
  // A tokenizer may give types that the model is never shown.
  auto facts =
      readTokenizerFacts(folders.transformer, folders.tokenizerArguments);
  if (!facts)
    return facts.takeError();
  model.segment.perToken = facts->givesTypes && model.segment.count > 1;
  return Error::success();
}
