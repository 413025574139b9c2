//===- warp.h - 32 lanes in lockstep ----------------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Where lanes part, those furthest back go first, so that they meet again as
// soon as they can. Lanes that come to an instruction of several lanes wait
// there for the others.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_GPU_PTX_MACHINE_WARP_H
#define EMBLEM_TEST_GPU_PTX_MACHINE_WARP_H

#include "test/gpu/ptx_machine/counters.h"
#include "test/gpu/ptx_machine/memory.h"
#include "test/gpu/ptx_machine/program.h"
#include "test/gpu/ptx_machine/shared_memory.h"

#include <array>
#include <vector>

namespace emblem::ptx {

using Extent = std::array<uint32_t, 3>;

/// What the warps of a block have in common.
struct BlockState {
  const Program *program = nullptr;
  GlobalMemory *global = nullptr;
  SharedMemory *shared = nullptr;
  FaultLog *faults = nullptr;
  Counters *counters = nullptr;
  const std::vector<uint8_t> *parameters = nullptr;
  Extent grid = {1, 1, 1}, threads = {1, 1, 1}, index = {0, 0, 0};
  uint64_t number = 0; // of the block in its grid
  uint32_t dynamicShared = 0;
  uint32_t launch = 1; // GlobalMemory's
  uint32_t warpCount = 1;
  uint64_t instructionLimit = 0; // of a warp

  Accessor accessor() const {
    return {launch, static_cast<uint32_t>(number + 1)};
  }
};

/// Rows of registers, aligned so that lanes are computed side by side.
class RegisterRows {
public:
  void assign(size_t words);
  uint32_t *data() { return begin; }

private:
  std::vector<uint32_t> storage;
  uint32_t *begin = nullptr;
};

/// cp.async of a warp's lanes, from its issue until it lands.
struct PendingCopy {
  const Instruction *instruction;
  uint32_t lanes;       // that have not landed
  uint32_t uncommitted; // of these, lanes that have not committed it
  std::array<uint32_t, 32> to;
  std::array<uint64_t, 32> from;
  std::array<uint8_t, 32> bytes;  // that are read; the rest is zero
  std::array<uint32_t, 32> group; // of each lane
};

class Warp {
public:
  enum class Stop : uint8_t { Ended, Barrier, Arrival };

  void begin(BlockState &block, uint32_t index, uint32_t time);
  /// To its next barrier, or its end.
  Stop run();

  // Registers, for the handlers.
  uint32_t *row(const Operand &operand) { return rows.data() + operand.row; }
  uint64_t *wideRow(const Operand &operand) {
    return reinterpret_cast<uint64_t *>(row(operand));
  }
  uint32_t &predicate(const Operand &operand) {
    return predicates[operand.row];
  }
  uint32_t lanesWhere(const Operand &operand) const {
    uint32_t mask = predicates[operand.row];
    return operand.negated ? ~mask : mask;
  }
  /// A lane's number, whatever the register's width.
  uint64_t value(const Operand &operand, int lane) {
    return operand.kind == RegisterKind::Wide ? wideRow(operand)[lane]
                                              : row(operand)[lane];
  }

  BlockState &block() { return *state; }
  uint32_t allLanes() const { return initial; }
  SharedAccessor accessor(int lane) const {
    return {&clock, static_cast<uint8_t>(number), static_cast<uint8_t>(lane)};
  }
  void report(FaultKind kind) { report(kind, *current); }
  void report(FaultKind kind, const Instruction &where) {
    state->faults->report(kind, where, state->number, static_cast<int>(number));
  }
  void noteCost(const uint32_t *sharedAddresses, uint32_t lanes,
                uint32_t bytes);
  void noteCost(const uint64_t *globalAddresses, uint32_t lanes,
                uint32_t bytes);
  /// What the lanes have written is seen by the others from here on.
  void orderLanes() { ++clock[number]; }

  bool ended() const { return !live; }
  const Instruction &at() const { return *current; }
  uint32_t index() const { return number; }

  Clock clock;
  std::vector<PendingCopy> copies;
  std::array<uint32_t, 32> committedGroups;

private:
  uint32_t chooseLanes();
  bool gather(const Instruction &instruction, uint32_t lanes);
  void moveTo(uint32_t lanes, int32_t to);
  void branchByIndex(const Instruction &instruction, uint32_t lanes);
  void end(uint32_t lanes);
  void setSpecials();
  void checkWritten(const Instruction &instruction, uint32_t lanes);

  BlockState *state = nullptr;
  uint32_t number = 0;
  uint32_t initial = 0; // lanes that there are
  uint32_t live = 0;    // that have not ended
  uint32_t parked = 0;  // that wait for other lanes
  uint32_t active = 0;  // that the current instruction is of
  bool parted = false, forced = false;
  int32_t position = 0; // while not parted
  std::array<int32_t, 32> positions;
  uint64_t executed = 0;
  const Instruction *current = nullptr;
  RegisterRows rows;
  std::vector<uint32_t> predicates, written;
};

} // namespace emblem::ptx

#endif // EMBLEM_TEST_GPU_PTX_MACHINE_WARP_H
