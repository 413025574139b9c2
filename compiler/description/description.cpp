//===- description.cpp - Names and files of a description -----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/description/description.h"

#include "compiler/files/model_file.h"

#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace emblem::frontend;

static bool isOfName(char c) {
  return isAlnum(c) || c == '_' || c == '-' || c == '.';
}

std::string emblem::frontend::symbolOf(StringRef text) {
  std::string symbol;
  for (char c : text)
    symbol += isOfName(c) ? c : '_';
  return symbol.empty() ? "model" : symbol;
}

int64_t emblem::frontend::getMaxPositions(const Description &description) {
  if (const std::optional<Patches> &patches = description.patches) {
    const ImageInput &image = description.image;
    int64_t down = image.height / patches->size;
    int64_t across = image.width / patches->size;
    return down * across + patches->registerCount +
           (patches->classToken.empty() ? 0 : 1);
  }
  if (description.input == InputKind::Images)
    return 1;
  const std::optional<Position> &position = description.position;
  return position ? position->count - position->offset : description.maxTokens;
}

std::optional<int64_t>
emblem::frontend::getConvolvedSize(const Description &description) {
  int64_t height = description.image.height, width = description.image.width;
  int64_t channels = description.image.channels;
  for (const ImageLayer &layer : description.convolutions) {
    for (int64_t *side : {&height, &width}) {
      int64_t room = *side + 2 * layer.padding - layer.size;
      if (room < 0)
        return std::nullopt;
      *side = room / layer.stride + 1;
    }
    if (!layer.pool)
      channels = layer.outputs;
  }
  return height * width * channels;
}

int64_t emblem::frontend::getEmbeddingSize(const Description &description) {
  return description.embeddingSize ? description.embeddingSize
                                   : description.hiddenSize;
}

int64_t emblem::frontend::getTokenSize(const Description &description) {
  return description.tokenDense.empty()
             ? description.hiddenSize
             : description.tokenDense.back().outputSize;
}

int64_t emblem::frontend::getPooledSize(const Description &description) {
  if (!description.convolutions.empty())
    return getConvolvedSize(description).value_or(0);
  if (description.attentionPooling)
    return description.hiddenSize;
  return getTokenSize(description) * description.pooling.size();
}

int64_t emblem::frontend::getDimension(const Description &description) {
  return description.dense.empty() ? getPooledSize(description)
                                   : description.dense.back().outputSize;
}

void emblem::frontend::assignRoles(MutableArrayRef<Description> models,
                                   StringRef name) {
  models.front().role = Role::Main;
  models.front().name = name.str();
  for (Description &other : models.drop_front()) {
    other.role = Role::Images;
    other.name = (name + ".image").str();
  }
}

bool emblem::frontend::isLocal(const Description &description, int64_t layer) {
  const std::optional<LocalLayers> &local = description.layer.local;
  return local &&
         local->pattern[layer % local->pattern.size()] == LayerKind::Local;
}

bool emblem::frontend::seesNoneAfter(const Description &description) {
  const std::optional<LocalLayers> &local = description.layer.local;
  return description.layer.attention.after == 0 &&
         (!local || local->after == 0);
}

std::string emblem::frontend::expandLayer(StringRef name, int64_t layer) {
  std::string expanded;
  while (true) {
    auto [before, after] = name.split("{}");
    expanded += before;
    if (before.size() == name.size())
      return expanded;
    expanded += std::to_string(layer);
    name = after;
  }
}

void emblem::frontend::forEachWeight(
    Dense &dense, function_ref<void(WeightExpression &)> visit) {
  visit(dense.linear.weight);
  visit(dense.linear.bias);
  if (dense.residual)
    visit(dense.residual->weight);
  if (dense.norm) {
    visit(dense.norm->scale);
    visit(dense.norm->shift);
  }
}

void emblem::frontend::forEachWeight(
    Description &model, function_ref<void(WeightExpression &)> visit) {
  auto visitLinear = [&](Linear &linear) {
    visit(linear.weight);
    visit(linear.bias);
  };
  auto visitNorm = [&](Norm &norm) {
    visit(norm.scale);
    visit(norm.shift);
  };
  visit(model.tokens.table);
  if (model.position)
    visit(model.position->table);
  visit(model.segment.table);
  visit(model.task.table);
  if (auto &patches = model.patches) {
    visitLinear(patches->linear);
    visit(patches->classToken);
    visit(patches->registers);
    visit(patches->positions);
  }
  for (ImageLayer &layer : model.convolutions)
    visitLinear(layer.linear);
  if (auto &pooling = model.attentionPooling) {
    visit(pooling->probe);
    for (Linear *linear : {&pooling->query, &pooling->key, &pooling->value,
                           &pooling->output, &pooling->up, &pooling->down})
      visitLinear(*linear);
    visitNorm(pooling->norm);
  }
  if (model.embeddingProjection)
    visitLinear(*model.embeddingProjection);
  if (model.sparse) {
    if (model.sparse->transform)
      visitLinear(*model.sparse->transform);
    if (model.sparse->norm)
      visitNorm(*model.sparse->norm);
    visitLinear(model.sparse->decoder);
  }
  for (std::optional<Norm> *norm :
       {&model.embeddingNorm, &model.projectionNorm, &model.finalNorm})
    if (*norm)
      visitNorm(**norm);
  Attention &attention = model.layer.attention;
  FeedForward &feedForward = model.layer.feedForward;
  for (Linear *linear : {&attention.query, &attention.key, &attention.value,
                         &attention.output, &feedForward.up, &feedForward.down})
    visitLinear(*linear);
  if (feedForward.gate)
    visitLinear(*feedForward.gate);
  visitNorm(attention.norm);
  visitNorm(feedForward.norm);
  for (std::optional<Norm> *norm :
       {&attention.queryNorm, &attention.keyNorm, &attention.outputNorm,
        &feedForward.outputNorm})
    if (*norm)
      visitNorm(**norm);
  if (attention.positionBias)
    visit(attention.positionBias->table);
  if (auto &positions = attention.relativePositions) {
    visit(positions->table);
    if (positions->norm)
      visitNorm(*positions->norm);
    for (std::optional<Linear> *linear : {&positions->key, &positions->query})
      if (*linear)
        visitLinear(**linear);
  }
}

void emblem::frontend::forEachModuleFile(
    Description &model, function_ref<void(std::string &)> visit) {
  auto visitDense = [&](std::vector<Dense> &modules) {
    for (Dense &dense : modules) {
      visit(dense.weightsFile);
      visit(dense.normWeightsFile);
    }
  };
  visitDense(model.tokenDense);
  visit(model.poolingNormWeightsFile);
  visitDense(model.dense);
  if (model.tokenWeights)
    visit(model.tokenWeights->weightsFile);
  if (model.multiVector)
    visitDense(model.multiVector->dense);
}

void emblem::frontend::rebasePaths(Description &description, StringRef from,
                                   StringRef to) {
  auto rebase = [&](std::string &path) {
    if (!path.empty())
      path = rebasePath(path, from, to);
  };
  for (std::string &file : description.weightFiles)
    rebase(file);
  forEachModuleFile(description, rebase);
  rebase(description.tokenizerFile);
}
