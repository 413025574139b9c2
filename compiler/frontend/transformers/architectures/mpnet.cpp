//===- mpnet.cpp - MPNet (Song et al., 2020) ------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/transformers/architectures/families.h"

using namespace llvm;
using namespace emblem::frontend;

static Description names() {
  Description model = bertNames();
  model.segment = {};
  // Positions count from 2 and pass over tokens of id 1, whatever the padding.
  model.position->offset = 2;
  model.position->uncounted = 1;

  const std::string layer = "encoder.layer.{}.attention.";
  Attention &attention = model.layer.attention;
  attention.query = linearNamed(layer + "attn.q");
  attention.key = linearNamed(layer + "attn.k");
  attention.value = linearNamed(layer + "attn.v");
  attention.output = linearNamed(layer + "attn.o");
  attention.norm = normNamed(layer + "LayerNorm");
  attention.positionBias = {.table = "encoder.relative_attention_bias.weight",
                            .buckets = 32,
                            .maxDistance = 128};
  return model;
}

namespace emblem::frontend {
Architecture mpnet() {
  return {.modelTypes = {"mpnet"},
          .models = "MPNet, all-mpnet-base",
          .mask = {},
          .requiredValues = {{"relative_attention_num_buckets", "32"}},
          .ignoredKeys = {"num_labels"},
          .names = names(),
          .head = tanhHead};
}
} // namespace emblem::frontend
