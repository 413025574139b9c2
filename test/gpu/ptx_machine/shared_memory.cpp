//===- shared_memory.cpp - A block's memory, and its races ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/ptx_machine/shared_memory.h"

#include "test/gpu/ptx_machine/program.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace emblem::ptx {

namespace {

constexpr uint32_t kByteBits = 4;
constexpr uint32_t kLatestTime = 1u << (32 - kByteBits - 1);

// The bytes of a word that an access touches.
uint32_t bytesInWord(uint32_t address, uint32_t bytes) {
  return bytes >= 4 ? 15 : ((1u << bytes) - 1) << (address & 3);
}

uint32_t timeOf(uint32_t stamp) { return stamp >> kByteBits; }

} // namespace

void join(Clock &clock, const Clock &other) {
  for (size_t i = 0; i < clock.size(); ++i)
    clock[i] = std::max(clock[i], other[i]);
}

uint32_t SharedMemory::begin(uint32_t end, uint32_t warpCount) {
  data.resize(end);
  std::fill(data.begin(), data.end(), 0xAA);
  state.assign(end, Unknown);
  // What earlier blocks did lies before this block's time and needs no
  // clearing, while words and warps are as many.
  if (warpCount != warps || words.size() != end / 4 + 1 ||
      latest > kLatestTime) {
    warps = warpCount;
    words.assign(end / 4 + 1, Word());
    reads.assign(words.size() * warps, 0);
    latest = 0;
  }
  return latest + 1;
}

SharedMemory::Result SharedMemory::bounds(uint32_t address,
                                          uint32_t bytes) const {
  if (address < kSharedBase || address > data.size() ||
      bytes > data.size() - address)
    return FaultKind::SharedOutOfBounds;
  if (address % bytes)
    return FaultKind::Unaligned;
  return std::nullopt;
}

SharedMemory::Result SharedMemory::noteRead(uint32_t address, uint32_t bytes,
                                            SharedAccessor who) {
  const Clock &clock = *who.clock;
  Result fault;
  uint32_t touched = bytesInWord(address, bytes);
  uint32_t now = clock[who.warp] << kByteBits | touched;
  for (uint32_t i = address / 4; i <= (address + bytes - 1) / 4; ++i) {
    Word &word = words[i];
    if (timeOf(word.written) > clock[word.warp] && word.written & touched)
      fault = FaultKind::RaceReadOfWrite;
    else if (word.warp == who.warp && word.lane != who.lane &&
             timeOf(word.written) == clock[who.warp] && word.written & touched)
      fault = FaultKind::RaceInWarp;
    uint32_t &read = reads[i * warps + who.warp];
    read = timeOf(read) == clock[who.warp] ? read | touched : now;
    word.readers |= 1u << who.warp;
  }
  return fault;
}

SharedMemory::Result SharedMemory::noteWrite(uint32_t address, uint32_t bytes,
                                             SharedAccessor who) {
  const Clock &clock = *who.clock;
  Result fault;
  uint32_t touched = bytesInWord(address, bytes);
  for (uint32_t i = address / 4; i <= (address + bytes - 1) / 4; ++i) {
    Word &word = words[i];
    if (timeOf(word.written) > clock[word.warp] && word.written & touched)
      fault = FaultKind::RaceTwoWrites;
    for (uint32_t others = word.readers & ~(1u << who.warp); others;
         others &= others - 1) {
      int reader = std::countr_zero(others);
      uint32_t read = reads[i * warps + reader];
      if (timeOf(read) > clock[reader] && read & touched)
        fault = FaultKind::RaceWriteOfRead;
    }
    bool sameTime = word.warp == who.warp && word.lane == who.lane &&
                    timeOf(word.written) == clock[who.warp];
    word.written = clock[who.warp] << kByteBits | touched |
                   (sameTime ? word.written & 15 : 0);
    word.readers = 0;
    word.warp = who.warp;
    word.lane = who.lane;
  }
  return fault;
}

SharedMemory::Result SharedMemory::load(uint32_t address, uint32_t bytes,
                                        void *to, SharedAccessor who) {
  if (Result fault = bounds(address, bytes)) {
    std::memset(to, 0xAA, bytes);
    return fault;
  }
  std::memcpy(to, &data[address], bytes);
  Result race = noteRead(address, bytes, who);
  if (race)
    return race;
  static constexpr uint8_t allKnown[32] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                                           1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                                           1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
  if (std::memcmp(&state[address], allKnown, bytes) == 0)
    return std::nullopt;
  return std::memchr(&state[address], InFlight, bytes)
             ? FaultKind::ReadInFlight
             : FaultKind::UnwrittenShared;
}

SharedMemory::Result SharedMemory::store(uint32_t address, uint32_t bytes,
                                         const void *from, SharedAccessor who) {
  if (Result fault = bounds(address, bytes))
    return fault;
  Result fault = noteWrite(address, bytes, who);
  if (std::memchr(&state[address], InFlight, bytes))
    fault = FaultKind::WriteInFlight;
  std::memcpy(&data[address], from, bytes);
  std::memset(&state[address], Known, bytes);
  return fault;
}

SharedMemory::Result SharedMemory::beginCopy(uint32_t address, uint32_t bytes,
                                             SharedAccessor who) {
  if (Result fault = bounds(address, bytes))
    return fault;
  Result fault = noteWrite(address, bytes, who);
  if (std::memchr(&state[address], InFlight, bytes))
    fault = FaultKind::WriteInFlight;
  std::memset(&state[address], InFlight, bytes);
  return fault;
}

void SharedMemory::land(uint32_t address, uint32_t bytes, const void *from,
                        SharedAccessor who) {
  if (bounds(address, bytes))
    return;
  std::memcpy(&data[address], from, bytes);
  std::memset(&state[address], Known, bytes);
  for (uint32_t i = address / 4; i < (address + bytes) / 4; ++i) {
    words[i].written = (*who.clock)[who.warp] << kByteBits | 15;
    words[i].warp = who.warp;
    words[i].lane = who.lane;
  }
}

} // namespace emblem::ptx
