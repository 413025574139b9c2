//===- machine.h - Launches of kernels on the CPU ---------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_GPU_PTX_MACHINE_MACHINE_H
#define EMBLEM_TEST_GPU_PTX_MACHINE_MACHINE_H

#include "test/gpu/ptx_machine/warp.h"

#include <vector>

namespace emblem::ptx {

struct Launch {
  Extent grid = {1, 1, 1}, threads = {32, 1, 1};
  uint32_t dynamicShared = 0;
  std::vector<uint8_t> parameters; // Program::parameterBytes
  /// Another number is another order of warps.
  uint32_t order = 1;
  /// Threads of this computer that run blocks; 0: as many as it has.
  unsigned hostThreads = 0;
  /// A warp that executes more is in a loop without end.
  uint64_t instructionLimit = 1 << 24;
};

struct Outcome {
  FaultLog faults;
  Counters counters;
};

/// Runs all blocks. What comes out does not depend on `hostThreads`, but for
/// the line of a race between blocks, which is one of two. Throws
/// std::invalid_argument for a launch that a driver would refuse.
Outcome run(const Program &program, GlobalMemory &memory, const Launch &launch);

} // namespace emblem::ptx

#endif // EMBLEM_TEST_GPU_PTX_MACHINE_MACHINE_H
