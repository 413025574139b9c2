//===- similarity.cpp - Similarity of a folder's vectors ------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/sentence_transformers/similarity.h"

#include "llvm/ADT/StringSwitch.h"

using namespace llvm;
using namespace emblem::frontend;

void emblem::frontend::addSimilarity(const JsonObject &settings,
                                     Description &model) {
  if (model.input != InputKind::Texts)
    return;
  const json::Value *value = settings.find("similarity_fn_name");
  StringRef name = value ? value->getAsString().value_or("") : "";
  bool isDense = !model.pooling.empty();
  if (!isDense && model.multiVector) {
    if (name == "meanmaxsim")
      model.distance = Distance::MeanMaxSim;
    return;
  }
  // A name that the library does not have for vectors counts as none.
  Distance usual = isDense ? Distance::Cosine : Distance::Dot;
  model.distance = StringSwitch<Distance>(name)
                       .Case("cosine", Distance::Cosine)
                       .Case("dot", Distance::Dot)
                       .Case("euclidean", Distance::NegativeEuclidean)
                       .Case("manhattan", Distance::NegativeManhattan)
                       .Default(usual);
}
