//===- utf8.cpp - Repairing UTF-8 -----------------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/tokenizer/utf8.h"

#include <cstring>

using namespace emblem::runtime;

/// The length of the character at `text`, or minus the length of the bytes
/// there that start one and do not complete it (at least 1).
static int scanCharacter(const uint8_t *text, const uint8_t *end) {
  uint8_t first = text[0];
  if (first < 0x80)
    return 1;
  // The second byte's range excludes overlong forms, surrogates and what lies
  // beyond U+10FFFF.
  int length;
  uint8_t low = 0x80, high = 0xBF;
  if (first >= 0xC2 && first <= 0xDF) {
    length = 2;
  } else if (first >= 0xE0 && first <= 0xEF) {
    length = 3;
    if (first == 0xE0)
      low = 0xA0;
    else if (first == 0xED)
      high = 0x9F;
  } else if (first >= 0xF0 && first <= 0xF4) {
    length = 4;
    if (first == 0xF0)
      low = 0x90;
    else if (first == 0xF4)
      high = 0x8F;
  } else {
    return -1;
  }
  for (int i = 1; i < length; ++i) {
    if (text + i == end || text[i] < low || text[i] > high)
      return -i;
    low = 0x80;
    high = 0xBF;
  }
  return length;
}

/// Up to the first byte that is not part of a character.
static const uint8_t *skipValid(const uint8_t *text, const uint8_t *end) {
  while (text < end) {
    while (end - text >= 8) {
      uint64_t eight;
      std::memcpy(&eight, text, 8);
      if (eight & 0x8080808080808080)
        break;
      text += 8;
    }
    if (text == end)
      break;
    int length = scanCharacter(text, end);
    if (length < 0)
      break;
    text += length;
  }
  return text;
}

bool emblem::runtime::repairUtf8(std::string_view &text,
                                 Buffer<uint8_t> &repaired) {
  const auto *begin = reinterpret_cast<const uint8_t *>(text.data());
  const uint8_t *end = begin + text.size();
  const uint8_t *valid = skipValid(begin, end);
  if (valid == end)
    return true;

  repaired.clear();
  while (true) {
    size_t bytes = size_t(valid - begin);
    if (!repaired.reserve(repaired.size() + bytes + 3))
      return false;
    std::memcpy(repaired.data() + repaired.size(), begin, bytes);
    repaired.advance(bytes);
    if (valid == end)
      break;
    repaired.advance(
        encodeCharacter(0xFFFD, repaired.data() + repaired.size()));
    begin = valid - scanCharacter(valid, end);
    valid = skipValid(begin, end);
  }
  text = {reinterpret_cast<const char *>(repaired.data()), repaired.size()};
  return true;
}

bool emblem::runtime::traceUtf8(std::string_view text,
                                Buffer<TextRange> &ranges) {
  if (text.size() > UINT32_MAX / 2)
    return false;
  const auto *begin = reinterpret_cast<const uint8_t *>(text.data());
  const uint8_t *end = begin + text.size();
  ranges.clear();
  for (const uint8_t *at = begin; at < end;) {
    const int length = scanCharacter(at, end);
    const uint32_t place = uint32_t(at - begin);
    // U+FFFD has three bytes.
    const uint32_t bytes = length > 0 ? uint32_t(length) : 3;
    const uint32_t taken = uint32_t(length > 0 ? length : -length);
    for (uint32_t i = 0; i < bytes; ++i)
      if (!ranges.push({place, place + taken}))
        return false;
    at += taken;
  }
  return true;
}
