//===- faults.h - Mistakes of kernels, and their lines ----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_GPU_PTX_MACHINE_FAULTS_H
#define EMBLEM_TEST_GPU_PTX_MACHINE_FAULTS_H

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace emblem::ptx {

struct Instruction;

// clang-format off
enum class FaultKind : uint8_t {
  UnwrittenRegister, UnwrittenShared, UnwrittenGlobal,
  SharedOutOfBounds, GlobalOutOfBounds, ParameterOutOfBounds, ReadOnlyWrite,
  Unaligned,
  RaceReadOfWrite, RaceTwoWrites, RaceWriteOfRead, RaceInWarp, RaceOfBlocks,
  ReadInFlight, WriteInFlight, CopyNotAwaited,
  PartialBarrier, PartialWarp, EndedBeforeBarrier, Deadlock, Endless,
  AbsentLane, NotDeterministic, DivisionByZero, BranchOutOfTable, Trap
};
// clang-format on

const char *describe(FaultKind kind);

struct Fault {
  FaultKind kind;
  int line;         // of the PTX, from 1
  std::string text; // the instruction
  uint64_t block;   // the first block that has it, and that block's first warp
  int warp;
  uint64_t count;
};

/// Faults of the same kind and line are one. A log of a launch is the same in
/// whatever order its blocks ran.
class FaultLog {
public:
  void report(FaultKind kind, const Instruction &instruction, uint64_t block,
              int warp);
  void merge(const FaultLog &other);
  /// By line.
  std::vector<Fault> list() const;
  bool empty() const { return faults.empty(); }
  bool has(FaultKind kind) const;

private:
  std::map<std::pair<int, FaultKind>, Fault> faults;
};

/// "line 12: a race ...: st.shared.b32 ...; block 3, warp 0, 5 times"
std::string format(const Fault &fault);

} // namespace emblem::ptx

#endif // EMBLEM_TEST_GPU_PTX_MACHINE_FAULTS_H
