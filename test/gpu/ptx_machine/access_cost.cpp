//===- access_cost.cpp - Bank conflicts and sectors -----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/ptx_machine/access_cost.h"

#include <algorithm>

namespace emblem::ptx {

namespace {

constexpr uint32_t kBanks = 32;

// Wavefronts of words, up to 32.
uint32_t countWords(const uint32_t *words, uint32_t count) {
  // Mostly each has a bank of its own.
  uint32_t seen = 0;
  bool meet = false;
  for (uint32_t i = 0; i < count; ++i) {
    uint32_t bank = 1u << words[i] % kBanks;
    meet |= (seen & bank) != 0;
    seen |= bank;
  }
  if (!meet)
    return count ? 1 : 0;
  uint32_t different[kBanks][kBanks]; // of each bank
  uint32_t counts[kBanks] = {};
  uint32_t most = 0;
  for (uint32_t i = 0; i < count; ++i) {
    uint32_t bank = words[i] % kBanks;
    uint32_t *begin = different[bank], *end = begin + counts[bank];
    if (std::find(begin, end, words[i]) != end)
      continue;
    *end = words[i];
    most = std::max(most, ++counts[bank]);
  }
  return most;
}

} // namespace

AccessCost countWavefronts(const uint32_t *addresses, uint32_t lanes,
                           uint32_t bytes) {
  uint32_t group = std::min(32u, 128 / bytes);
  AccessCost cost;
  for (uint32_t first = 0; first < 32; first += group) {
    uint32_t words[32], count = 0;
    for (uint32_t lane = first; lane < first + group; ++lane)
      for (uint32_t byte = 0; byte < bytes && lanes >> lane & 1; byte += 4)
        words[count++] = (addresses[lane] + byte) / 4;
    uint32_t wavefronts = countWords(words, count);
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
