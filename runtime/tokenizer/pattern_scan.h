//===- pattern_scan.h - The matches of a pattern ----------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_TOKENIZER_PATTERN_SCAN_H
#define EMBLEM_RUNTIME_TOKENIZER_PATTERN_SCAN_H

#include "runtime/tokenizer/table_view.h"
#include "runtime/tokenizer/utf8.h"

namespace emblem::runtime {

/// A `PatternTable` with its sections found.
class PatternView {
public:
  PatternView(const TokenizerHeader &header, const PatternTable &table)
      : blocks(sectionData<uint16_t>(header, table.blocks)),
        classes(sectionData<uint8_t>(header, table.classes)),
        transitions(sectionData<uint32_t>(header, table.transitions)),
        textStart(table.textStart), laterStart(table.laterStart) {}

  /// The end of the match that starts at `text`, or null; `isStart` where no
  /// text is before it.
  const uint8_t *match(const uint8_t *text, const uint8_t *end,
                       bool isStart = false) const {
    const uint8_t *found = nullptr;
    uint32_t state = isStart ? textStart : laterStart;
    while (true) {
      uint32_t length = 1;
      uint32_t kind = 0;
      if (text < end)
        kind = *text < 0x80 ? classes[*text] : classOf(text, length);
      uint32_t next = transitions[state + kind];
      if (next & patternAccepts)
        found = text;
      state = next & ~patternAccepts;
      if (state == 0)
        return found;
      text += length;
    }
  }

private:
  uint32_t classOf(const uint8_t *text, uint32_t &length) const {
    uint32_t c = decodeCharacter(text, length);
    return classes[(uint32_t(blocks[c >> characterBlockBits])
                    << characterBlockBits) |
                   (c & (characterBlockSize - 1))];
  }

  const uint16_t *blocks;
  const uint8_t *classes;
  const uint32_t *transitions;
  uint32_t textStart, laterStart;
};

/// A text's matches of a pattern, from left to right, and what lies between.
class PatternScan {
public:
  PatternScan(PatternView pattern, const uint8_t *text, const uint8_t *end)
      : pattern(pattern), text(text), done(text), end(end) {}

  struct Part {
    const uint8_t *begin, *end;
    bool isMatch;
  };

  /// False: the text ends here.
  bool next(Part &part) {
    if (waiting) {
      part = {done, waiting, true};
      done = waiting;
      waiting = nullptr;
      return true;
    }
    const uint8_t *begin = done;
    while (done < end) {
      // No pattern matches an empty text.
      if (const uint8_t *found = pattern.match(done, end, done == text)) {
        waiting = found;
        if (begin == done)
          return next(part);
        break;
      }
      done += characterLength(*done);
    }
    part = {begin, done, false};
    return begin < done;
  }

private:
  PatternView pattern;
  const uint8_t *text;
  const uint8_t *done; // what is before this was returned
  const uint8_t *end;
  const uint8_t *waiting = nullptr; // the end of a match that starts at `done`
};

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_TOKENIZER_PATTERN_SCAN_H
