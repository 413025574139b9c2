//===- json_escapes.cpp - Characters that JSON spells as two --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/read/json_escapes.h"

#include "llvm/Support/ConvertUTF.h"

using namespace llvm;

// The code unit of an escape that `text` starts with, if it is from `first` up
// to `first` + 0x3FF; otherwise 0.
static unsigned readSurrogate(StringRef text, unsigned first) {
  unsigned unit;
  if (!text.starts_with("\\u") || text.substr(2, 4).getAsInteger(16, unit) ||
      unit < first || unit > first + 0x3FF)
    return 0;
  return unit;
}

std::string emblem::frontend::decodeSurrogatePairs(StringRef json) {
  std::string result;
  result.reserve(json.size());
  while (!json.empty()) {
    size_t plain = std::min(json.find('\\'), json.size());
    result += json.take_front(plain);
    json = json.drop_front(plain);
    unsigned high = readSurrogate(json, 0xD800);
    unsigned low = high ? readSurrogate(json.drop_front(6), 0xDC00) : 0;
    if (!low) {
      // A backslash takes the next character with it, another one too.
      result += json.take_front(2);
      json = json.drop_front(std::min<size_t>(json.size(), 2));
      continue;
    }
    char bytes[UNI_MAX_UTF8_BYTES_PER_CODE_POINT];
    char *end = bytes;
    ConvertCodePointToUTF8(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00),
                           end);
    result.append(bytes, end);
    json = json.drop_front(12);
  }
  return result;
}
