//===- token_texts.h - The text of each token -------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TOKENIZER_COMPILE_TOKEN_TEXTS_H
#define EMBLEM_COMPILER_TOKENIZER_COMPILE_TOKEN_TEXTS_H

#include "compiler/tokenizer/tokenizer_description.h"

namespace emblem::frontend {

/// The tokens as the vocabulary spells them ("##ing"), back to back: that of id
/// i is bytes[ends[i - 1]] up to bytes[ends[i]]. An id without a token has
/// none.
struct TokenTexts {
  std::string bytes;
  std::vector<uint32_t> ends;
};

TokenTexts getTokenTexts(const TokenizerDescription &tokenizer);

/// The median of the tokens' lengths in code points, rounded down: of those that
/// there are, each once.
int64_t getMedianTokenLength(const TokenizerDescription &tokenizer);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_TOKENIZER_COMPILE_TOKEN_TEXTS_H
