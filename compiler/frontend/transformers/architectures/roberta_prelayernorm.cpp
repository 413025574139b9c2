//===- roberta_prelayernorm.cpp - RoBERTa, normed before each block -------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/transformers/architectures/families.h"

using namespace emblem::frontend;

static Description names() {
  Description model = bertNames();
  model.finalNorm = normNamed("LayerNorm");
  const std::string layer = "encoder.layer.{}.";
  model.layer.normPlacement = NormPlacement::Pre;
  model.layer.attention.norm = normNamed(layer + "attention.LayerNorm");
  model.layer.feedForward.norm = normNamed(layer + "intermediate.LayerNorm");
  return model;
}

namespace emblem::frontend {
Architecture roberta_prelayernorm() {
  return {.modelTypes = {"roberta-prelayernorm"},
          .models = "Efficient MLM (RoBERTa-PreLayerNorm)",
          .mask = bertMask(),
          .requiredValues = bertRequiredValues(),
          .names = names(),
          .adjust = countFromPadding,
          .head = tanhHead,
          .pairTypes = false};
}
} // namespace emblem::frontend
