//===- bert_generation.cpp - BertGeneration's encoder ---------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/transformers/architectures/families.h"

using namespace emblem::frontend;

namespace emblem::frontend {
// Rothe et al., "Leveraging Pre-trained Checkpoints for Sequence Generation
// Tasks", 2020: BERT without types of tokens.
Architecture bert_generation() {
  Description names = bertNames();
  names.segment = {};
  return {.modelTypes = {"bert-generation"},
          .models = "BertGeneration",
          .keys = {.segments = ""},
          .mask = bertMask(),
          .requiredValues = bertRequiredValues(),
          .names = names};
}
} // namespace emblem::frontend
