//===- token_place.h - Places of tokens in a text ---------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_TOKENIZER_TOKEN_PLACE_H
#define EMBLEM_RUNTIME_TOKENIZER_TOKEN_PLACE_H

#include "runtime/tokenizer/buffer.h"

#include <cstdint>
#include <string_view>

namespace emblem::runtime {

/// Bytes [begin, end) of a text as it was given.
struct TextRange {
  uint32_t begin, end;
};

/// Which of the texts a token is of, or noText: a special token around them.
struct TokenPlace {
  TextRange range;
  int32_t text;
};
inline constexpr int32_t noText = -1;

/// Where each byte of a text that a tokenizer made comes from: that of a
/// character, mostly, for its bytes have one source.
struct SourceMap {
  const uint8_t *text = nullptr;
  const TextRange *ranges = nullptr; // one a byte

  TextRange at(const uint8_t *byte) const { return ranges[byte - text]; }
  /// Of bytes, one at least.
  TextRange of(const uint8_t *begin, const uint8_t *end) const {
    return {at(begin).begin, at(end - 1).end};
  }
};

/// The way back from a text at any step of a tokenizer to the text that was
/// given, as the reference's alignments have it, and its memory.
class TextTrace {
public:
  SourceMap map; // of the text that is worked on

  Buffer<TextRange> given;         // of the text, repaired
  Buffer<TextRange> normalized[2]; // as the normaliser's texts
  Buffer<TextRange> rewritten[2];  // as the pre-tokenizer's
  Buffer<TextRange> word;          // as the collected word
  Buffer<TextRange> marks;         // of combining marks that wait
  Buffer<int32_t> changes;         // of a text's characters, see applyChanges

  /// Puts another map in place of `map` while it lives.
  class Step {
  public:
    explicit Step(TextTrace *trace) : trace(trace) {
      if (trace)
        before = trace->map;
    }
    Step(const Step &) = delete;
    Step &operator=(const Step &) = delete;
    ~Step() {
      if (trace)
        trace->map = before;
    }

  private:
    TextTrace *trace;
    SourceMap before;
  };
};

/// Fills in `map` for the text [begin, end) that was made of [from, fromEnd).
/// A character of it has a number in `changes`: 0 where it takes the next
/// character's place, 1 where it comes on top, and -n where n more characters
/// fall away behind the one whose place it takes.
void applyChanges(const SourceMap &map, const uint8_t *from,
                  const uint8_t *fromEnd, const uint8_t *begin,
                  const uint8_t *end, const int32_t *changes, TextRange *out);

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_TOKENIZER_TOKEN_PLACE_H
