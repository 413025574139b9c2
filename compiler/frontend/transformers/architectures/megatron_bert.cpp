//===- megatron_bert.cpp - Megatron-BERT (Shoeybi et al., 2019) -----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/transformers/architectures/families.h"

using namespace emblem::frontend;

// BERT's, normed before each block and at the end.
static Description names() {
  Description model = bertNames();
  model.embeddingNorm.reset();
  model.finalNorm = normNamed("encoder.ln");
  model.layer.normPlacement = NormPlacement::Pre;
  model.layer.attention.norm = normNamed("encoder.layer.{}.attention.ln");
  model.layer.feedForward.norm = normNamed("encoder.layer.{}.ln");
  return model;
}

namespace emblem::frontend {
Architecture megatron_bert() {
  return {.modelTypes = {"megatron-bert"},
          .models = "Megatron-BERT",
          .mask = {{"is_decoder", "false"}, {"add_cross_attention", "false"}},
          .requiredValues = bertRequiredValues(),
          .names = names(),
          .head = poolerHead};
}
} // namespace emblem::frontend
