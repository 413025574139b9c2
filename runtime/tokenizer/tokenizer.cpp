//===- tokenizer.cpp - Token ids from text --------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/tokenizer/tokenizer.h"

#include "runtime/tokenizer/added_tokens.h"
#include "runtime/tokenizer/character_walk.h"
#include "runtime/tokenizer/table_checks.h"
#include "runtime/tokenizer/utf8.h"

#include <algorithm>
#include <cstring>

using namespace emblem::runtime;

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
// One text
//===----------------------------------------------------------------------===//

/// Each byte that is not UTF-8 becomes U+FFFD, of three.
static constexpr size_t maxRepairedGrowth = 3;

bool Tokenizer::reserve(size_t textBytes, Scratch &scratch) const {
  if (hasPairText()) {
    for (TableSection part : header->pairText)
      textBytes += part.count;
    if (!scratch.pairText.reserve(textBytes))
      return false;
  }
  size_t most = textBytes * maxRepairedGrowth + maxRepairedGrowth;
  if (!scratch.repaired.reserve(most) ||
      !scratch.normalizer.reserve(*header, most))
    return false;
  most = Normalizer::mostBytes(*header, most);
  if (header->words.blocks.count)
    return WordSink::reserve(*header, most, scratch.word) &&
           WordEncoder::reserve(*header, most, scratch.words);
  return PreTokenizer::reserve(*header, most, scratch.rewritten) &&
         WordEncoder::reserve(*header, most, scratch.words);
}

namespace {
/// Encodes one text in valid UTF-8, without special tokens around it.
class TextEncoding {
public:
  TextEncoding(const TokenizerHeader &header, Normalizer &normalizer,
               PreTokenizer::Rewritten &rewritten, Buffer<uint8_t> &word,
               WordScratch &scratch, IdList &list)
      : header(header), normalizer(normalizer), list(list),
        model(header, scratch, list), preTokenizer(header, rewritten, model),
        sink(header, word, model.getWordPiece()) {}

  Flow run(TextSpan text) {
    const uint8_t *start = text.begin;
    return split(header.addedRoot, text, [&](TextSpan part) {
      bool atStart = part.begin == start;
      if (!normalizer.run(header, part, atStart))
        return Flow::NoMemory;
      const uint8_t *partStart = part.begin;
      return split(header.normalizedAddedRoot, part, [&](TextSpan words) {
        return encodeWords(words, atStart && words.begin == partStart);
      });
    });
  }

private:
  /// What lies between added tokens goes to `use`.
  template <typename Use> Flow split(uint32_t root, TextSpan text, Use use) {
    if (root == noTrie)
      return text.empty() ? Flow::Continue : use(text);
    AddedTokenScan scan(header, root, text.begin, text.end);
    while (true) {
      AddedTokenScan::Part part = scan.next();
      if (part.begin < part.end)
        if (Flow flow = use({part.begin, part.end}); flow != Flow::Continue)
          return flow;
      if (part.id < 0)
        return Flow::Continue;
      if (Flow flow = list.push(part.id); flow != Flow::Continue)
        return flow;
    }
  }

  Flow encodeWords(TextSpan text, bool atStart) {
    if (!header.words.blocks.count)
      return preTokenizer.run(text, atStart);
    if (!CharacterWalk<WordSink>({header, header.words}, sink,
                                 normalizer.getMarks())
             .run(text.begin, text.end))
      return Flow::NoMemory;
    return sink.space() ? Flow::Stop : Flow::Continue;
  }

  const TokenizerHeader &header;
  Normalizer &normalizer;
  IdList &list;
  WordEncoder model;
  PreTokenizer preTokenizer;
  WordSink sink;
};
} // namespace

bool Tokenizer::encodeText(std::string_view text, IdList &list,
                           Scratch &scratch) const {
  if (!repairUtf8(text, scratch.repaired))
    return false;
  // Other models take their memory as they meet words.
  size_t most = Normalizer::mostBytes(*header, text.size());
  if (header->words.blocks.count &&
      !WordSink::reserve(*header, most, scratch.word))
    return false;
  if (header->model.kind == ModelKind::WordPiece &&
      !WordEncoder::reserve(*header, most, scratch.words))
    return false;
  const auto *begin = reinterpret_cast<const uint8_t *>(text.data());
  TextEncoding encoding(*header, scratch.normalizer, scratch.rewritten,
                        scratch.word, scratch.words, list);
  return encoding.run({begin, begin + text.size()}) != Flow::NoMemory;
}

int32_t Tokenizer::endId() const { return header->endId; }

bool Tokenizer::hasPairText() const {
  const TableSection *parts = header->pairText;
  return parts[0].count || parts[1].count || parts[2].count;
}

static std::span<const TemplatePiece>
templatePieces(const TokenizerHeader &header, TableSection section) {
  return {sectionData<TemplatePiece>(header, section), size_t(section.count)};
}

/// Leaves out and fills in the ids that the header says.
static Encoding finishIds(const TokenizerHeader &header, int32_t *ids,
                          int64_t maxTokens, Encoding encoding) {
  int64_t count = encoding.count;
  if (header.droppedId != noToken)
    count = std::remove(ids, ids + count, header.droppedId) - ids;
  if (count == 0 && header.emptyId != noToken && maxTokens > 0)
    ids[count++] = header.emptyId;
  if (header.endId != noToken)
    count =
        std::min(std::find(ids, ids + count, header.endId) + 1 - ids, count);
  if (header.paddingId != noToken)
    while (count < std::min<int64_t>(maxTokens, header.paddedTokens))
      ids[count++] = header.paddingId;
  return {count, encoding.truncated};
}

/// The first `most` code points of `text`. Bytes that continue none count with
/// those before them.
static std::string_view firstCharacters(std::string_view text, size_t most) {
  size_t count = 0;
  for (size_t i = 0; i < text.size(); ++i)
    if ((uint8_t(text[i]) & 0xC0) != 0x80 && count++ == most)
      return text.substr(0, i);
  return text;
}

Encoding Tokenizer::encode(std::string_view text, int64_t maxTokens,
                           int32_t *ids, Scratch &scratch) const {
  auto pieces = templatePieces(*header, header->single);
  int64_t specials = int64_t(pieces.size()) - 1;
  int64_t prefix = 0;
  while (pieces[size_t(prefix)].id != firstText)
    ++prefix;
  int64_t prefixRoom = std::clamp<int64_t>(maxTokens, 0, prefix);
  int64_t suffixRoom =
      std::clamp<int64_t>(maxTokens - prefixRoom, 0, specials - prefix);
  int64_t room = std::max<int64_t>(maxTokens - prefixRoom - suffixRoom, 0);

  IdList list(ids + prefixRoom, room, header->flags & TokenizerTruncatesLeft);
  std::string_view kept = text;
  if (header->reserved > 0)
    kept = firstCharacters(text, size_t(header->reserved));
  if (!encodeText(kept, list, scratch))
    return {-1, false};
  for (int64_t i = 0; i < prefixRoom; ++i)
    ids[i] = pieces[size_t(i)].id;
  int64_t count = prefixRoom + list.finish();
  for (int64_t i = 0; i < suffixRoom; ++i)
    ids[count + i] = pieces[size_t(prefix + 1 + i)].id;
  return finishIds(*header, ids, maxTokens,
                   {count + suffixRoom,
                    list.truncated() || kept.size() < text.size() ||
                        prefixRoom + suffixRoom < specials});
}

//===----------------------------------------------------------------------===//
// Two texts
//===----------------------------------------------------------------------===//

/// How many of `first` and `second` tokens stay where there is room for `room`.
static void cutLongestFirst(int64_t room, int64_t &first, int64_t &second) {
  if (first + second <= room)
    return;
  bool swapped = first > second;
  int64_t shorter = swapped ? second : first;
  int64_t longer = std::max(shorter, room - shorter);
  if (shorter + longer > room) {
    shorter = room / 2;
    longer = room - shorter;
  }
  first = swapped ? longer : shorter;
  second = swapped ? shorter : longer;
}

bool Tokenizer::reservePairs(int64_t maxTokens, Scratch &scratch) const {
  return scratch.pairIds.reserve(size_t(maxTokens) * 2 + 1);
}

Encoding Tokenizer::encodePairText(std::string_view first,
                                   std::string_view second, int64_t maxTokens,
                                   int32_t *ids, int32_t *typeIds,
                                   Scratch &scratch) const {
  scratch.pairText.clear();
  auto add = [&](std::string_view part) {
    Buffer<char> &text = scratch.pairText;
    if (part.empty())
      return true;
    if (!text.reserve(text.size() + part.size()))
      return false;
    std::memcpy(text.data() + text.size(), part.data(), part.size());
    text.advance(part.size());
    return true;
  };
  auto part = [&](int i) {
    const TableSection &section = header->pairText[i];
    return std::string_view(sectionData<char>(*header, section),
                            size_t(section.count));
  };
  IdList list(ids, std::max<int64_t>(maxTokens, 0),
              header->flags & TokenizerTruncatesLeft);
  if (!add(part(0)) || !add(first) || !add(part(1)) || !add(second) ||
      !add(part(2)) ||
      !encodeText({scratch.pairText.data(), scratch.pairText.size()}, list,
                  scratch))
    return {-1, false};
  int64_t count = list.finish();
  if (list.truncated()) {
    const auto *suffix = sectionData<int32_t>(*header, header->pairSuffix);
    int64_t all = int64_t(header->pairSuffix.count);
    int64_t kept = std::min(all, count);
    std::copy(suffix + all - kept, suffix + all, ids + count - kept);
  }
  std::fill(typeIds, typeIds + count, 0);
  return {count, list.truncated()};
}

Encoding Tokenizer::encodePair(std::string_view first, std::string_view second,
                               int64_t maxTokens, int32_t *ids,
                               int32_t *typeIds, Scratch &scratch) const {
  if (hasPairText())
    return encodePairText(first, second, maxTokens, ids, typeIds, scratch);
  const bool left = header->flags & TokenizerTruncatesLeft;
  const int64_t room = std::max<int64_t>(maxTokens, 0);
  if (!reservePairs(room, scratch))
    return {-1, false};
  IdList lists[2] = {{scratch.pairIds.data(), room, left},
                     {scratch.pairIds.data() + room, room, left}};
  // How long each is decides what is cut.
  for (IdList &list : lists)
    list.countAll();
  if (!encodeText(first, lists[0], scratch) ||
      !encodeText(second, lists[1], scratch))
    return {-1, false};

  auto pieces = templatePieces(*header, header->pair);
  int64_t specials = int64_t(pieces.size()) - 2;
  int64_t counts[2] = {lists[0].counted(), lists[1].counted()};
  int64_t kept[2] = {counts[0], counts[1]};
  cutLongestFirst(std::max<int64_t>(room - specials, 0), kept[0], kept[1]);

  int64_t count = 0;
  bool truncated = kept[0] < counts[0] || kept[1] < counts[1];
  auto push = [&](int32_t id, int32_t typeId) {
    if (count == room) {
      truncated = true;
      return;
    }
    ids[count] = id;
    typeIds[count++] = typeId;
  };
  for (const TemplatePiece &piece : pieces) {
    if (piece.id >= 0) {
      push(piece.id, piece.typeId);
      continue;
    }
    int64_t text = piece.id == firstText ? 0 : 1;
    int64_t have = lists[text].finish();
    int64_t from = left ? have - kept[text] : 0;
    for (int64_t i = 0; i < kept[text]; ++i)
      push(scratch.pairIds.data()[text * room + from + i], piece.typeId);
  }
  return {count, truncated};
}
