//===- encode_pair.cpp - Token ids from two texts -------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/tokenizer/id_room.h"
#include "runtime/tokenizer/tokenizer.h"

#include <algorithm>
#include <cstring>

using namespace emblem::runtime;

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

/// The part of `range` that lies in the text which begins at `begin`.
static bool placeInside(TextRange range, size_t begin, size_t size,
                        int32_t number, TokenPlace &place) {
  const uint32_t first = uint32_t(begin), last = uint32_t(begin + size);
  if (range.end <= first || range.begin >= last)
    return false;
  place = {
      {std::max(range.begin, first) - first, std::min(range.end, last) - first},
      number};
  return true;
}

Encoding Tokenizer::encodePairText(std::string_view first,
                                   std::string_view second, int64_t maxTokens,
                                   int32_t *ids, int32_t *typeIds,
                                   Scratch &scratch,
                                   EncodeRequest request) const {
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
  const int64_t room = std::max<int64_t>(maxTokens, 0);
  IdList list(ids, room, isLeft(request.side));
  const bool traces = request.places != nullptr;
  if (traces) {
    if (!scratch.ranges.reserve(size_t(room) + 1))
      return {-1, false};
    list.traceWith(&scratch.trace, scratch.ranges.data());
  }
  if (!add(part(0)) || !add(first) || !add(part(1)) || !add(second) ||
      !add(part(2)) ||
      !encodeText({scratch.pairText.data(), scratch.pairText.size()}, list,
                  scratch, traces))
    return {-1, false};
  int64_t count = list.finish();
  const size_t firstBegin = part(0).size();
  const size_t secondBegin = firstBegin + first.size() + part(1).size();
  for (int64_t i = 0; traces && i < count; ++i) {
    TokenPlace &place = request.places[i];
    const TextRange range = scratch.ranges.data()[i];
    if (!placeInside(range, firstBegin, first.size(), 0, place) &&
        !placeInside(range, secondBegin, second.size(), 1, place))
      place = {{}, noText};
  }
  if (list.truncated()) {
    const auto *suffix = sectionData<int32_t>(*header, header->pairSuffix);
    int64_t all = int64_t(header->pairSuffix.count);
    int64_t kept = std::min(all, count);
    std::copy(suffix + all - kept, suffix + all, ids + count - kept);
    if (traces)
      std::fill_n(request.places + count - kept, kept, TokenPlace{{}, noText});
  }
  std::fill(typeIds, typeIds + count, 0);
  return {count, list.truncated()};
}

Encoding Tokenizer::encodePair(std::string_view first, std::string_view second,
                               int64_t maxTokens, int32_t *ids,
                               int32_t *typeIds, Scratch &scratch,
                               EncodeRequest request) const {
  if (hasPairText())
    return encodePairText(first, second, maxTokens, ids, typeIds, scratch,
                          request);
  const bool left = isLeft(request.side);
  const bool traces = request.places != nullptr;
  const int64_t room = std::max<int64_t>(maxTokens, 0);
  if (!reservePairs(room, scratch) ||
      (traces && !scratch.pairRanges.reserve(size_t(room) * 2 + 1)))
    return {-1, false};
  IdList lists[2] = {{scratch.pairIds.data(), room, left},
                     {scratch.pairIds.data() + room, room, left}};
  // How long each is decides what is cut.
  for (IdList &list : lists) {
    list.countAll();
    if (traces)
      list.traceWith(&scratch.trace,
                     scratch.pairRanges.data() + (&list == lists ? 0 : room));
  }
  if (!encodeText(first, lists[0], scratch, traces) ||
      !encodeText(second, lists[1], scratch, traces))
    return {-1, false};

  auto pieces = templatePieces(*header, header->pair);
  int64_t specials = int64_t(pieces.size()) - 2;
  int64_t counts[2] = {lists[0].counted(), lists[1].counted()};
  int64_t kept[2] = {counts[0], counts[1]};
  cutLongestFirst(std::max<int64_t>(room - specials, 0), kept[0], kept[1]);

  int64_t count = 0;
  bool truncated = kept[0] < counts[0] || kept[1] < counts[1];
  const IdRoom out = {ids, request.places};
  auto push = [&](int32_t id, int32_t typeId) {
    if (count == room) {
      truncated = true;
      return;
    }
    out.set(count, id);
    typeIds[count++] = typeId;
  };
  for (const TemplatePiece &piece : pieces) {
    if (piece.id >= 0) {
      push(piece.id, piece.typeId);
      continue;
    }
    int64_t text = piece.id == firstText ? 0 : 1;
    int64_t have = lists[text].finish();
    int64_t from = text * room + (left ? have - kept[text] : 0);
    const int64_t begin = count;
    for (int64_t i = 0; i < kept[text]; ++i)
      push(scratch.pairIds.data()[from + i], piece.typeId);
    if (traces)
      setPlaces(*header, text == 0 ? first : second, int32_t(text),
                scratch.pairRanges.data() + from, count - begin, out, begin);
  }
  return {count, truncated};
}
