//===- word_piece.h - Longest pieces first ----------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_TOKENIZER_WORD_PIECE_H
#define EMBLEM_RUNTIME_TOKENIZER_WORD_PIECE_H

#include "runtime/tokenizer/buffer.h"
#include "runtime/tokenizer/id_list.h"
#include "runtime/tokenizer/table_view.h"

namespace emblem::runtime {

/// Appends the pieces of words to an `IdList`.
class WordPiece {
public:
  WordPiece(const TokenizerHeader &header, Buffer<int32_t> &pieces, IdList &out)
      : model(header.model), units(sectionData<uint32_t>(header, header.trie)),
        pieces(pieces), out(out) {}

  /// Room for the pieces of any word in `textBytes`. False: no memory.
  static bool reserve(const TokenizerHeader &header, size_t textBytes,
                      Buffer<int32_t> &pieces);

  /// A word of `count` characters; of one that is too long any part will do.
  Flow encode(const uint8_t *text, size_t size, size_t count);

private:
  Flow encodeInPieces(const uint8_t *text, size_t size, TrieMatch first);
  Flow pushPieces(const uint8_t *begin, const uint8_t *end);

  const ModelTable &model;
  const uint32_t *units;
  Buffer<int32_t> &pieces;
  IdList &out;
};

/// Collects one word at a time: a sink of `CharacterWalk`.
class WordSink {
public:
  static constexpr bool traces = false;

  WordSink(const TokenizerHeader &header, Buffer<uint8_t> &word,
           WordPiece &model)
      : maxCharacters(header.model.maxWordCharacters), model(model),
        word(word.data()) {}

  /// Of the longest word.
  static size_t mostBytes(const TokenizerHeader &header, size_t textBytes);
  /// Room for it. False: no memory.
  static bool reserve(const TokenizerHeader &header, size_t textBytes,
                      Buffer<uint8_t> &word);

  void byte(uint8_t c) {
    if (characters++ < maxCharacters)
      word[bytes++] = c;
  }
  void copy(const uint8_t *character, uint32_t length) {
    if (characters++ >= maxCharacters)
      return;
    for (uint32_t i = 0; i < length; ++i)
      word[bytes++] = character[i];
  }
  bool space() {
    if (!characters)
      return false;
    bool stop = encode(word, bytes, characters);
    bytes = 0;
    characters = 0;
    return stop;
  }
  bool isolate(const uint8_t *character, uint32_t length) {
    return space() || encode(character, length, 1);
  }

private:
  bool encode(const uint8_t *text, size_t size, size_t count) {
    return model.encode(text, size, count) != Flow::Continue;
  }

  size_t maxCharacters;
  WordPiece &model;
  uint8_t *word;
  size_t bytes = 0;
  size_t characters = 0; // of the word, those beyond the longest included
};

/// The same, and what each byte of the word comes of.
class TracedWordSink {
public:
  static constexpr bool traces = true;

  TracedWordSink(const TokenizerHeader &header, Buffer<uint8_t> &word,
                 WordPiece &model, TextTrace &trace)
      : maxCharacters(header.model.maxWordCharacters), model(model),
        word(word.data()), trace(trace), from(trace.map) {}

  void at(const uint8_t *text, uint32_t length) {
    here = source = from.of(text, text + length);
  }
  bool keepMark(uint32_t i) {
    if (i == 0)
      trace.marks.clear();
    return trace.marks.push(here);
  }
  void atMark(uint32_t i) { source = trace.marks.data()[i]; }
  void afterMarks() { source = here; }

  void byte(uint8_t c) { copy(&c, 1); }
  void copy(const uint8_t *character, uint32_t length) {
    last = source;
    if (characters++ >= maxCharacters)
      return;
    for (uint32_t i = 0; i < length; ++i) {
      word[bytes] = character[i];
      ranges()[bytes++] = source;
    }
  }
  bool space();
  bool isolate(const uint8_t *character, uint32_t length) {
    if (space())
      return true;
    copy(character, length);
    return space();
  }

private:
  TextRange *ranges() { return trace.word.data(); }

  size_t maxCharacters;
  WordPiece &model;
  uint8_t *word;
  TextTrace &trace;
  SourceMap from;
  TextRange here = {}, source = {}, last = {};
  size_t bytes = 0, characters = 0;
};

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_TOKENIZER_WORD_PIECE_H
