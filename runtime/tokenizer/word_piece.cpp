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

size_t WordSink::mostBytes(const TokenizerHeader &header, size_t textBytes) {
  return std::min<size_t>(header.model.maxWordCharacters, textBytes * 4) * 4 +
         4;
}

bool WordSink::reserve(const TokenizerHeader &header, size_t textBytes,
                       Buffer<uint8_t> &word) {
  return word.reserve(mostBytes(header, textBytes));
}

Flow WordPiece::encode(const uint8_t *text, size_t size, size_t count) {
  if (count > model.maxWordCharacters)
    return out.push(model.unknownId, text, text + size);
  TrieMatch match = longestMatch(units, model.wordRoot, text, text + size);
  if (match.length == size)
    return out.push(int32_t(match.leaf), text, text + size);
  return encodeInPieces(text, size, match);
}

Flow WordPiece::encodeInPieces(const uint8_t *text, size_t size,
                               TrieMatch match) {
  // A word of which any part is unknown is unknown as a whole, so its pieces
  // wait until its end.
  pieces.clear();
  const uint8_t *begin = text, *end = text + size;
  while (match.length) {
    pieces.data()[pieces.size()] = int32_t(match.leaf);
    pieces.advance(1);
    text += match.length;
    if (text == end)
      return pushPieces(begin, end);
    match = longestMatch(units, model.partRoot, text, end);
  }
  return out.push(model.unknownId, begin, end);
}

Flow WordPiece::pushPieces(const uint8_t *begin, const uint8_t *end) {
  for (size_t i = 0; i < pieces.size(); ++i) {
    // Where a piece ends is not kept: few ask.
    const uint8_t *next = end;
    if (out.traces())
      next = begin + longestMatch(units, i ? model.partRoot : model.wordRoot,
                                  begin, end)
                         .length;
    if (Flow flow = out.push(pieces.data()[i], begin, next);
        flow != Flow::Continue)
      return flow;
    begin = next;
  }
  return Flow::Continue;
}

bool TracedWordSink::space() {
  if (!characters)
    return false;
  // Of a word that is too long, the beginning alone is here.
  if (characters > maxCharacters)
    ranges()[bytes - 1].end = last.end;
  trace.map = {word, ranges()};
  const Flow flow = model.encode(word, bytes, characters);
  trace.map = from;
  bytes = 0;
  characters = 0;
  return flow != Flow::Continue;
}
