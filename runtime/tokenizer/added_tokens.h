//===- added_tokens.h - Tokens that are found whole in a text ---*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_TOKENIZER_ADDED_TOKENS_H
#define EMBLEM_RUNTIME_TOKENIZER_ADDED_TOKENS_H

#include "runtime/tokenizer/table_view.h"

namespace emblem::runtime {

/// Finds one trie's added tokens in valid UTF-8, from left to right, the
/// longest at each place; what lies between them is for the caller.
class AddedTokenScan {
public:
  AddedTokenScan(const TokenizerHeader &header, uint32_t root,
                 const uint8_t *text, const uint8_t *end);

  /// A stretch of text, then the token that follows it, up to `tokenEnd`.
  struct Part {
    const uint8_t *begin, *end;
    int32_t id; // -1: the text ends here
    const uint8_t *tokenEnd;
  };
  Part next();

private:
  bool touchesWord(const uint8_t *tokenBegin, const uint8_t *tokenEnd) const;
  const uint8_t *skipSpacesLeft(const uint8_t *from) const;
  const uint8_t *skipSpacesRight(const uint8_t *from) const;

  const TokenizerHeader &header;
  const uint32_t *units;
  uint32_t root;
  const uint8_t *text, *end;
  const uint8_t *done;   // parts before this were returned
  const uint8_t *search; // where the next token may start
};

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_TOKENIZER_ADDED_TOKENS_H
