//===- tokenizer_tables.h - A compiled tokenizer, as bytes ------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// What the compiler writes (compiler/tokenizer/compile/tokenizer_compiler.h)
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
inline constexpr uint32_t tokenizerVersion = 8;
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

/// In the number of a sequence, beside its count: composed again it is the code
/// point that it came of, and composes with nothing before it.
inline constexpr uint32_t composesBack = 0x80;

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
// Patterns
//===----------------------------------------------------------------------===//

/// A regular expression as a deterministic automaton over classes of code
/// points, found as a `CharacterTable` finds its entries; class 0 is the text's
/// end. A state is where its row of `transitions` starts; 0 is dead. A match
/// begins in `textStart` where the text does, else in `laterStart`. Where
/// `patternAccepts` is set in a transition, the text up to here, before the
/// class, is a match; the last such place is the one that a backtracking
/// matcher would find (see compiler/tokenizer/compile/pattern_automaton.h).
struct PatternTable {
  TableSection blocks;      // uint16_t [codePoints / characterBlockSize]
  TableSection classes;     // uint8_t [distinct blocks * characterBlockSize]
  TableSection transitions; // uint32_t [states * classes]
  uint32_t textStart;
  uint32_t laterStart;
};

inline constexpr uint32_t patternAccepts = 0x80000000;

//===----------------------------------------------------------------------===//
// The normaliser
//===----------------------------------------------------------------------===//

enum class NormalizerStepKind : uint32_t {
  Characters, // each code point by itself, but for the order of marks
  Compose,    // the same, then canonical composition (NFC, NFKC)
  Charsmap,   // SentencePiece's map of grapheme clusters and characters
  Replace,    // `text` for each match of `pattern`
  Prepend,    // `text` before a text that is not empty
  Strip,      // no white space at an end
};

enum : uint32_t { StripsLeft = 1 << 0, StripsRight = 1 << 1 };

/// Two code points that are one, sorted by the first and then the second.
struct Composition {
  uint32_t first, second, composed;
};

struct NormalizerStep {
  NormalizerStepKind kind;
  uint32_t growth;           // the most bytes that one byte becomes
  uint32_t flags;            // Strip's
  uint32_t root;             // Charsmap: the map; value: a place in `text`
  CharacterTable characters; // Characters, Compose
  PatternTable pattern;      // Replace; Charsmap: a grapheme cluster
  TableSection text;         // uint8_t; of Charsmap: a length, then so many
  TableSection compositions; // Composition; Compose
  uint64_t plain[2];         // Charsmap: a bit for each ASCII character that
                             // stays before another one
};

//===----------------------------------------------------------------------===//
// The pre-tokenizer
//===----------------------------------------------------------------------===//

enum class WordStepKind : uint32_t {
  Split,   // at the matches of `pattern`
  Rewrite, // another code point's text for one, and something before it all
};

/// What becomes of the matches of a pattern and of what lies between them.
enum class SplitBehavior : uint32_t {
  Removed,
  Isolated,
  Contiguous, // isolated, and matches that touch are one
  MergedWithPrevious,
  MergedWithNext,
};

enum : uint32_t {
  SplitInverted = 1 << 0,      // matches count as what lies between, and so on
  RewriteAtStartOnly = 1 << 1, // `prefix` where the whole text starts alone
};

struct WordStep {
  WordStepKind kind;
  SplitBehavior behavior;
  uint32_t flags;
  uint32_t from;        // the code point that `text` replaces, or codePoints
  PatternTable pattern; // Split
  TableSection text;    // uint8_t
  TableSection prefix;  // uint8_t; for what does not start with it
};

/// At most so many steps of a pre-tokenizer rewrite.
inline constexpr uint32_t maxRewrites = 2;

//===----------------------------------------------------------------------===//
// The model
//===----------------------------------------------------------------------===//

enum class ModelKind : uint32_t { WordPiece, WordLevel, BytePair, Unigram };

/// Two neighbours that merge; the lowest rank first. An open hash table, by
/// `hashPair` and then the next free place.
struct Merge {
  int32_t left, right; // left is -1 where the place is free
  uint32_t rank;
  int32_t merged;
};

inline constexpr uint32_t hashPair(int32_t left, int32_t right) {
  uint64_t product =
      (uint64_t(uint32_t(left)) << 32 | uint32_t(right)) * 0x9E3779B97F4A7C15;
  return uint32_t(product >> 32);
}

inline constexpr int32_t noToken = -1;

enum : uint32_t {
  ModelTakesBytes = 1 << 0,   // BytePair: a symbol is a byte of the text
  ModelFallsBack = 1 << 1,    // unknown characters become their bytes' tokens
  ModelFusesUnknown = 1 << 2, // BytePair: unknown neighbours are one token
  ModelSplitsAtMetaspace = 1 << 3, // BytePair: nothing merges across where a
                                   // run of U+2581 begins
  ModelMarksWordEnds = 1 << 4,     // BytePair: a word's last byte has a token
                                   // of its own, behind those of all bytes
};

/// Tries are roots in the header's `trie`; their values are ids.
struct ModelTable {
  ModelKind kind;
  uint32_t flags;
  int32_t unknownId;          // or noToken
  uint32_t maxWordCharacters; // WordPiece: a longer word is unknown
  uint32_t wordRoot; // WordPiece: a word's first piece; WordLevel: a word;
                     // BytePair: a word that is one token; Unigram: a piece
  uint32_t partRoot; // WordPiece: other pieces, without "##"; BytePair: a
                     // character
  int32_t nulId;     // BytePair: of the character U+0000, which no trie holds
  uint32_t reserved;
  double unknownScore;  // Unigram
  TableSection byteIds; // int32_t [256], or none: of each byte's token; [512]
                        // with ModelMarksWordEnds
  TableSection merges;  // Merge [a power of two]; BytePair
  TableSection scores;  // double, by id; Unigram
};

//===----------------------------------------------------------------------===//
// The post-processor
//===----------------------------------------------------------------------===//

/// A special token, or in the place of its id one of the texts.
struct TemplatePiece {
  int32_t id;
  int32_t typeId;
};
inline constexpr int32_t firstText = -1;
inline constexpr int32_t secondText = -2;

//===----------------------------------------------------------------------===//
// The decoder
//===----------------------------------------------------------------------===//

/// What becomes of the tokens' texts, one step after the other, before they are
/// joined; the names are `tokenizers`'.
enum class DecoderStepKind : uint32_t {
  WordPiece,    // a space before each token that does not begin with `text`
  ByteLevel,    // letters stand for bytes
  Metaspace,    // `character` is a space
  Suffix,       // `text` is a space, and at the last token's end nothing
  ByteFallback, // "<0x41>" is a byte
  Fuse,         // all tokens become one
  Strip,        // up to `start` and `stop` times `character` at the ends
  Replace,      // `text` for each match of `pattern`
  Unknown,      // `text` is its name: nothing can be decoded
};

enum : uint32_t {
  DecoderCleansUp = 1 << 0,   // WordPiece: no space before marks and "'s"
  DecoderDropsFirst = 1 << 1, // Metaspace: the first token has no such space
};

struct DecoderStep {
  DecoderStepKind kind;
  uint32_t flags;
  uint32_t character;
  uint32_t start, stop;
  uint32_t reserved;
  PatternTable pattern;
  TableSection text; // uint8_t
};

//===----------------------------------------------------------------------===//
// The header
//===----------------------------------------------------------------------===//

enum : uint32_t {
  TokenizerTruncatesLeft = 1 << 0,
  TokenizerJoinsBySpaces = 1 << 1, // there is no decoder
  /// Tokens' places leave out the spaces that the tokens begin and end with...
  TokenizerTrimsPlaces = 1 << 2,
  /// ... but for one that was put before the text.
  TokenizerPutsSpaceFirst = 1 << 3,
  /// The tokens of a text's prompt are not pooled.
  TokenizerLeavesPromptsOut = 1 << 4,
};

/// A text goes through: added tokens as it came, the normaliser's steps, added
/// tokens as normalised, the pre-tokenizer, the model, the template.
struct TokenizerHeader {
  uint32_t magic;
  uint32_t version;
  uint64_t bytes; // header and sections
  uint32_t flags;
  uint32_t vocabularySize; // the largest id, plus one

  TableSection trie;  // uint32_t
  uint32_t addedRoot; // added tokens in the text as it came, or noTrie
  uint32_t normalizedAddedRoot; // and in the normalised text, or noTrie
  TableSection added;           // AddedTokenEntry
  TableSection wordRanges;  // CodePointRange; where some token is single_word
  TableSection spaceRanges; // CodePointRange; of white space

  TableSection normalizer; // NormalizerStep
  /// Either words come of single code points, the normaliser's work done in the
  /// same pass where `normalizer` has no steps; or `words` is empty.
  CharacterTable words;
  TableSection wordSteps; // WordStep
  ModelTable model;
  TableSection single, pair; // TemplatePiece
  /// uint8_t: what stands before, between and after a pair's texts, in place of
  /// `pair`; or all empty.
  TableSection pairText[3];
  TableSection
      pairSuffix; // int32_t: ids that such a text ends with, cut or not

  int32_t droppedId; // is left out of a text's ids, once they are cut; or
                     // noToken
  int32_t emptyId;   // the one id of a text that has no other; or noToken
  int32_t endId;     // a text ends with the first such id; or noToken
  int32_t paddingId; // fills a text up to `paddedTokens`; or noToken
  int32_t paddedTokens;
  int32_t maxCharacters;   // code points that are read of a text; 0: all
  int32_t trailingPadding; // the model is not shown it at the end; or noToken
  int32_t reserved;
  TableSection decoder;    // DecoderStep
  TableSection specialIds; // int32_t, sorted: of special tokens
  /// Of an id, the spaces that its text begins with, and behind these those
  /// that it ends with; where places are trimmed. uint8_t [2 * ids]
  TableSection edges;
};

static_assert(sizeof(TableSection) == 16, "bump tokenizerVersion");
static_assert(sizeof(CharacterTable) == 48, "bump tokenizerVersion");
static_assert(sizeof(AddedTokenEntry) == 8, "bump tokenizerVersion");
static_assert(sizeof(CodePointRange) == 8, "bump tokenizerVersion");
static_assert(sizeof(PatternTable) == 56, "bump tokenizerVersion");
static_assert(sizeof(NormalizerStep) == 168, "bump tokenizerVersion");
static_assert(sizeof(WordStep) == 104, "bump tokenizerVersion");
static_assert(sizeof(Merge) == 16, "bump tokenizerVersion");
static_assert(sizeof(ModelTable) == 88, "bump tokenizerVersion");
static_assert(sizeof(DecoderStep) == 96, "bump tokenizerVersion");
static_assert(sizeof(TokenizerHeader) == 440, "bump tokenizerVersion");
static_assert(offsetof(TokenizerHeader, model) == 176, "bump tokenizerVersion");

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_TOKENIZER_TABLES_H
