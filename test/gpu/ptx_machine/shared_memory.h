//===- shared_memory.h - A block's memory, and its races --------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Each word knows who wrote it last and who has read it since, and when, by
// vector clocks: a race is found although warps run one after the other.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_GPU_PTX_MACHINE_SHARED_MEMORY_H
#define EMBLEM_TEST_GPU_PTX_MACHINE_SHARED_MEMORY_H

#include "test/gpu/ptx_machine/faults.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace emblem::ptx {

/// What a warp knows of each warp's time. Its own entry counts its barriers.
using Clock = std::vector<uint32_t>;
void join(Clock &clock, const Clock &other);

/// A lane of a warp, and the warp's clock.
struct SharedAccessor {
  const Clock *clock;
  uint8_t warp, lane;
};

class SharedMemory {
public:
  using Result = std::optional<FaultKind>;

  /// Of a new block: nothing is known. Addresses go from kSharedBase to `end`.
  /// Returns the time at which its warps' clocks begin.
  uint32_t begin(uint32_t end, uint32_t warps);

  /// Aligned accesses of up to 32 bytes. Of several faults the first is
  /// returned; `to` gets what is there, or 0xAA out of bounds.
  Result load(uint32_t address, uint32_t bytes, void *to, SharedAccessor who);
  Result store(uint32_t address, uint32_t bytes, const void *from,
               SharedAccessor who);
  /// A read and write that nothing comes between: `change` gets the bytes.
  template <typename Change>
  Result update(uint32_t address, uint32_t bytes, Change change);

  /// An asynchronous copy: its place is not to be touched until it lands.
  Result beginCopy(uint32_t address, uint32_t bytes, SharedAccessor who);
  void land(uint32_t address, uint32_t bytes, const void *from,
            SharedAccessor who);

  /// The time that clocks have come to; the next block begins after it.
  void noteTime(uint32_t time) {
    if (time > latest)
      latest = time;
  }

private:
  enum State : uint8_t { Unknown, Known, InFlight };
  struct Word {
    uint32_t written = 0; // a time, and in four bits the bytes
    uint32_t readers = 0; // a mask of warps, since the last write
    uint8_t warp = 0, lane = 0;
  };
  Result bounds(uint32_t address, uint32_t bytes) const;
  Result noteRead(uint32_t address, uint32_t bytes, SharedAccessor who);
  Result noteWrite(uint32_t address, uint32_t bytes, SharedAccessor who);

  std::vector<uint8_t> data, state;
  std::vector<Word> words;
  std::vector<uint32_t> reads; // [word, warp], as Word::written
  uint32_t warps = 0, latest = 0;
};

template <typename Change>
SharedMemory::Result SharedMemory::update(uint32_t address, uint32_t bytes,
                                          Change change) {
  if (Result fault = bounds(address, bytes))
    return fault;
  bool known = state[address] == Known;
  change(&data[address]);
  return known ? Result() : FaultKind::UnwrittenShared;
}

} // namespace emblem::ptx

#endif // EMBLEM_TEST_GPU_PTX_MACHINE_SHARED_MEMORY_H
