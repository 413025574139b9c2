//===- id_list.h - The ids of a text ----------------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_TOKENIZER_ID_LIST_H
#define EMBLEM_RUNTIME_TOKENIZER_ID_LIST_H

#include "runtime/tokenizer/token_place.h"

#include <algorithm>
#include <cstdint>

namespace emblem::runtime {

/// Whether to go on.
enum class Flow { Continue, Stop, NoMemory };

/// The ids of a text without its special tokens: the first `room`, or the last.
class IdList {
public:
  IdList(int32_t *ids, int64_t room, bool keepLast)
      : ids(ids), room(room), keepLast(keepLast) {}

  /// Has `ranges`, with room as `ids`, say where each id comes from, by the map
  /// of `trace` when it comes.
  void traceWith(const TextTrace *newTrace, TextRange *newRanges) {
    trace = newTrace;
    ranges = newRanges;
  }
  bool traces() const { return ranges != nullptr; }

  /// The id of the text [begin, end). Stop: more would change nothing.
  Flow push(int32_t id, const uint8_t *begin, const uint8_t *end) {
    int64_t place = -1;
    if (total < room)
      place = total;
    else if (keepLast && room)
      place = total % room;
    if (place >= 0) {
      ids[place] = id;
      if (ranges) [[unlikely]]
        ranges[place] = begin < end ? trace->map.of(begin, end) : TextRange{};
    }
    ++total;
    return !keepLast && !countsAll && total > room ? Flow::Stop
                                                   : Flow::Continue;
  }

  /// Counts on where there is no more room.
  void countAll() { countsAll = true; }
  int64_t counted() const { return total; }

  /// How many there are, and puts them in order.
  int64_t finish() {
    if (total <= room)
      return total;
    // A full list of last ids starts at total % room.
    if (keepLast && room) {
      std::rotate(ids, ids + total % room, ids + room);
      if (ranges)
        std::rotate(ranges, ranges + total % room, ranges + room);
    }
    return room;
  }

  bool truncated() const { return total > room; }

private:
  int32_t *ids;
  const TextTrace *trace = nullptr;
  TextRange *ranges = nullptr;
  int64_t room;
  int64_t total = 0;
  bool countsAll = false;
  bool keepLast;
};

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_TOKENIZER_ID_LIST_H
