//===- tokenizer.cpp - Token ids from text --------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/tokenizer/tokenizer.h"

#include "runtime/tokenizer/added_tokens.h"
#include "runtime/tokenizer/character_walk.h"
#include "runtime/tokenizer/utf8.h"
#include "runtime/tokenizer/word_piece.h"

#include <algorithm>

using namespace emblem::runtime;

//===----------------------------------------------------------------------===//
// Opening
//===----------------------------------------------------------------------===//

static bool fits(TableSection section, uint64_t elementBytes, uint64_t bytes) {
  return section.offset % tokenizerAlignment == 0 && section.offset <= bytes &&
         section.count <= (bytes - section.offset) / elementBytes;
}

static bool fits(const CharacterTable &table, uint64_t bytes) {
  return fits(table.blocks, sizeof(uint16_t), bytes) &&
         fits(table.entries, sizeof(uint32_t), bytes) &&
         fits(table.elements, sizeof(uint32_t), bytes);
}

static bool sectionsFit(const TokenizerHeader &header) {
  uint64_t bytes = header.bytes;
  uint64_t units = header.trie.count;
  auto rootFits = [&](uint32_t root) { return root == noTrie || root < units; };
  return fits(header.normalizer, bytes) && fits(header.words, bytes) &&
         header.words.blocks.count == codePoints / characterBlockSize &&
         header.words.entries.count >= characterBlockSize &&
         fits(header.trie, sizeof(uint32_t), bytes) && units % 256 == 0 &&
         header.initialRoot < units && header.continuationRoot < units &&
         rootFits(header.addedRoot) && rootFits(header.normalizedAddedRoot) &&
         (header.normalizedAddedRoot == noTrie ||
          header.normalizer.blocks.count == codePoints / characterBlockSize) &&
         fits(header.added, sizeof(AddedTokenEntry), bytes) &&
         fits(header.wordRanges, sizeof(CodePointRange), bytes) &&
         fits(header.spaceRanges, sizeof(CodePointRange), bytes) &&
         fits(header.prefix, sizeof(int32_t), bytes) &&
         fits(header.suffix, sizeof(int32_t), bytes);
}

bool Tokenizer::open(const void *tables, size_t bytes, Tokenizer &out,
                     const char **error) {
  const auto *header = static_cast<const TokenizerHeader *>(tables);
  if (reinterpret_cast<uintptr_t>(tables) % tokenizerAlignment) {
    *error = "the tokenizer's tables are not aligned to 64 bytes";
  } else if (bytes < sizeof(TokenizerHeader) ||
             header->magic != tokenizerMagic) {
    *error =
        "these bytes are not a compiled tokenizer; compile the model again";
  } else if (header->version != tokenizerVersion) {
    *error = "the tokenizer was compiled for another version of the runtime; "
             "compile the model again";
  } else if (header->bytes > bytes) {
    *error = "the tokenizer's tables are cut short; compile the model again";
  } else if (!sectionsFit(*header)) {
    *error = "the tokenizer's tables are damaged; compile the model again";
  } else {
    out.header = header;
    return true;
  }
  return false;
}

//===----------------------------------------------------------------------===//
// Encoding
//===----------------------------------------------------------------------===//

namespace {

/// Writes normalised text: a sink of `CharacterWalk`. The caller has reserved
/// the room.
class TextSink {
public:
  explicit TextSink(uint8_t *out) : out(out) {}

  void byte(uint8_t c) { *out++ = c; }
  void copy(const uint8_t *character, uint32_t length) {
    for (uint32_t i = 0; i < length; ++i)
      *out++ = character[i];
  }
  bool space() {
    byte(' ');
    return false;
  }
  bool isolate(const uint8_t *character, uint32_t length) {
    byte(' ');
    copy(character, length);
    byte(' ');
    return false;
  }
  uint8_t *position() const { return out; }

private:
  uint8_t *out;
};

} // namespace

// At most 4 code points come of a character, which has 2 bytes or more where it
// is not just mapped, and each takes at most 4 bytes.
static constexpr size_t maxNormalizedGrowth = 8;
static constexpr size_t maxMarksPerByte = 2;

/// Each byte that is not UTF-8 becomes U+FFFD, of three.
static constexpr size_t maxRepairedGrowth = 3;

static size_t normalizedRoom(size_t textBytes) {
  return textBytes * maxNormalizedGrowth + 16;
}

bool Tokenizer::reserve(size_t textBytes, Scratch &scratch) const {
  const size_t repairedBytes = textBytes * maxRepairedGrowth;
  return scratch.repaired.reserve(repairedBytes + maxRepairedGrowth) &&
         WordSink::reserve(*header, repairedBytes, scratch.word,
                           scratch.pieces) &&
         scratch.marks.reserve(textBytes * maxMarksPerByte + 1) &&
         (header->normalizedAddedRoot == noTrie ||
          scratch.normalized.reserve(normalizedRoom(repairedBytes)));
}

/// Drops and fills in what the header says.
static Encoding finishIds(const TokenizerHeader &header, int32_t *ids,
                          int64_t maxTokens, Encoding encoding) {
  int64_t count = encoding.count;
  if (header.droppedId != noToken)
    count = std::remove(ids, ids + count, header.droppedId) - ids;
  if (count == 0 && header.emptyId != noToken && maxTokens > 0)
    ids[count++] = header.emptyId;
  return {count, encoding.truncated};
}

Encoding Tokenizer::encode(std::string_view text, int64_t maxTokens,
                           int32_t *ids, Scratch &scratch) const {
  const auto *prefix = sectionData<int32_t>(*header, header->prefix);
  const auto *suffix = sectionData<int32_t>(*header, header->suffix);
  int64_t prefixCount = int64_t(header->prefix.count);
  int64_t suffixCount = int64_t(header->suffix.count);
  int64_t prefixRoom = std::clamp<int64_t>(maxTokens, 0, prefixCount);
  int64_t suffixRoom =
      std::clamp<int64_t>(maxTokens - prefixRoom, 0, suffixCount);
  bool specialsFit = prefixRoom == prefixCount && suffixRoom == suffixCount;
  int64_t room = std::max<int64_t>(maxTokens - prefixRoom - suffixRoom, 0);

  IdList list(ids + prefixRoom, room, header->flags & TokenizerTruncatesLeft);
  if (!repairUtf8(text, scratch.repaired) ||
      !WordSink::reserve(*header, text.size(), scratch.word, scratch.pieces))
    return {-1, false};

  WordSink words(*header, scratch.word, scratch.pieces, list);
  CharacterWalk<WordSink> wordWalk({*header, header->words}, words,
                                   scratch.marks);

  /// Text without added tokens, normalised where `words` does not do that.
  auto encodeWords = [&](const uint8_t *begin, const uint8_t *end) {
    return wordWalk.run(begin, end) && (words.space(), true);
  };

  auto encodeNormalizing = [&](const uint8_t *begin, const uint8_t *end) {
    if (header->normalizedAddedRoot == noTrie)
      return encodeWords(begin, end);
    Buffer<uint8_t> &normalized = scratch.normalized;
    if (!normalized.reserve(normalizedRoom(size_t(end - begin))))
      return false;
    TextSink textSink(normalized.data());
    if (!CharacterWalk<TextSink>({*header, header->normalizer}, textSink,
                                 scratch.marks)
             .run(begin, end))
      return false;
    AddedTokenScan scan(*header, header->normalizedAddedRoot, normalized.data(),
                        textSink.position());
    while (true) {
      AddedTokenScan::Part part = scan.next();
      if (!encodeWords(part.begin, part.end))
        return false;
      if (part.id < 0 || list.push(part.id))
        return true;
    }
  };

  const auto *begin = reinterpret_cast<const uint8_t *>(text.data());
  AddedTokenScan scan(*header, header->addedRoot, begin, begin + text.size());
  while (true) {
    AddedTokenScan::Part part = scan.next();
    if (!encodeNormalizing(part.begin, part.end))
      return {-1, false};
    if (part.id < 0 || list.push(part.id))
      break;
  }

  std::copy_n(prefix, prefixRoom, ids);
  int64_t count = prefixRoom + list.finish();
  std::copy_n(suffix, suffixRoom, ids + count);
  return finishIds(*header, ids, maxTokens,
                   {count + suffixRoom, list.truncated() || !specialsFit});
}
