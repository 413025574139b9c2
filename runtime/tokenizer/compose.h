//===- compose.h - Canonical composition ------------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_TOKENIZER_COMPOSE_H
#define EMBLEM_RUNTIME_TOKENIZER_COMPOSE_H

#include "runtime/tokenizer/normalizer.h"

namespace emblem::runtime {

/// Writes `text`, decomposed and composed again, as Unicode Standard Annex 15
/// has it, to `out`, which has the step's room; returns the end of what was
/// written, or null where there is no memory.
uint8_t *compose(const TokenizerHeader &header, const NormalizerStep &step,
                 TextSpan text, uint8_t *out, Buffer<uint64_t> &marks,
                 Buffer<uint32_t> &codePoints);

/// The same, and what each byte comes of, to `ranges`.
uint8_t *composeTraced(const TokenizerHeader &header,
                       const NormalizerStep &step, TextSpan text, uint8_t *out,
                       Buffer<uint64_t> &marks, Buffer<uint32_t> &codePoints,
                       TextTrace &trace, TextRange *ranges);

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_TOKENIZER_COMPOSE_H
