//===- access_cost.cpp - Bank conflicts and sectors -----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/ptx_machine/access_cost.h"

#include <algorithm>

namespace emblem::ptx {

namespace {

// Wavefronts of the lanes from `first` up to `last`.
uint32_t countGroup(const uint32_t *addresses, uint32_t lanes, uint32_t bytes,
                    uint32_t first, uint32_t last) {
  constexpr uint32_t kBanks = 32;
  uint32_t words[kBanks][kBanks]; // of each bank, those that differ
  uint32_t count[kBanks] = {};
  uint32_t most = 0;
  for (uint32_t lane = first; lane < last; ++lane) {
    if (!(lanes >> lane & 1))
      continue;
    for (uint32_t byte = 0; byte < bytes; byte += 4) {
      uint32_t word = (addresses[lane] + byte) / 4;
      uint32_t bank = word % kBanks;
      uint32_t *known = words[bank];
      uint32_t *end = known + count[bank];
      if (std::find(known, end, word) != end)
        continue;
      *end = word;
      most = std::max(most, ++count[bank]);
    }
  }
  return most;
}

} // namespace

AccessCost countWavefronts(const uint32_t *addresses, uint32_t lanes,
                           uint32_t bytes) {
  uint32_t group = std::min(32u, 128 / bytes);
  AccessCost cost;
  for (uint32_t first = 0; first < 32; first += group) {
    uint32_t wavefronts =
        countGroup(addresses, lanes, bytes, first, first + group);
    cost.actual += wavefronts;
    cost.least += wavefronts ? 1 : 0;
  }
  return cost;
}

AccessCost countSectors(const uint64_t *addresses, uint32_t lanes,
                        uint32_t bytes) {
  uint64_t sectors[64];
  int count = 0;
  uint32_t moved = 0;
  for (int lane = 0; lane < 32; ++lane) {
    if (!(lanes >> lane & 1))
      continue;
    uint64_t first = addresses[lane] / 32;
    uint64_t last = (addresses[lane] + bytes - 1) / 32;
    for (uint64_t sector = first; sector <= std::min(last, first + 1); ++sector)
      if (!count || sectors[count - 1] != sector)
        sectors[count++] = sector;
    moved += bytes;
  }
  if (!std::is_sorted(sectors, sectors + count))
    std::sort(sectors, sectors + count);
  auto different = std::unique(sectors, sectors + count) - sectors;
  auto actual = static_cast<uint32_t>(different);
  return {actual, std::min(actual, (moved + 31) / 32)};
}

} // namespace emblem::ptx
