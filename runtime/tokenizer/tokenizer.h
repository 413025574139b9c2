//===- tokenizer.h - Token ids from text ------------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_TOKENIZER_TOKENIZER_H
#define EMBLEM_RUNTIME_TOKENIZER_TOKENIZER_H

#include "runtime/tokenizer/decoder.h"
#include "runtime/tokenizer/pre_tokenizer.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace emblem::runtime {

struct Encoding {
  int64_t count;  // ids written, special tokens included; -1: no memory
  bool truncated; // the text has more tokens than were written
};

/// Which end of a text that is too long falls away.
enum class CutSide { OfTokenizer, Right, Left };

/// What a call asks beside the ids.
struct EncodeRequest {
  CutSide side = CutSide::OfTokenizer;
  /// [maxTokens]: each token's place; or null. `text` is 0 of the first text and
  /// 1 of the second. It takes twice the time, and memory that is kept.
  TokenPlace *places = nullptr;
};

/// A compiled tokenizer. Constant after `open`, so any number of threads may
/// share one, each with its own `Scratch`.
class Tokenizer {
public:
  /// Checks the tables' header; false, with one sentence in `error`, if these
  /// are not tables of this version. Nothing is copied: `tables`, 64-byte
  /// aligned, must outlive `out`.
  static bool open(const void *tables, size_t bytes, Tokenizer &out,
                   const char **error);

  /// Working memory of one thread. It grows with the texts seen and is kept;
  /// reserve() makes it grow beforehand.
  class Scratch {
  public:
    Scratch() = default;
    Scratch(Scratch &&) = default;
    Scratch &operator=(Scratch &&) = default;

  private:
    friend class Tokenizer;
    Buffer<uint8_t> repaired; // the text, where it was not valid UTF-8
    Normalizer normalizer;
    PreTokenizer::Rewritten rewritten;
    Buffer<uint8_t> word; // collected from single characters
    WordScratch words;
    Buffer<int32_t> pairIds; // of both texts, before they are put together
    Buffer<char> pairText;   // both texts as one
    // Of a call that asks for places:
    TextTrace trace;
    Buffer<TextRange> ranges, pairRanges;
  };

  /// Writes the ids of `text` to `ids`, which has room for `maxTokens`, special
  /// tokens included. A longer text keeps its first tokens, or its last where
  /// the tokenizer cuts on the left, between the special ones. Bytes that are
  /// not UTF-8 count as U+FFFD. Where `maxTokens` has no room for the special
  /// tokens themselves, the first of those are written.
  Encoding encode(std::string_view text, int64_t maxTokens, int32_t *ids,
                  Scratch &scratch, EncodeRequest request = {}) const;

  /// The same for two texts in one, as rerankers read them, with the segment of
  /// each token in `typeIds`, which has as much room. Of texts too long
  /// together the longer one is cut, and then both alike (the reference's
  /// "longest_first"). A tokenizer may have a text for pairs instead
  /// (compiler/tokenizer/pair_text.h). Allocates nothing after `reserve` for
  /// the longer text and `reservePairs`.
  Encoding encodePair(std::string_view first, std::string_view second,
                      int64_t maxTokens, int32_t *ids, int32_t *typeIds,
                      Scratch &scratch, EncodeRequest request = {}) const;

  /// Makes `encode` allocate nothing for any text of up to `textBytes`. False:
  /// no memory.
  bool reserve(size_t textBytes, Scratch &scratch) const;
  /// The same for pairs of up to `maxTokens`, besides `reserve` for both texts
  /// together.
  bool reservePairs(int64_t maxTokens, Scratch &scratch) const;

  /// The id that each text ends with; -1: there is none.
  int32_t endId() const;
  /// What the model is not shown at a text's end; -1: all is shown.
  int32_t trailingPadding() const;

  bool truncatesLeft() const;
  /// Whether it is one that stands around texts, or is not read as text.
  bool isSpecial(int32_t id) const;

  /// Appends the text that ids stand for, as `tokenizers` decodes them;
  /// `tokens` are all tokens' texts. False: `problem` says why not.
  bool decode(const TokenTexts &tokens, std::span<const int32_t> ids,
              bool skipsSpecial, Buffer<uint8_t> &text,
              const char **problem) const;

private:
  bool encodeText(std::string_view text, IdList &list, Scratch &scratch,
                  bool traces) const;
  bool hasPairText() const;
  bool isLeft(CutSide side) const;
  Encoding encodePairText(std::string_view first, std::string_view second,
                          int64_t maxTokens, int32_t *ids, int32_t *typeIds,
                          Scratch &scratch, EncodeRequest request) const;

  const TokenizerHeader *header = nullptr;
};

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_TOKENIZER_TOKENIZER_H
