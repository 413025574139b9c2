//===- utf8.h - Reading, writing and repairing UTF-8 ------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_TOKENIZER_UTF8_H
#define EMBLEM_RUNTIME_TOKENIZER_UTF8_H

#include "runtime/tokenizer/buffer.h"
#include "runtime/tokenizer/token_place.h"

#include <cstdint>
#include <string_view>

namespace emblem::runtime {

/// The code point at `text`, which is valid UTF-8, and its length in bytes.
inline uint32_t decodeCharacter(const uint8_t *text, uint32_t &length) {
  uint32_t first = text[0];
  if (first < 0x80) {
    length = 1;
    return first;
  }
  if (first < 0xE0) {
    length = 2;
    return (first & 0x1F) << 6 | (text[1] & 0x3F);
  }
  if (first < 0xF0) {
    length = 3;
    return (first & 0x0F) << 12 | (text[1] & 0x3F) << 6 | (text[2] & 0x3F);
  }
  length = 4;
  return (first & 0x07) << 18 | (text[1] & 0x3F) << 12 | (text[2] & 0x3F) << 6 |
         (text[3] & 0x3F);
}

/// The length of the character that starts with the byte `first`.
inline uint32_t characterLength(uint8_t first) {
  return first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

/// Where the character before `text` starts, in valid UTF-8.
inline const uint8_t *previousCharacter(const uint8_t *text) {
  do
    --text;
  while ((*text & 0xC0) == 0x80);
  return text;
}

/// Writes `c` to `out`, at most 4 bytes; returns how many.
inline uint32_t encodeCharacter(uint32_t c, uint8_t *out) {
  if (c < 0x80) {
    out[0] = uint8_t(c);
    return 1;
  }
  if (c < 0x800) {
    out[0] = uint8_t(0xC0 | c >> 6);
    out[1] = uint8_t(0x80 | (c & 0x3F));
    return 2;
  }
  if (c < 0x10000) {
    out[0] = uint8_t(0xE0 | c >> 12);
    out[1] = uint8_t(0x80 | (c >> 6 & 0x3F));
    out[2] = uint8_t(0x80 | (c & 0x3F));
    return 3;
  }
  out[0] = uint8_t(0xF0 | c >> 18);
  out[1] = uint8_t(0x80 | (c >> 12 & 0x3F));
  out[2] = uint8_t(0x80 | (c >> 6 & 0x3F));
  out[3] = uint8_t(0x80 | (c & 0x3F));
  return 4;
}

/// Makes `text` valid: U+FFFD for each maximal part that starts no character,
/// as Python's bytes.decode("utf-8", "replace") does. Text that is valid
/// already is left where it is; otherwise `text` becomes what was written to
/// `repaired`. False: no memory.
bool repairUtf8(std::string_view &text, Buffer<uint8_t> &repaired);

/// What each byte of the repaired text comes of: its character, or the part
/// that starts none. False: no memory, or more than 4 GiB.
bool traceUtf8(std::string_view text, Buffer<TextRange> &ranges);

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_TOKENIZER_UTF8_H
