//===- machine.cpp - Launches of kernels on the CPU -----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/ptx_machine/machine.h"

#include "test/gpu/ptx_machine/block.h"

#include <algorithm>
#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>

namespace emblem::ptx {

namespace {

constexpr uint64_t kMostThreads = 1024;

uint64_t volume(const Extent &extent) {
  return static_cast<uint64_t>(extent[0]) * extent[1] * extent[2];
}

void check(const Program &program, const Launch &launch) {
  uint64_t threads = volume(launch.threads);
  if (!volume(launch.grid) || !threads)
    throw std::invalid_argument("a launch of nothing");
  bool tooMany = threads > kMostThreads;
  for (int axis = 0; axis < 3; ++axis)
    if (program.exactThreads[0])
      tooMany |= launch.threads[axis] != program.exactThreads[axis];
  if (program.mostThreads[0])
    tooMany |= threads > volume(program.mostThreads);
  if (tooMany)
    throw std::invalid_argument("the kernel " + program.entry +
                                " does not allow so many threads");
  if (launch.parameters.size() != program.parameterBytes)
    throw std::invalid_argument("the kernel " + program.entry + " has " +
                                std::to_string(program.parameterBytes) +
                                " bytes of parameters, not " +
                                std::to_string(launch.parameters.size()));
}

struct Worker {
  Block block;
  Outcome outcome;
};

} // namespace

Outcome run(const Program &program, GlobalMemory &memory,
            const Launch &launch) {
  check(program, launch);
  uint64_t blocks = volume(launch.grid);
  uint32_t number = memory.beginLaunch();
  unsigned threads = launch.hostThreads
                         ? launch.hostThreads
                         : std::max(1u, std::thread::hardware_concurrency());
  threads = static_cast<unsigned>(std::min<uint64_t>(threads, blocks));
  std::vector<Worker> workers(threads);
  std::atomic<uint64_t> next = 0;

  auto work = [&](Worker &worker) {
    Outcome &outcome = worker.outcome;
    outcome.counters.begin(program.code.size());
    BlockState state;
    state.program = &program;
    state.global = &memory;
    state.faults = &outcome.faults;
    state.counters = &outcome.counters;
    state.parameters = &launch.parameters;
    state.grid = launch.grid;
    state.threads = launch.threads;
    state.dynamicShared = launch.dynamicShared;
    state.launch = number;
    state.instructionLimit = launch.instructionLimit;
    for (uint64_t i = next++; i < blocks; i = next++) {
      state.number = i;
      state.index = {
          static_cast<uint32_t>(i % launch.grid[0]),
          static_cast<uint32_t>(i / launch.grid[0] % launch.grid[1]),
          static_cast<uint32_t>(i / launch.grid[0] / launch.grid[1])};
      worker.block.run(state, launch.order + static_cast<uint32_t>(i) * 7919);
    }
  };
  std::vector<std::thread> others;
  for (unsigned i = 1; i < threads; ++i)
    others.emplace_back(work, std::ref(workers[i]));
  work(workers[0]);
  for (std::thread &thread : others)
    thread.join();
  Outcome result = std::move(workers[0].outcome);
  for (unsigned i = 1; i < threads; ++i) {
    result.faults.merge(workers[i].outcome.faults);
    result.counters.merge(workers[i].outcome.counters);
  }
  return result;
}

} // namespace emblem::ptx
