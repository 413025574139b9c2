//===- counters.h - Work that a launch has done -----------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_GPU_PTX_MACHINE_COUNTERS_H
#define EMBLEM_TEST_GPU_PTX_MACHINE_COUNTERS_H

#include "test/gpu/ptx_machine/access_cost.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace emblem::ptx {

struct Cost {
  uint64_t actual = 0, least = 0;

  void add(AccessCost cost) {
    actual += cost.actual;
    least += cost.least;
  }
  void add(Cost cost) {
    actual += cost.actual;
    least += cost.least;
  }
};

struct Counters {
  uint64_t instructions = 0; // of warps
  uint64_t matrixProducts = 0;
  /// Of each instruction of the program.
  std::vector<Cost> wavefronts, sectors;

  void begin(size_t instructionCount) {
    wavefronts.assign(instructionCount, {});
    sectors.assign(instructionCount, {});
  }
  void merge(const Counters &other);
  static Cost total(const std::vector<Cost> &costs);
};

} // namespace emblem::ptx

#endif // EMBLEM_TEST_GPU_PTX_MACHINE_COUNTERS_H
