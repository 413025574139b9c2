//===- word_piece.h - From words to ids -------------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_TOKENIZER_WORD_PIECE_H
#define EMBLEM_RUNTIME_TOKENIZER_WORD_PIECE_H

#include "runtime/tokenizer/buffer.h"
#include "runtime/tokenizer/table_view.h"

#include <cstring>

namespace emblem::runtime {

/// The ids of a text without its special tokens: the first `room`, or the last.
class IdList {
public:
  IdList(int32_t *ids, int64_t room, bool keepLast)
      : ids(ids), room(room), keepLast(keepLast) {}

  /// True: more would change nothing.
  bool push(int32_t id) {
    if (total < room)
      ids[total] = id;
    else if (keepLast && room)
      ids[total % room] = id;
    ++total;
    return !keepLast && total > room;
  }

  /// How many there are, and puts them in order.
  int64_t finish();
  bool truncated() const { return total > room; }

private:
  int32_t *ids;
  int64_t room;
  int64_t total = 0; // a full list of last ids starts at total % room
  bool keepLast;
};

/// Collects one word at a time and appends its pieces to an `IdList`: a sink of
/// `CharacterWalk`.
class WordSink {
public:
  WordSink(const TokenizerHeader &header, Buffer<uint8_t> &word,
           Buffer<int32_t> &pieces, IdList &out)
      : header(header), units(sectionData<uint32_t>(header, header.trie)),
        pieces(pieces), out(out), word(word.data()) {}

  /// Room for the longest word, and its pieces. False: no memory.
  static bool reserve(const TokenizerHeader &header, size_t textBytes,
                      Buffer<uint8_t> &word, Buffer<int32_t> &pieces);

  void byte(uint8_t c) {
    if (characters++ < header.maxWordCharacters)
      word[bytes++] = c;
  }
  void copy(const uint8_t *character, uint32_t length) {
    if (characters++ >= header.maxWordCharacters)
      return;
    for (uint32_t i = 0; i < length; ++i)
      word[bytes++] = character[i];
  }
  bool space() {
    if (!characters)
      return false;
    bool stop = endWord(word, bytes, characters);
    bytes = 0;
    characters = 0;
    return stop;
  }
  bool isolate(const uint8_t *character, uint32_t length) {
    return space() || endWord(character, length, 1);
  }

private:
  bool endWord(const uint8_t *text, size_t size, size_t count);
  bool endWordInPieces(const uint8_t *text, size_t size, TrieMatch first);

  const TokenizerHeader &header;
  const uint32_t *units;
  Buffer<int32_t> &pieces;
  IdList &out;
  uint8_t *word;
  size_t bytes = 0;
  size_t characters = 0; // of the word, those beyond the longest included
};

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_TOKENIZER_WORD_PIECE_H
