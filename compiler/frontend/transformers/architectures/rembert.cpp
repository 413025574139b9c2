//===- rembert.cpp - RemBERT (Chung et al., 2021) -------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/transformers/architectures/families.h"

using namespace emblem::frontend;

namespace emblem::frontend {
Architecture rembert() {
  Description names = bertNames();
  names.embeddingProjection =
      linearNamed("encoder.embedding_hidden_mapping_in");
  return {.modelTypes = {"rembert"},
          .models = "RemBERT",
          .keys = {.embeddingSize = "input_embedding_size"},
          .mask = {{"is_decoder", "false"}, {"add_cross_attention", "false"}},
          .ignoredKeys = {"output_embedding_size"},
          .names = names,
          .head = poolerHead};
}
} // namespace emblem::frontend
