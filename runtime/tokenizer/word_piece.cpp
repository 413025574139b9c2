//===- word_piece.cpp - Longest pieces first ------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/tokenizer/word_piece.h"

#include <algorithm>

using namespace emblem::runtime;

bool WordPiece::reserve(const TokenizerHeader &header, size_t textBytes,
                        Buffer<int32_t> &pieces) {
  // Every piece has a character, and no character becomes more than 4 for each
  // of its bytes.
  return pieces.reserve(
      std::min<size_t>(header.model.maxWordCharacters, textBytes * 4) + 4);
}

bool WordSink::reserve(const TokenizerHeader &header, size_t textBytes,
                       Buffer<uint8_t> &word) {
  return word.reserve(
      std::min<size_t>(header.model.maxWordCharacters, textBytes * 4) * 4 + 4);
}

Flow WordPiece::encode(const uint8_t *text, size_t size, size_t count) {
  if (count > model.maxWordCharacters)
    return out.push(model.unknownId);
  TrieMatch match = longestMatch(units, model.wordRoot, text, text + size);
  if (match.length == size)
    return out.push(int32_t(match.leaf));
  return encodeInPieces(text, size, match);
}

Flow WordPiece::encodeInPieces(const uint8_t *text, size_t size,
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
        if (Flow flow = out.push(pieces.data()[i]); flow != Flow::Continue)
          return flow;
      return Flow::Continue;
    }
    match = longestMatch(units, model.partRoot, text, end);
  }
  return out.push(model.unknownId);
}
