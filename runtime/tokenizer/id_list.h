//===- id_list.h - The ids of a text ----------------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_TOKENIZER_ID_LIST_H
#define EMBLEM_RUNTIME_TOKENIZER_ID_LIST_H

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

  /// Stop: more would change nothing.
  Flow push(int32_t id) {
    if (total < room)
      ids[total] = id;
    else if (keepLast && room)
      ids[total % room] = id;
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
    if (keepLast && room)
      std::rotate(ids, ids + total % room, ids + room);
    return room;
  }

  bool truncated() const { return total > room; }

private:
  int32_t *ids;
  int64_t room;
  int64_t total = 0;
  bool countsAll = false;
  bool keepLast;
};

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_TOKENIZER_ID_LIST_H
