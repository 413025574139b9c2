//===- word_piece.cpp - From words to ids ---------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/tokenizer/word_piece.h"

#include <algorithm>

using namespace emblem::runtime;

int64_t IdList::finish() {
  if (total <= room)
    return total;
  if (keepLast && room)
    std::rotate(ids, ids + total % room, ids + room);
  return room;
}

bool WordSink::reserve(const TokenizerHeader &header, size_t textBytes,
                       Buffer<uint8_t> &word, Buffer<int32_t> &pieces) {
  // No character becomes more than 4 characters for each of its bytes.
  size_t characters = std::min<size_t>(header.maxWordCharacters, textBytes * 4);
  return word.reserve(characters * 4 + 4) && pieces.reserve(characters * 4 + 4);
}

bool WordSink::endWord(const uint8_t *text, size_t size, size_t count) {
  if (count > header.maxWordCharacters)
    return out.push(header.unknownId);
  TrieMatch match = longestMatch(units, header.initialRoot, text, text + size);
  if (match.length == size)
    return out.push(int32_t(match.leaf));
  return endWordInPieces(text, size, match);
}

bool WordSink::endWordInPieces(const uint8_t *text, size_t size,
                               TrieMatch match) {
  // A word of which any part is unknown is unknown as a whole, so its pieces
  // wait until its end.
  pieces.clear();
  const uint8_t *end = text + size;
  while (match.length) {
    pieces.data()[pieces.size()] = int32_t(match.leaf);
    pieces.advance(1);
    text += match.length;
    if (text == end) {
      for (size_t i = 0; i < pieces.size(); ++i)
        if (out.push(pieces.data()[i]))
          return true;
      return false;
    }
    match = longestMatch(units, header.continuationRoot, text, end);
  }
  return out.push(header.unknownId);
}
