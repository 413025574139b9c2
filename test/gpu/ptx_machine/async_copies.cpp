//===- async_copies.cpp - Copies from global to shared memory -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A copy lands when its lane waits for it and not before, so that a kernel that
// reads too early is found. sources: the place in shared memory, that in global
// memory and, perhaps, so many bytes that are read; the rest is zero.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/ptx_machine/decoder.h"
#include "test/gpu/ptx_machine/lanes.h"

#include <algorithm>

namespace emblem::ptx {

namespace {

void copy(Warp &warp, const Instruction &instruction, uint32_t lanes) {
  PendingCopy pending;
  pending.instruction = &instruction;
  pending.lanes = 0;
  auto size = static_cast<uint32_t>(instruction.size);
  uint32_t reading = 0;
  forLanes(lanes, [&](int lane) {
    auto to = static_cast<uint32_t>(warp.value(instruction.sources[0], lane) +
                                    instruction.offset);
    uint64_t from =
        warp.value(instruction.sources[1], lane) + instruction.sourceOffset;
    auto bytes =
        instruction.sourceCount > 2
            ? static_cast<uint32_t>(warp.value(instruction.sources[2], lane))
            : size;
    pending.to[lane] = to;
    pending.from[lane] = from;
    if (bytes > size) {
      warp.report(FaultKind::GlobalOutOfBounds);
      bytes = size;
    }
    if (bytes) {
      reading |= 1u << lane;
      if (auto fault = warp.block().global->check(from, bytes, size)) {
        warp.report(*fault);
        bytes = 0;
      }
    }
    pending.bytes[lane] = static_cast<uint8_t>(bytes);
    auto fault = warp.block().shared->beginCopy(to, size, warp.accessor(lane));
    if (fault)
      warp.report(*fault);
    if (fault != FaultKind::SharedOutOfBounds && fault != FaultKind::Unaligned)
      pending.lanes |= 1u << lane;
  });
  warp.noteCost(pending.to.data(), lanes, size);
  warp.noteCost(pending.from.data(), reading, size);
  pending.uncommitted = pending.lanes;
  if (pending.lanes)
    warp.copies.push_back(pending);
}

void commit(Warp &warp, const Instruction &, uint32_t lanes) {
  for (PendingCopy &pending : warp.copies) {
    forLanes(pending.uncommitted & lanes, [&](int lane) {
      pending.group[lane] = warp.committedGroups[lane];
    });
    pending.uncommitted &= ~lanes;
  }
  forLanes(lanes, [&](int lane) { ++warp.committedGroups[lane]; });
}

void land(Warp &warp, PendingCopy &pending, uint32_t lanes) {
  auto size = static_cast<uint32_t>(pending.instruction->size);
  forLanes(lanes, [&](int lane) {
    uint8_t raw[16] = {};
    if (uint32_t bytes = pending.bytes[lane]) {
      auto fault = warp.block().global->load(pending.from[lane], bytes, raw,
                                             warp.block().accessor(), size);
      if (fault)
        warp.report(*fault, *pending.instruction);
    }
    warp.block().shared->land(pending.to[lane], size, raw, warp.accessor(lane));
  });
  pending.lanes &= ~lanes;
}

// size: so many groups may be in flight still.
void wait(Warp &warp, const Instruction &instruction, uint32_t lanes) {
  auto allowed = static_cast<uint32_t>(instruction.size);
  for (PendingCopy &pending : warp.copies) {
    uint32_t landing = 0;
    forLanes(pending.lanes & ~pending.uncommitted & lanes, [&](int lane) {
      landing |= static_cast<uint32_t>(pending.group[lane] + allowed <
                                       warp.committedGroups[lane])
                 << lane;
    });
    if (landing)
      land(warp, pending, landing);
  }
  std::erase_if(warp.copies,
                [](const PendingCopy &pending) { return !pending.lanes; });
}

void waitForAll(Warp &warp, const Instruction &instruction, uint32_t lanes) {
  commit(warp, instruction, lanes);
  wait(warp, instruction, lanes);
}

void decodeCopy(Decoder &decoder) {
  Instruction &instruction = decoder.instruction;
  if (decoder.part(1) != "async" || decoder.has("bulk") ||
      decoder.has("mbarrier"))
    decoder.failUnknown();
  if (decoder.has("commit_group")) {
    decoder.expectOperands(0, 0);
    instruction.handler = commit;
  } else if (decoder.has("wait_all")) {
    decoder.expectOperands(0, 0);
    instruction.handler = waitForAll;
  } else if (decoder.has("wait_group")) {
    decoder.expectOperands(1, 1);
    instruction.size = static_cast<int32_t>(decoder.integer(0));
    instruction.handler = wait;
  } else if (decoder.has("ca") || decoder.has("cg")) {
    decoder.expectOperands(3, 4);
    instruction.offset = decoder.addAddress(0);
    instruction.sourceOffset = decoder.addAddress(1);
    instruction.size = static_cast<int32_t>(decoder.integer(2));
    bool whole = instruction.size == 16;
    if (!whole &&
        (decoder.has("cg") || (instruction.size != 4 && instruction.size != 8)))
      decoder.fail("no copy has so many bytes");
    if (decoder.operandCount() == 4)
      decoder.addSource(3, Type::B32);
    instruction.handler = copy;
  }
}

} // namespace

void addAsyncCopies(DecodeTable &table) { table["cp"] = decodeCopy; }

} // namespace emblem::ptx
