//===- warp.cpp - 32 lanes in lockstep ------------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/ptx_machine/warp.h"

#include "test/gpu/ptx_machine/lanes.h"

#include <algorithm>

namespace emblem::ptx {

namespace {

constexpr uint32_t kWhole = ~0u;
// In registers that nobody has written: no small number, no likely address.
constexpr uint32_t kUnwritten = 0xAAAAAAAA;

} // namespace

void RegisterRows::assign(size_t words) {
  constexpr size_t kAlignment = 64 / sizeof(uint32_t);
  storage.resize(words + kAlignment);
  size_t misaligned = reinterpret_cast<uintptr_t>(storage.data()) /
                      sizeof(uint32_t) % kAlignment;
  begin = storage.data() + (kAlignment - misaligned) % kAlignment;
  std::fill(begin, begin + words, kUnwritten);
}

void Warp::begin(BlockState &block, uint32_t index, uint32_t time) {
  const Program &program = *block.program;
  state = &block;
  number = index;
  uint32_t threads = block.threads[0] * block.threads[1] * block.threads[2];
  uint32_t rest = threads - index * 32;
  initial = live = rest >= 32 ? kWhole : (1u << rest) - 1;
  parked = 0;
  parted = forced = false;
  position = 0;
  executed = 0;
  current = program.code.data();
  rows.assign(program.words);
  predicates.assign(program.predicates, kUnwritten);
  written.assign(program.registers, 0);
  clock.assign(block.warpCount, time);
  ++clock[index];
  copies.clear();
  committedGroups.fill(0);
  for (const auto &[operand, value] : program.constants) {
    written[operand.id] = kWhole;
    if (operand.kind == RegisterKind::Predicate)
      predicates[operand.row] = value ? kWhole : 0;
    else if (operand.kind == RegisterKind::Wide)
      std::fill_n(wideRow(operand), 32, value);
    else
      std::fill_n(row(operand), 32, static_cast<uint32_t>(value));
  }
  setSpecials();
}

void Warp::setSpecials() {
  const Extent &threads = state->threads;
  for (const auto &[operand, special] : state->program->specials) {
    written[operand.id] = kWhole;
    for (uint32_t lane = 0; lane < 32; ++lane) {
      uint32_t thread = number * 32 + lane;
      uint32_t below = (1u << lane) - 1;
      uint32_t value = 0;
      // clang-format off
      switch (special) {
      case Special::ThreadX: value = thread % threads[0]; break;
      case Special::ThreadY: value = thread / threads[0] % threads[1]; break;
      case Special::ThreadZ: value = thread / threads[0] / threads[1]; break;
      case Special::ThreadsX: value = threads[0]; break;
      case Special::ThreadsY: value = threads[1]; break;
      case Special::ThreadsZ: value = threads[2]; break;
      case Special::BlockX: value = state->index[0]; break;
      case Special::BlockY: value = state->index[1]; break;
      case Special::BlockZ: value = state->index[2]; break;
      case Special::BlocksX: value = state->grid[0]; break;
      case Special::BlocksY: value = state->grid[1]; break;
      case Special::BlocksZ: value = state->grid[2]; break;
      case Special::Lane: value = lane; break;
      case Special::WarpIndex: value = number; break;
      case Special::WarpCount: value = state->warpCount; break;
      case Special::LanesEqual: value = 1u << lane; break;
      case Special::LanesBelow: value = below; break;
      case Special::LanesUpTo: value = below | 1u << lane; break;
      case Special::LanesAbove: value = ~(below | 1u << lane); break;
      case Special::LanesFrom: value = ~below; break;
      case Special::DynamicShared: value = state->dynamicShared; break;
      }
      // clang-format on
      row(operand)[lane] = value;
    }
  }
}

void Warp::noteCost(const uint32_t *sharedAddresses, uint32_t lanes,
                    uint32_t bytes) {
  size_t place = current - state->program->code.data();
  state->counters->wavefronts[place].add(
      countWavefronts(sharedAddresses, lanes, bytes));
}

void Warp::noteCost(const uint64_t *globalAddresses, uint32_t lanes,
                    uint32_t bytes) {
  size_t place = current - state->program->code.data();
  state->counters->sectors[place].add(
      countSectors(globalAddresses, lanes, bytes));
}

// The lanes that go on next; `position` is theirs.
uint32_t Warp::chooseLanes() {
  if (!parted)
    return live;
  uint32_t candidates = live & ~parked;
  if (!candidates) {
    // Everybody waits for somebody who does not come.
    forced = true;
    candidates = live;
  }
  position = INT32_MAX;
  forLanes(candidates,
           [&](int lane) { position = std::min(position, positions[lane]); });
  uint32_t chosen = 0;
  forLanes(live, [&](int lane) {
    chosen |= static_cast<uint32_t>(positions[lane] == position) << lane;
  });
  if (chosen == live)
    parted = false;
  return chosen;
}

// Whether all lanes that the instruction needs are there; if not, and others
// may still come, `active` waits.
bool Warp::gather(const Instruction &instruction, uint32_t lanes) {
  uint32_t needed = instruction.flow == Flow::Next ? kWhole : initial;
  if (instruction.gathering == Gathering::Members) {
    const Operand &members = instruction.sources[instruction.sourceCount - 1];
    needed = static_cast<uint32_t>(value(members, std::countr_zero(lanes)));
  }
  if (needed == lanes || (needed & ~lanes) == 0) {
    if (lanes & ~needed)
      report(FaultKind::PartialWarp);
    return true;
  }
  if (!forced && parted && (live & ~parked & ~active)) {
    parked |= active;
    return false;
  }
  report(instruction.flow == Flow::Next ? FaultKind::PartialWarp
                                        : FaultKind::PartialBarrier);
  return true;
}

void Warp::moveTo(uint32_t lanes, int32_t to) {
  if (!parted) {
    if (lanes == live) {
      position = to;
      return;
    }
    parted = true;
    positions.fill(position);
  }
  forLanes(lanes, [&](int lane) { positions[lane] = to; });
}

void Warp::branchByIndex(const Instruction &instruction, uint32_t lanes) {
  const uint32_t *indices = row(instruction.sources[0]);
  for (uint32_t left = lanes; left;) {
    uint32_t index = indices[std::countr_zero(left)];
    uint32_t same = 0;
    forLanes(left, [&](int lane) {
      same |= static_cast<uint32_t>(indices[lane] == index) << lane;
    });
    left &= ~same;
    if (index < instruction.targets.size()) {
      moveTo(same, instruction.targets[index]);
    } else {
      report(FaultKind::BranchOutOfTable);
      end(same);
    }
  }
}

void Warp::end(uint32_t lanes) {
  live &= ~lanes;
  for (const PendingCopy &copy : copies)
    if (copy.lanes & lanes)
      report(FaultKind::CopyNotAwaited, *copy.instruction);
}

void Warp::checkWritten(const Instruction &instruction, uint32_t lanes) {
  for (int i = 0; i < instruction.sourceCount; ++i)
    if (lanes & ~written[instruction.sources[i].id])
      report(FaultKind::UnwrittenRegister);
  for (int i = 0; i < instruction.destinationCount; ++i)
    written[instruction.destinations[i].id] |= lanes;
}

Warp::Stop Warp::run() {
  const Instruction *code = state->program->code.data();
  while (live) {
    active = chooseLanes();
    const Instruction &instruction = code[position];
    current = &instruction;
    if (++executed > state->instructionLimit) {
      report(FaultKind::Endless);
      state->counters->instructions += executed;
      executed = 0;
      live = 0;
      break;
    }
    uint32_t lanes = active;
    if (instruction.guarded) {
      if (active & ~written[instruction.guard.id])
        report(FaultKind::UnwrittenRegister);
      lanes &= lanesWhere(instruction.guard);
    }
    if (instruction.gathering != Gathering::None && lanes) {
      if (!gather(instruction, lanes))
        continue;
      parked &= ~active;
      forced = false;
    }
    if (lanes)
      checkWritten(instruction, lanes);
    int32_t next = position + 1;
    switch (instruction.flow) {
    case Flow::Next:
      if (lanes)
        instruction.handler(*this, instruction, lanes);
      moveTo(active, next);
      break;
    case Flow::Branch:
      if (lanes != active)
        moveTo(active & ~lanes, next);
      if (lanes)
        moveTo(lanes, instruction.target);
      break;
    case Flow::IndexedBranch:
      if (lanes != active)
        moveTo(active & ~lanes, next);
      branchByIndex(instruction, lanes);
      break;
    case Flow::Exit:
      if (instruction.handler && lanes)
        instruction.handler(*this, instruction, lanes);
      end(lanes);
      if (active & ~lanes)
        moveTo(active & ~lanes, next);
      break;
    case Flow::Barrier:
    case Flow::BarrierArrival:
      moveTo(active, next);
      if (lanes)
        return instruction.flow == Flow::Barrier ? Stop::Barrier
                                                 : Stop::Arrival;
      break;
    }
  }
  state->counters->instructions += executed;
  executed = 0;
  return Stop::Ended;
}

} // namespace emblem::ptx
