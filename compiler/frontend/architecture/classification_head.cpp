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
emblem::frontend::lastTokenHead(const JsonObject &, const Description &) {
  ClassificationHead head = {PoolKind::Last, {denseNamed("score")}};
  head.layers.front().linear.bias.clear();
  return head;
}

// transformers counts the names of the labels, and has two where there are
// none.
static Expected<int64_t> readLabelCount(const JsonObject &config) {
  const json::Value *names = config.find("id2label");
  const json::Object *labels = names ? names->getAsObject() : nullptr;
  int64_t count = labels ? static_cast<int64_t>(labels->size()) : 0;
  if (config.find("num_labels")) {
    auto size = config.size("num_labels");
    if (!size)
      return size.takeError();
    if (labels && count != *size)
      return config.error("num_labels", "'id2label' names " + Twine(count));
    return *size;
  }
  if (!labels)
    return 2;
  if (count == 0)
    return config.error("id2label", "it must name the labels");
  return count;
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
  model.dense = std::move(head->layers);
  for (Dense &dense : model.dense)
    dense.inputSize = dense.outputSize = model.hiddenSize;
  model.dense.back().outputSize = *labels;
  return Error::success();
}
