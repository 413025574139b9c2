//===- table_view.h - Reading a section of the tables -----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_TOKENIZER_TABLE_VIEW_H
#define EMBLEM_RUNTIME_TOKENIZER_TABLE_VIEW_H

#include "runtime/tokenizer/tokenizer_tables.h"

#include <algorithm>

namespace emblem::runtime {

template <typename T>
const T *sectionData(const TokenizerHeader &header, TableSection section) {
  return reinterpret_cast<const T *>(reinterpret_cast<const char *>(&header) +
                                     section.offset);
}

/// A `CharacterTable` with its sections found.
struct CharacterView {
  CharacterView(const TokenizerHeader &header, const CharacterTable &table)
      : blocks(sectionData<uint16_t>(header, table.blocks)),
        entries(sectionData<uint32_t>(header, table.entries)),
        elements(sectionData<uint32_t>(header, table.elements)) {}

  uint32_t operator[](uint32_t c) const {
    return entries[(uint32_t(blocks[c >> characterBlockBits])
                    << characterBlockBits) |
                   (c & (characterBlockSize - 1))];
  }

  const uint16_t *blocks;
  const uint32_t *entries;
  const uint32_t *elements;
};

/// The longest key of a trie that `text` starts with. `length` is 0 where there
/// is none, and `leaf` is then not set.
struct TrieMatch {
  size_t length;
  uint32_t leaf;
};

inline TrieMatch longestMatch(const uint32_t *units, uint32_t root,
                              const uint8_t *text, const uint8_t *end) {
  uint32_t base = root, lastBase = root;
  const uint8_t *last = text;
  for (const uint8_t *p = text; p < end; ++p) {
    // A leaf has bit 31 set, so the byte 0 never follows one.
    uint32_t unit = units[base ^ *p];
    if ((unit & (trieLeaf | trieLabel)) != *p)
      break;
    base = unit >> trieBaseShift;
    if (unit & trieTerminal) {
      last = p + 1;
      lastBase = base;
    }
  }
  if (last == text)
    return {0, 0};
  return {size_t(last - text), units[lastBase] & ~trieLeaf};
}

/// The shortest key of a trie that `text` starts with, in the same way.
inline TrieMatch shortestMatch(const uint32_t *units, uint32_t root,
                               const uint8_t *text, const uint8_t *end) {
  uint32_t base = root;
  for (const uint8_t *p = text; p < end; ++p) {
    uint32_t unit = units[base ^ *p];
    if ((unit & (trieLeaf | trieLabel)) != *p)
      break;
    base = unit >> trieBaseShift;
    if (unit & trieTerminal)
      return {size_t(p + 1 - text), units[base] & ~trieLeaf};
  }
  return {0, 0};
}

/// Whether `c` is in a section of `CodePointRange`.
inline bool isInRanges(const TokenizerHeader &header, TableSection section,
                       uint32_t c) {
  const auto *ranges = sectionData<CodePointRange>(header, section);
  const auto *end = ranges + section.count;
  const auto *range = std::lower_bound(
      ranges, end, c,
      [](const CodePointRange &range, uint32_t c) { return range.last < c; });
  return range != end && range->first <= c;
}

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_TOKENIZER_TABLE_VIEW_H
