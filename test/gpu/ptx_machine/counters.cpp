//===- counters.cpp - Work that a launch has done -------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/ptx_machine/counters.h"

namespace emblem::ptx {

void Counters::merge(const Counters &other) {
  instructions += other.instructions;
  matrixProducts += other.matrixProducts;
  for (size_t i = 0; i < wavefronts.size(); ++i)
    wavefronts[i].add(other.wavefronts[i]);
  for (size_t i = 0; i < sectors.size(); ++i)
    sectors[i].add(other.sectors[i]);
}

Cost Counters::total(const std::vector<Cost> &costs) {
  Cost sum;
  for (const Cost &cost : costs)
    sum.add(cost);
  return sum;
}

} // namespace emblem::ptx
