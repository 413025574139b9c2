//===- charsmap.h - SentencePiece's map of characters -----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_TOKENIZER_CHARSMAP_H
#define EMBLEM_RUNTIME_TOKENIZER_CHARSMAP_H

#include "runtime/tokenizer/normalizer.h"

namespace emblem::runtime {

/// Writes `text` to `out`, which has the step's room, and returns the end of
/// it. A grapheme cluster of up to 5 bytes becomes what the map has for the
/// shortest of its keys that the cluster starts with; where there is none, and
/// in a longer cluster, each character does, or stays. That is what the
/// reference does, and no more than that explains it.
uint8_t *applyCharsmap(const TokenizerHeader &header,
                       const NormalizerStep &step, TextSpan text, uint8_t *out);

/// The same, and what each byte comes of, to `ranges`. Null: no memory.
uint8_t *applyCharsmapTraced(const TokenizerHeader &header,
                             const NormalizerStep &step, TextSpan text,
                             uint8_t *out, TextTrace &trace, TextRange *ranges);

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_TOKENIZER_CHARSMAP_H
