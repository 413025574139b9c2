//===- classification_head.cpp - Layers from a model to scores ------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/architecture/classification_head.h"

using namespace llvm;
using namespace emblem::frontend;

Dense emblem::frontend::denseNamed(StringRef name, Activation activation) {
  Dense dense;
  dense.activation = activation;
  dense.linear = {(name + ".weight").str(), (name + ".bias").str()};
  return dense;
}

Expected<ClassificationHead> emblem::frontend::poolerHead(const JsonObject &,
                                                          const Description &) {
  return ClassificationHead{
      PoolKind::Cls,
      {denseNamed("pooler.dense", Activation::Tanh), denseNamed("classifier")}};
}

Expected<ClassificationHead> emblem::frontend::tanhHead(const JsonObject &,
                                                        const Description &) {
  return ClassificationHead{PoolKind::Cls,
                            {denseNamed("classifier.dense", Activation::Tanh),
                             denseNamed("classifier.out_proj")}};
}

Expected<ClassificationHead>
emblem::frontend::lastTokenHead(const JsonObject &config,
                                const Description &model) {
  ClassificationHead head = {PoolKind::Last, {denseNamed("score")}};
  head.layers.front().linear.bias.clear();
  // Tokens behind the last that is no padding change nothing before them.
  if (!config.find("pad_token_id"))
    return head;
  auto padding = config.number("pad_token_id", -1);
  if (!padding)
    return padding.takeError();
  if (*padding < 0 || *padding >= model.tokens.vocabularySize)
    return head; // no text has it
  if (!seesNoneAfter(model))
    return config.error("pad_token_id",
                        "scores of the last token that is no padding are only "
                        "supported where no token sees those after it");
  head.trailingPadding = static_cast<int32_t>(*padding);
  return head;
}

// 'num_labels' counts, then the names of the labels; where there are none
// transformers has two.
static Expected<int64_t> readLabelCount(const JsonObject &config) {
  if (config.find("num_labels"))
    return config.size("num_labels");
  const json::Value *names = config.find("id2label");
  if (!names)
    return 2;
  const json::Object *labels = names->getAsObject();
  if (!labels || labels->empty())
    return config.error("id2label", "it must name the labels");
  return static_cast<int64_t>(labels->size());
}

Error emblem::frontend::addHead(HeadReader reader, const JsonObject &config,
                                Description &model) {
  if (!reader)
    return config.error("architectures",
                        "the head of this architecture is not supported; "
                        "--list-models says which are");
  auto head = reader(config, model);
  if (!head)
    return head.takeError();
  auto labels = readLabelCount(config);
  if (!labels)
    return labels.takeError();
  model.input = InputKind::Pairs;
  model.pooling = {head->pooling};
  model.trailingPadding = head->trailingPadding;
  model.dense = std::move(head->layers);
  for (Dense &dense : model.dense)
    dense.inputSize = dense.outputSize = model.hiddenSize;
  model.dense.back().outputSize = *labels;
  return Error::success();
}
