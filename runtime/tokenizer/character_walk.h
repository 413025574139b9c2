//===- character_walk.h - From code points to their effects -----*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Walks valid UTF-8 and tells a sink what each code point does, as a
// `CharacterTable` has it. A sink has
//   void byte(uint8_t)                        ASCII, part of a word
//   void copy(const uint8_t *, uint32_t)      one character, part of a word
//   bool space()                              true: stop here
//   bool isolate(const uint8_t *, uint32_t)   a word of its own; true: stop
// and one with `traces` learns as well what these come of:
//   void at(const uint8_t *, uint32_t)        the character that is next
//   bool keepMark(uint32_t i)                 of it comes mark i; false: no memory
//   void atMark(uint32_t i)                   mark i is next
//   void afterMarks()                         what `at` said is next again
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_TOKENIZER_CHARACTER_WALK_H
#define EMBLEM_RUNTIME_TOKENIZER_CHARACTER_WALK_H

#include "runtime/tokenizer/buffer.h"
#include "runtime/tokenizer/table_view.h"
#include "runtime/tokenizer/utf8.h"

namespace emblem::runtime {

/// Sorts packed marks; see `pushMark` below.
void sortMarks(Buffer<uint64_t> &marks);

template <typename Sink> class CharacterWalk {
public:
  CharacterWalk(CharacterView table, Sink &sink, Buffer<uint64_t> &marks)
      : table(table), sink(sink), marks(marks) {}

  /// False: no memory.
  bool run(const uint8_t *text, const uint8_t *end) {
    while (text < end) {
      uint32_t length = 1;
      uint32_t entry = *text < 0x80 ? table.entries[*text]
                                    : table[decodeCharacter(text, length)];
      bool stop = false;
      if constexpr (Sink::traces)
        sink.at(text, length);
      switch (entryAction(entry)) {
      case CharacterAction::Keep:
        sink.copy(text, length);
        break;
      case CharacterAction::Map:
        map(entryPayload(entry));
        break;
      case CharacterAction::Drop:
      case CharacterAction::Barrier:
        break;
      case CharacterAction::Space:
        stop = sink.space();
        break;
      case CharacterAction::Isolate:
        stop = sink.isolate(text, length);
        break;
      case CharacterAction::Mark:
      case CharacterAction::Sequence:
        if (!runMarks(text, end))
          return false;
        continue;
      }
      if (stop)
        return true;
      text += length;
    }
    return true;
  }

private:
  void map(uint32_t c) {
    if (c < 0x80) {
      sink.byte(uint8_t(c));
      return;
    }
    uint8_t bytes[4];
    sink.copy(bytes, encodeCharacter(c, bytes));
  }

  /// From a mark or a sequence on, for as long as marks wait for their order.
  __attribute__((noinline)) bool runMarks(const uint8_t *&text,
                                          const uint8_t *end) {
    marks.clear();
    do {
      uint32_t length;
      uint32_t c = decodeCharacter(text, length);
      uint32_t entry = table[c];
      if constexpr (Sink::traces)
        sink.at(text, length);
      switch (entryAction(entry)) {
      case CharacterAction::Drop:
        break;
      case CharacterAction::Mark:
        if (!pushMark(entry))
          return false;
        break;
      case CharacterAction::Sequence:
        if (!runSequence(c, entry))
          return false;
        break;
      default: // the walk goes on from here
        flushMarks();
        return true;
      }
      text += length;
    } while (!marks.empty() && text < end);
    flushMarks();
    return true;
  }

  bool runSequence(uint32_t c, uint32_t entry) {
    uint32_t count = entryNumber(entry) & ~composesBack;
    if (count == 0) {
      flushMarks();
      mapHangul(c);
      return true;
    }
    const uint32_t *elements = table.elements + entryPayload(entry);
    for (uint32_t i = 0; i < count; ++i)
      if (!runElement(elements[i]))
        return false;
    return true;
  }

  bool runElement(uint32_t element) {
    if (entryAction(element) == CharacterAction::Mark)
      return pushMark(element);
    flushMarks();
    uint32_t c = entryPayload(element);
    if (entryAction(element) == CharacterAction::Map) {
      map(c);
    } else if (entryAction(element) == CharacterAction::Space) {
      sink.space();
    } else if (entryAction(element) == CharacterAction::Isolate) {
      uint8_t bytes[4];
      sink.isolate(bytes, encodeCharacter(c, bytes));
    }
    return true;
  }

  /// A syllable's leading consonant, vowel and trailing consonant, by the
  /// arithmetic of the Unicode standard, section 3.12.
  void mapHangul(uint32_t syllable) {
    uint32_t index = syllable - 0xAC00;
    map(0x1100 + index / 588);
    map(0x1161 + index % 588 / 28);
    if (index % 28)
      map(0x11A7 + index % 28);
  }

  /// Sorting these numbers is the stable sort by class.
  bool pushMark(uint32_t entry) {
    if constexpr (Sink::traces)
      if (!sink.keepMark(uint32_t(marks.size())))
        return false;
    return marks.push(uint64_t(entryNumber(entry)) << 56 |
                      uint64_t(uint32_t(marks.size())) << 24 |
                      entryPayload(entry));
  }

  void flushMarks() {
    if (marks.empty())
      return;
    sortMarks(marks);
    for (size_t i = 0; i < marks.size(); ++i) {
      const uint64_t mark = marks.data()[i];
      if constexpr (Sink::traces)
        sink.atMark(uint32_t(mark >> 24));
      map(uint32_t(mark & 0xFFFFFF));
    }
    marks.clear();
    if constexpr (Sink::traces)
      sink.afterMarks();
  }

  CharacterView table;
  Sink &sink;
  Buffer<uint64_t> &marks;
};

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_TOKENIZER_CHARACTER_WALK_H
