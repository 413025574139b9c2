//===- tokenizer.cpp - Token ids from text --------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/tokenizer/tokenizer.h"

#include "runtime/tokenizer/added_tokens.h"
#include "runtime/tokenizer/character_walk.h"
#include "runtime/tokenizer/id_room.h"
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
               WordScratch &scratch, IdList &list, TextTrace *trace)
      : header(header), normalizer(normalizer), list(list), word(word),
        trace(trace), model(header, scratch, list),
        preTokenizer(header, rewritten, model, trace),
        sink(header, word, model.getWordPiece()) {}

  Flow run(TextSpan text) {
    const uint8_t *start = text.begin;
    return split(header.addedRoot, text, [&](TextSpan part) {
      TextTrace::Step traced(trace);
      bool atStart = part.begin == start;
      if (!normalizer.run(header, part, atStart, trace))
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
      if (Flow flow = list.push(part.id, part.end, part.tokenEnd);
          flow != Flow::Continue)
        return flow;
    }
  }

  Flow encodeWords(TextSpan text, bool atStart) {
    if (!header.words.blocks.count)
      return preTokenizer.run(text, atStart);
    if (trace)
      return traceWords(text);
    if (!CharacterWalk<WordSink>({header, header.words}, sink,
                                 normalizer.getMarks())
             .run(text.begin, text.end))
      return Flow::NoMemory;
    return sink.space() ? Flow::Stop : Flow::Continue;
  }

  Flow traceWords(TextSpan text) {
    TracedWordSink traced(header, word, model.getWordPiece(), *trace);
    if (!CharacterWalk<TracedWordSink>({header, header.words}, traced,
                                       normalizer.getMarks())
             .run(text.begin, text.end))
      return Flow::NoMemory;
    return traced.space() ? Flow::Stop : Flow::Continue;
  }

  const TokenizerHeader &header;
  Normalizer &normalizer;
  IdList &list;
  Buffer<uint8_t> &word;
  TextTrace *trace; // or null
  WordEncoder model;
  PreTokenizer preTokenizer;
  WordSink sink;
};
} // namespace

bool Tokenizer::encodeText(std::string_view text, IdList &list,
                           Scratch &scratch, bool traces) const {
  if (traces && !traceUtf8(text, scratch.trace.given))
    return false;
  if (!repairUtf8(text, scratch.repaired))
    return false;
  // Other models take their memory as they meet words.
  size_t most = Normalizer::mostBytes(*header, text.size());
  if (header->words.blocks.count &&
      (!WordSink::reserve(*header, most, scratch.word) ||
       (traces &&
        !scratch.trace.word.reserve(WordSink::mostBytes(*header, most)))))
    return false;
  if (header->model.kind == ModelKind::WordPiece &&
      !WordEncoder::reserve(*header, most, scratch.words))
    return false;
  const auto *begin = reinterpret_cast<const uint8_t *>(text.data());
  if (traces)
    scratch.trace.map = {begin, scratch.trace.given.data()};
  TextEncoding encoding(*header, scratch.normalizer, scratch.rewritten,
                        scratch.word, scratch.words, list,
                        traces ? &scratch.trace : nullptr);
  return encoding.run({begin, begin + text.size()}) != Flow::NoMemory;
}

int32_t Tokenizer::endId() const { return header->endId; }

int32_t Tokenizer::trailingPadding() const { return header->trailingPadding; }

bool Tokenizer::hasPairText() const {
  const TableSection *parts = header->pairText;
  return parts[0].count || parts[1].count || parts[2].count;
}

/// Leaves out and fills in the ids that the header says.
static Encoding finishIds(const TokenizerHeader &header, const IdRoom &room,
                          int64_t maxTokens, Encoding encoding) {
  int64_t count = encoding.count;
  if (header.droppedId != noToken) {
    int64_t kept = 0;
    for (int64_t i = 0; i < count; ++i)
      if (room.ids[i] != header.droppedId)
        room.move(i, kept++);
    count = kept;
  }
  if (count == 0 && header.emptyId != noToken && maxTokens > 0)
    room.set(count++, header.emptyId);
  if (header.endId != noToken)
    count = std::min(std::find(room.ids, room.ids + count, header.endId) + 1 -
                         room.ids,
                     count);
  if (header.paddingId != noToken)
    while (count < std::min<int64_t>(maxTokens, header.paddedTokens))
      room.set(count++, header.paddingId);
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

bool Tokenizer::isLeft(CutSide side) const {
  return side == CutSide::OfTokenizer
             ? (header->flags & TokenizerTruncatesLeft) != 0
             : side == CutSide::Left;
}

Encoding Tokenizer::encode(std::string_view text, int64_t maxTokens,
                           int32_t *ids, Scratch &scratch,
                           EncodeRequest request) const {
  auto pieces = templatePieces(*header, header->single);
  int64_t specials = int64_t(pieces.size()) - 1;
  int64_t prefix = 0;
  while (pieces[size_t(prefix)].id != firstText)
    ++prefix;
  int64_t prefixRoom = std::clamp<int64_t>(maxTokens, 0, prefix);
  int64_t suffixRoom =
      std::clamp<int64_t>(maxTokens - prefixRoom, 0, specials - prefix);
  int64_t room = std::max<int64_t>(maxTokens - prefixRoom - suffixRoom, 0);

  IdList list(ids + prefixRoom, room, isLeft(request.side));
  const bool traces = request.places != nullptr;
  if (traces) {
    if (!scratch.ranges.reserve(size_t(room) + 1))
      return {-1, false};
    list.traceWith(&scratch.trace, scratch.ranges.data());
  }
  std::string_view head = text;
  if (header->maxCharacters > 0)
    head = firstCharacters(text, size_t(header->maxCharacters));
  if (!encodeText(head, list, scratch, traces))
    return {-1, false};
  const IdRoom out = {ids, request.places};
  for (int64_t i = 0; i < prefixRoom; ++i)
    out.set(i, pieces[size_t(i)].id);
  const int64_t kept = list.finish();
  if (traces)
    setPlaces(*header, text, 0, scratch.ranges.data(), kept, out, prefixRoom);
  int64_t count = prefixRoom + kept;
  for (int64_t i = 0; i < suffixRoom; ++i)
    out.set(count + i, pieces[size_t(prefix + 1 + i)].id);
  return finishIds(
      *header, out, maxTokens,
      {count + suffixRoom, list.truncated() || head.size() < text.size() ||
                               prefixRoom + suffixRoom < specials});
}

//===----------------------------------------------------------------------===//
// What it says of tokens
//===----------------------------------------------------------------------===//

bool Tokenizer::truncatesLeft() const { return isLeft(CutSide::OfTokenizer); }

bool Tokenizer::isSpecial(int32_t id) const {
  const auto *ids = sectionData<int32_t>(*header, header->specialIds);
  return std::binary_search(ids, ids + header->specialIds.count, id);
}

bool Tokenizer::decode(const TokenTexts &tokens, std::span<const int32_t> ids,
                       bool skipsSpecial, Buffer<uint8_t> &text,
                       const char **problem) const {
  Decoder decoder(*header, tokens);
  for (int32_t id : ids)
    if (!(skipsSpecial && isSpecial(id)) && !decoder.add(id)) {
      *problem = "there is no memory to decode tokens";
      return false;
    }
  return decoder.run(text, problem);
}
