//===- luke.cpp - LUKE (Yamada et al., 2020) ------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/transformers/architectures/families.h"

using namespace emblem::frontend;

namespace emblem::frontend {
// Of texts without entities, which is RoBERTa.
Architecture luke() {
  return {.modelTypes = {"luke"},
          .models = "LUKE, of texts without entities",
          .mask = {},
          .ignoredKeys = {"entity_emb_size", "entity_vocab_size",
                          "use_entity_aware_attention"},
          .names = bertNames(),
          .adjust = countFromPadding};
}
} // namespace emblem::frontend
