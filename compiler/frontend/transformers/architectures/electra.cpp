//===- electra.cpp - ELECTRA (Clark et al., 2020) -------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/transformers/architectures/families.h"

using namespace emblem::frontend;

static Description names() {
  Description model = bertNames();
  model.embeddingProjection = linearNamed("embeddings_project");
  return model;
}

// The larger ones have embeddings of the hidden size, and no projection.
static llvm::Error dropProjection(const JsonObject &, Description &model) {
  if (model.embeddingSize == model.hiddenSize)
    model.embeddingProjection.reset();
  return llvm::Error::success();
}

// RoBERTa's with another activation, whatever the file says of the layers'.
static llvm::Expected<ClassificationHead> readHead(const JsonObject &,
                                                   const Description &) {
  return ClassificationHead{PoolKind::Cls,
                            {denseNamed("classifier.dense", Activation::Gelu),
                             denseNamed("classifier.out_proj")}};
}

namespace emblem::frontend {
Architecture electra() {
  return {.modelTypes = {"electra"},
          .models = "ELECTRA",
          .keys = {.embeddingSize = "embedding_size"},
          .mask = bertMask(),
          .requiredValues = bertRequiredValues(),
          .ignoredKeys = {"generator_size"},
          .names = names(),
          .adjust = dropProjection,
          .head = readHead};
}
} // namespace emblem::frontend
