//===- model_choices.cpp - A user's word where a model has none -----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/architecture/model_choices.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace emblem;
using namespace emblem::frontend;

// Sentence Transformers' names where they are not those of a description.
static constexpr std::pair<StringLiteral, PoolKind> otherNames[] = {
    {"mean_sqrt_len_tokens", PoolKind::MeanSqrt},
    {"weightedmean", PoolKind::WeightedMean},
    {"lasttoken", PoolKind::Last}};

Expected<std::vector<PoolKind>>
emblem::frontend::parsePooling(StringRef names) {
  std::vector<PoolKind> kinds;
  SmallVector<StringRef> listed;
  names.split(listed, ',');
  for (StringRef name : listed) {
    std::optional<PoolKind> kind = emb::symbolizePoolKind(name);
    for (auto [other, itsKind] : otherNames)
      if (other == name)
        kind = itsKind;
    if (!kind)
      return createStringError("'" + name +
                               "' is no value for --pooling; known are cls, "
                               "mean, max, last, weighted_mean, mean_sqrt and "
                               "sum");
    kinds.push_back(*kind);
  }
  return kinds;
}

Expected<std::optional<bool>> emblem::frontend::parseEither(StringRef option,
                                                            StringRef value,
                                                            StringRef yes,
                                                            StringRef no) {
  if (value.empty())
    return std::nullopt;
  if (value == yes || value == no)
    return value == yes;
  return createStringError("'" + value + "' is no value for --" + option +
                           "; expected " + yes + " or " + no);
}

std::string emblem::frontend::poolingText(ArrayRef<PoolKind> pooling) {
  return join(map_range(pooling,
                        [](PoolKind kind) {
                          return emb::stringifyPoolKind(kind).str();
                        }),
              ", ");
}

static Error refuse(StringRef path, StringRef option, const Twine &why) {
  return createStringError("'" + path + "' " + why + "; leave --" + option +
                           " out");
}

// Whether a text's rows become its vector in one of the ways of --pooling.
static bool isPooled(const Description &model) {
  return model.input == InputKind::Texts && !model.pooling.empty() &&
         !model.attentionPooling;
}

Error emblem::frontend::applyChoices(const ModelChoices &choices,
                                     StringRef path,
                                     MutableArrayRef<Description> models) {
  Description &model = models.front();
  bool isTable = model.layerCount == 0 && model.tokens.zeroRow;
  if (choices.unknownTokens) {
    if (!isTable)
      return refuse(path, "unknown", "is no table of tokens' vectors");
    model.unknownTokens = *choices.unknownTokens;
  }
  if (!choices.pooling.empty()) {
    if (models.size() > 1 || !isPooled(model))
      return refuse(path, "pooling",
                    "has no rows of tokens that become one vector");
    if (isTable && choices.pooling != model.pooling)
      return refuse(path, "pooling",
                    "is a table of tokens' vectors, of which a text's is the "
                    "mean");
    model.pooling = choices.pooling;
  }
  if (choices.normalize)
    for (Description &each : models) {
      if (each.input == InputKind::Pairs || each.pooling.empty())
        return refuse(path, "normalize", "gives no dense vectors");
      each.normalize = *choices.normalize;
    }
  return Error::success();
}
