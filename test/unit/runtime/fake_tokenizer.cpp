//===- fake_tokenizer.cpp - A tokenizer whose tokens are words ------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Stands in for runtime/tokenizer: the id of a word is 10 plus its length, 1
// begins a text and 2 ends it; of a pair, 2 ends both, and the second text with
// its end is of type 1. Its tables are the text "words"; with "bare"
// there are no special tokens.
// It tells no places, and an id's text is decoded as its digits.
//
//===----------------------------------------------------------------------===//

#include "runtime/tokenizer/tokenizer.h"

#include <cstring>
#include <string>

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

int32_t Tokenizer::endId() const { return noToken; }
int32_t Tokenizer::trailingPadding() const { return noToken; }

bool Tokenizer::truncatesLeft() const { return false; }
bool Tokenizer::isSpecial(int32_t id) const { return id == 1 || id == 2; }

bool Tokenizer::decode(const TokenTexts &, std::span<const int32_t> ids,
                       bool skipsSpecial, Buffer<uint8_t> &text,
                       const char **) const {
  for (int32_t id : ids)
    if (!(skipsSpecial && isSpecial(id)))
      for (char digit : std::to_string(id))
        text.push(uint8_t(digit));
  return true;
}

bool Tokenizer::reserve(size_t, Scratch &) const { return true; }

Encoding Tokenizer::encode(std::string_view text, int64_t maxTokens,
                           int32_t *ids, Scratch &, EncodeRequest) const {
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

bool Tokenizer::reservePairs(int64_t, Scratch &) const { return true; }

// Cuts the second text alone.
Encoding Tokenizer::encodePair(std::string_view first, std::string_view second,
                               int64_t maxTokens, int32_t *ids, int32_t *types,
                               Scratch &scratch, EncodeRequest) const {
  const Encoding one = encode(first, maxTokens - 1, ids, scratch);
  // Without the second one's first special token.
  int32_t rest[64];
  const Encoding two = encode(second, maxTokens - one.count + 1, rest, scratch);
  for (int64_t i = 0; i < one.count; ++i)
    types[i] = 0;
  for (int64_t i = 1; i < two.count; ++i) {
    ids[one.count + i - 1] = rest[i];
    types[one.count + i - 1] = 1;
  }
  return {one.count + two.count - 1, one.truncated || two.truncated};
}
