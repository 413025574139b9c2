//===- faults.cpp - Mistakes of kernels, and their lines ------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/ptx_machine/faults.h"

#include "test/gpu/ptx_machine/program.h"

namespace emblem::ptx {

const char *describe(FaultKind kind) {
  switch (kind) {
  case FaultKind::UnwrittenRegister:
    return "a read of a register that nobody has written";
  case FaultKind::UnwrittenShared:
    return "a read of shared memory that nobody has written";
  case FaultKind::UnwrittenGlobal:
    return "a read of global memory that nobody has written";
  case FaultKind::SharedOutOfBounds:
    return "an access out of the bounds of shared memory";
  case FaultKind::GlobalOutOfBounds:
    return "an access out of the bounds of every buffer";
  case FaultKind::ParameterOutOfBounds:
    return "an access out of the bounds of the parameters";
  case FaultKind::ReadOnlyWrite:
    return "a write to a buffer that is only read";
  case FaultKind::Unaligned:
    return "an unaligned access";
  case FaultKind::RaceReadOfWrite:
    return "a race: a read of what another warp writes, and nothing orders "
           "them";
  case FaultKind::RaceTwoWrites:
    return "a race: two warps write one place, and nothing orders them";
  case FaultKind::RaceWriteOfRead:
    return "a race: a write of what another warp reads, and nothing orders "
           "them";
  case FaultKind::RaceInWarp:
    return "a race: a read of what another lane has written, without a barrier "
           "of the warp";
  case FaultKind::RaceOfBlocks:
    return "a race of two blocks in global memory";
  case FaultKind::ReadInFlight:
    return "a read of an asynchronous copy in flight";
  case FaultKind::WriteInFlight:
    return "a write to an asynchronous copy in flight";
  case FaultKind::CopyNotAwaited:
    return "an asynchronous copy that nobody waits for";
  case FaultKind::PartialBarrier:
    return "a barrier that not all lanes of a warp reach";
  case FaultKind::PartialWarp:
    return "an instruction of several lanes that not all of them reach";
  case FaultKind::EndedBeforeBarrier:
    return "a barrier that other warps do not reach: they have ended";
  case FaultKind::Deadlock:
    return "a barrier where warps wait for ever";
  case FaultKind::Endless:
    return "a loop without end";
  case FaultKind::AbsentLane:
    return "a shuffle from a lane that does not take part";
  case FaultKind::NotDeterministic:
    return "a sum of floating-point numbers in an order that changes";
  case FaultKind::DivisionByZero:
    return "a division of integers by zero";
  case FaultKind::BranchOutOfTable:
    return "a branch beyond its table";
  case FaultKind::Trap:
    return "a trap";
  }
  return "";
}

void FaultLog::report(FaultKind kind, const Instruction &instruction,
                      uint64_t block, int warp) {
  auto [place, isNew] = faults.try_emplace({instruction.line, kind});
  if (isNew)
    place->second = {kind, instruction.line, instruction.text, block, warp, 0};
  ++place->second.count;
}

void FaultLog::merge(const FaultLog &other) {
  for (const auto &[key, fault] : other.faults) {
    auto [place, isNew] = faults.try_emplace(key, fault);
    if (isNew)
      continue;
    Fault &kept = place->second;
    uint64_t count = kept.count + fault.count;
    if (fault.block < kept.block)
      kept = fault;
    kept.count = count;
  }
}

std::vector<Fault> FaultLog::list() const {
  std::vector<Fault> result;
  for (const auto &[key, fault] : faults)
    result.push_back(fault);
  return result;
}

bool FaultLog::has(FaultKind kind) const {
  for (const auto &[key, fault] : faults)
    if (key.second == kind)
      return true;
  return false;
}

std::string format(const Fault &fault) {
  std::string result = "line " + std::to_string(fault.line) + ": " +
                       describe(fault.kind) + ": " + fault.text + "; block " +
                       std::to_string(fault.block) + ", warp " +
                       std::to_string(fault.warp);
  if (fault.count > 1)
    result += ", " + std::to_string(fault.count) + " times";
  return result;
}

} // namespace emblem::ptx
