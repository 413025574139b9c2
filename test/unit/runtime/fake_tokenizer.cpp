//===- fake_tokenizer.cpp - A tokenizer whose tokens are words ------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Stands in for runtime/tokenizer: the id of a word is 10 plus its length, 1
// begins a text and 2 ends it. Its tables are the text "words"; with "bare"
// there are no special tokens.
//
//===----------------------------------------------------------------------===//

#include "runtime/tokenizer/tokenizer.h"

#include <cstring>

using namespace emblem::runtime;

bool Tokenizer::open(const void *tables, size_t bytes, Tokenizer &out,
                     const char **error) {
  if (bytes != 5 || (std::memcmp(tables, "words", 5) != 0 &&
                     std::memcmp(tables, "bare ", 5) != 0)) {
    *error = "these are not words";
    return false;
  }
  out.header = static_cast<const TokenizerHeader *>(tables);
  return true;
}

bool Tokenizer::reserve(size_t, Scratch &) const { return true; }

Encoding Tokenizer::encode(std::string_view text, int64_t maxTokens,
                           int32_t *ids, Scratch &) const {
  const bool special = *reinterpret_cast<const char *>(header) == 'w';
  const int64_t room = maxTokens - (special ? 1 : 0);
  int64_t count = 0;
  bool truncated = false;
  if (special)
    ids[count++] = 1;
  while (!text.empty()) {
    const size_t length = text.substr(0, text.find(' ')).size();
    if (length != 0) {
      if (count < room)
        ids[count++] = 10 + int32_t(length);
      else
        truncated = true;
    }
    text.remove_prefix(length < text.size() ? length + 1 : length);
  }
  if (special)
    ids[count++] = 2;
  return {count, truncated};
}
