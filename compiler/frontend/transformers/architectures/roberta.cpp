//===- roberta.cpp - RoBERTa and its children in other languages ----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/transformers/architectures/families.h"

using namespace emblem::frontend;

// Positions count from the padding id + 1 (fairseq's make_positions, which
// RoBERTa, Liu et al., 2019, was trained with); a padding token that a text
// spells out is not counted.
llvm::Error emblem::frontend::countFromPadding(const JsonObject &config,
                                               Description &model) {
  auto padding = config.number("pad_token_id", 1);
  if (!padding)
    return padding.takeError();
  int64_t most = model.position->count - 2;
  if (!(*padding >= 0 && *padding <= most && *padding == int64_t(*padding)))
    return config.error("pad_token_id",
                        "it must leave positions: be an integer from 0 to " +
                            llvm::Twine(most));
  model.position->offset = int64_t(*padding) + 1;
  model.position->uncounted = int64_t(*padding);
  return llvm::Error::success();
}

namespace emblem::frontend {
Architecture roberta() {
  return {.modelTypes = {"roberta", "xlm-roberta", "camembert"},
          .models = "RoBERTa, DistilRoBERTa, XLM-R (multilingual E5, bge-m3), "
                    "CamemBERT",
          .keys = {},
          .mask = bertMask(),
          .requiredValues = bertRequiredValues(),
          .names = bertNames(),
          .adjust = countFromPadding,
          .head = tanhHead,
          .pairTypes = false};
}
} // namespace emblem::frontend
