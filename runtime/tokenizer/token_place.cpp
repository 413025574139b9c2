//===- token_place.cpp - Places of tokens in a text -----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/tokenizer/token_place.h"

#include "runtime/tokenizer/utf8.h"

using namespace emblem::runtime;

void emblem::runtime::applyChanges(const SourceMap &map, const uint8_t *from,
                                   const uint8_t *fromEnd, const uint8_t *begin,
                                   const uint8_t *end, const int32_t *changes,
                                   TextRange *out) {
  const uint8_t *start = from;
  auto skip = [&] {
    if (from < fromEnd)
      from += characterLength(*from);
  };
  while (begin < end) {
    const int32_t change = *changes++;
    TextRange range;
    if (change > 0)
      range = from > start
                  ? map.at(from - 1)
                  : TextRange{map.at(start).begin, map.at(start).begin};
    else
      range = map.at(from < fromEnd ? from : fromEnd - 1);
    for (int32_t i = change; i <= 0; ++i)
      skip();
    const uint32_t length = characterLength(*begin);
    for (uint32_t i = 0; i < length; ++i)
      *out++ = range;
    begin += length;
  }
}
