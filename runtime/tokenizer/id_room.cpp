//===- id_room.cpp - Places of a text's tokens ----------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/tokenizer/id_room.h"

#include "runtime/tokenizer/utf8.h"

#include <algorithm>

using namespace emblem::runtime;

/// The white space at the ends of an added token's text.
static void countSpaces(const TokenizerHeader &header, std::string_view text,
                        uint32_t flags, int &leading, int &trailing) {
  const auto *begin = reinterpret_cast<const uint8_t *>(text.data());
  const uint8_t *end = begin + text.size();
  auto isSpace = [&](const uint8_t *at) {
    uint32_t length = characterLength(*at);
    return length <= size_t(end - at) &&
           isInRanges(header, header.spaceRanges, decodeCharacter(at, length));
  };
  for (const uint8_t *at = begin;
       (flags & AddedStripLeft) && at < end && isSpace(at);
       at += characterLength(*at))
    ++leading;
  for (const uint8_t *at = end; (flags & AddedStripRight) && at > begin;) {
    at = previousCharacter(at);
    if (!isSpace(at))
      break;
    ++trailing;
  }
}

/// Without the spaces at a token's ends, as the reference's ByteLevel trims
/// them: so many characters of the text as its own text has. `isFirst`: of the
/// text's tokens.
static TextRange trimmed(const TokenizerHeader &header, std::string_view text,
                         int32_t id, bool isFirst, TextRange range) {
  const auto *edges = sectionData<uint8_t>(header, header.edges);
  const uint64_t ids = header.edges.count / 2;
  if (uint64_t(id) >= ids)
    return range;
  int leading = edges[id], trailing = edges[ids + uint64_t(id)];
  // An added token's own text has the white space that it took.
  const auto *added = sectionData<AddedTokenEntry>(header, header.added);
  const auto *found =
      std::find_if(added, added + header.added.count,
                   [&](const AddedTokenEntry &one) { return one.id == id; });
  if (found != added + header.added.count)
    countSpaces(header, {text.data() + range.begin, range.end - range.begin},
                found->flags, leading, trailing);
  // One space was put there; more are the text's own.
  if (leading == 1 && (isFirst || range.begin == 0) &&
      (header.flags & TokenizerPutsSpaceFirst))
    leading = 0;
  auto isInside = [&](uint32_t at) { return (text[at] & 0xC0) == 0x80; };
  for (; leading > 0 && range.begin < range.end; --leading)
    do
      ++range.begin;
    while (range.begin < range.end && isInside(range.begin));
  for (; trailing > 0 && range.end > range.begin; --trailing)
    do
      --range.end;
    while (range.end > range.begin && isInside(range.end));
  return range;
}

void emblem::runtime::setPlaces(const TokenizerHeader &header,
                                std::string_view text, int32_t number,
                                const TextRange *ranges, int64_t count,
                                const IdRoom &room, int64_t first) {
  const bool trims = header.flags & TokenizerTrimsPlaces;
  for (int64_t i = 0; i < count; ++i)
    room.places[first + i] = {
        trims ? trimmed(header, text, room.ids[first + i], i == 0, ranges[i])
              : ranges[i],
        number};
}
