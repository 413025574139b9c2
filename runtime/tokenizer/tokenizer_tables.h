//===- tokenizer_tables.h - A compiled tokenizer, as bytes ------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// What the compiler writes (compiler/frontend/tokenizer/tokenizer_compiler.h)
// and the runtime reads. One block of constant bytes: a `TokenizerHeader`, then
// sections that start at multiples of 64 bytes and are found by their offset
// from the header, so the block works wherever it is mapped. Little-endian.
//
// A change of layout or meaning bumps `tokenizerVersion`.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_TOKENIZER_TABLES_H
#define EMBLEM_RUNTIME_TOKENIZER_TABLES_H

#include <cstddef>
#include <cstdint>

namespace emblem::runtime {

inline constexpr uint32_t tokenizerMagic = 0x54424D45; // "EMBT"
inline constexpr uint32_t tokenizerVersion = 1;
inline constexpr uint64_t tokenizerAlignment = 64;

/// `count` elements from `offset` bytes after the header's start.
struct TableSection {
  uint64_t offset;
  uint64_t count;
};

//===----------------------------------------------------------------------===//
// What each code point becomes
//===----------------------------------------------------------------------===//

/// What a code point does to the text that it stands in, after every step of
/// the normaliser, and of the pre-tokenizer where the table includes it.
enum class CharacterAction : uint32_t {
  Keep,     // itself, as part of a word
  Map,      // another code point, as part of a word
  Drop,     // nothing, as if it had not been there
  Space,    // ends a word
  Isolate,  // itself, as a word of its own
  Mark,     // a combining mark: sorts by class with the marks around it
  Barrier,  // nothing, but marks do not sort across it
  Sequence, // several code points; or a Hangul syllable where there are none
};

/// An entry packs an action (3 bits), a number (8 bits: a mark's combining
/// class, or how many elements a sequence has) and a payload (21 bits: a code
/// point, or where a sequence starts in `elements`). An element is an entry
/// whose payload is always its code point, and never a sequence.
inline constexpr uint32_t characterEntry(CharacterAction action,
                                         uint32_t number, uint32_t payload) {
  return uint32_t(action) | number << 3 | payload << 11;
}
inline constexpr CharacterAction entryAction(uint32_t entry) {
  return CharacterAction(entry & 7);
}
inline constexpr uint32_t entryNumber(uint32_t entry) {
  return entry >> 3 & 0xFF;
}
inline constexpr uint32_t entryPayload(uint32_t entry) { return entry >> 11; }

inline constexpr uint32_t codePoints = 0x110000;
inline constexpr uint32_t characterBlockBits = 7;
inline constexpr uint32_t characterBlockSize = 1 << characterBlockBits;

/// Two stages: entries[blocks[c >> 7] * 128 + (c & 127)]. Block 0 is ASCII.
struct CharacterTable {
  TableSection blocks;   // uint16_t [codePoints / characterBlockSize]
  TableSection entries;  // uint32_t [distinct blocks * characterBlockSize]
  TableSection elements; // uint32_t
};

//===----------------------------------------------------------------------===//
// The tries
//===----------------------------------------------------------------------===//

/// A double array over bytes. A node is a base; its child by byte c (never 0)
/// is the unit at `base ^ c`, if that unit's label is c. Units come in whole
/// blocks of 256, so `base ^ c` is always inside. Where `trieTerminal` is set
/// in a node's unit, the unit at `base ^ 0` is a leaf: a value with `trieLeaf`
/// set.
inline constexpr uint32_t trieLabel = 0xFF;
inline constexpr uint32_t trieTerminal = 0x100;
inline constexpr uint32_t trieBaseShift = 9;
inline constexpr uint32_t trieBaseMask = (1u << 22) - 1;
inline constexpr uint32_t trieLeaf = 0x80000000;
inline constexpr uint32_t noTrie = 0xFFFFFFFF; // as a root

//===----------------------------------------------------------------------===//
// Added tokens
//===----------------------------------------------------------------------===//

enum : uint32_t {
  AddedSingleWord = 1 << 0, // only where no word character touches it
  AddedStripLeft = 1 << 1,  // takes the white space before it too
  AddedStripRight = 1 << 2,
};

/// The value in the tries of added tokens is an index of these.
struct AddedTokenEntry {
  int32_t id;
  uint32_t flags;
};

/// Code points [first, last], sorted.
struct CodePointRange {
  uint32_t first;
  uint32_t last;
};

//===----------------------------------------------------------------------===//
// The header
//===----------------------------------------------------------------------===//

enum : uint32_t { TokenizerTruncatesLeft = 1 << 0 };

inline constexpr int32_t noToken = -1;

struct TokenizerHeader {
  uint32_t magic;
  uint32_t version;
  uint64_t bytes; // header and sections
  uint32_t flags;
  int32_t unknownId;
  uint32_t maxWordCharacters; // a longer word becomes the unknown token
  uint32_t vocabularySize;    // the largest id, plus one

  /// Only where some added token matches normalised text; `words` then reads
  /// what this one wrote. Otherwise `words` normalises too.
  CharacterTable normalizer;
  CharacterTable words;

  TableSection trie;         // uint32_t
  uint32_t initialRoot;      // a word's first piece; value: an id
  uint32_t continuationRoot; // its other pieces, without "##"; value: an id
  uint32_t addedRoot;        // added tokens in the text as it came, or noTrie
  uint32_t normalizedAddedRoot; // and in the normalised text, or noTrie

  TableSection added;       // AddedTokenEntry
  TableSection wordRanges;  // CodePointRange; where some token is single_word
  TableSection spaceRanges; // CodePointRange; where some token strips
  TableSection prefix, suffix; // int32_t: the special ids around a text

  int32_t droppedId; // is left out of the ids, once they are cut; or noToken
  int32_t emptyId;   // the one id of a text that has no other; or noToken
};

static_assert(sizeof(TableSection) == 16, "bump tokenizerVersion");
static_assert(sizeof(CharacterTable) == 48, "bump tokenizerVersion");
static_assert(sizeof(AddedTokenEntry) == 8, "bump tokenizerVersion");
static_assert(sizeof(CodePointRange) == 8, "bump tokenizerVersion");
static_assert(sizeof(TokenizerHeader) == 248, "bump tokenizerVersion");
static_assert(offsetof(TokenizerHeader, trie) == 128, "bump tokenizerVersion");
static_assert(offsetof(TokenizerHeader, suffix) == 224,
              "bump tokenizerVersion");

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_TOKENIZER_TABLES_H
