//===- control_flow.cpp - Branches, barriers and fences -------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/ptx_machine/decoder.h"
#include "test/gpu/ptx_machine/lanes.h"

namespace emblem::ptx {

namespace {

void nothing(Warp &, const Instruction &, uint32_t) {}

void orderLanes(Warp &warp, const Instruction &, uint32_t) {
  warp.orderLanes();
}

void trap(Warp &warp, const Instruction &, uint32_t) {
  warp.report(FaultKind::Trap);
}

void decodeBranch(Decoder &decoder) {
  decoder.expectOperands(1, 1);
  decoder.instruction.flow = Flow::Branch;
  decoder.setLabels({decoder.operand(0)});
}

void decodeIndexedBranch(Decoder &decoder) {
  decoder.expectOperands(2, 2);
  if (decoder.part(1) != "idx")
    decoder.failUnknown();
  decoder.instruction.flow = Flow::IndexedBranch;
  decoder.addSource(0, Type::B32);
  decoder.setLabels(decoder.table(1));
}

void decodeExit(Decoder &decoder) {
  decoder.expectOperands(0, 0);
  decoder.instruction.flow = Flow::Exit;
}

void decodeTrap(Decoder &decoder) {
  decoder.instruction.flow = Flow::Exit;
  decoder.instruction.handler = trap;
}

// bar{.cta}.sync a{, threads}; bar.arrive a, threads; bar.warp.sync mask
void decodeBarrier(Decoder &decoder) {
  Instruction &instruction = decoder.instruction;
  if (decoder.has("warp")) {
    decoder.expectOperands(1, 1);
    decoder.addSource(0, Type::B32);
    instruction.gathering = Gathering::Members;
    instruction.handler = orderLanes;
    return;
  }
  bool arrives = decoder.has("arrive");
  if ((!arrives && !decoder.has("sync")) || decoder.has("red") ||
      decoder.has("cluster"))
    decoder.failUnknown();
  decoder.expectOperands(arrives ? 2 : 1, 2);
  for (size_t i = 0; i < decoder.operandCount(); ++i)
    decoder.addSource(i, Type::B32);
  instruction.gathering = Gathering::Warp;
  instruction.flow = arrives ? Flow::BarrierArrival : Flow::Barrier;
}

// Warps run one after the other, so that each sees what was written before.
void decodeFence(Decoder &decoder) {
  if (decoder.has("proxy"))
    decoder.failUnknown();
  decoder.instruction.handler = nothing;
}

void decodeNothing(Decoder &decoder) { decoder.instruction.handler = nothing; }

} // namespace

void addControlFlow(DecodeTable &table) {
  table["bra"] = decodeBranch;
  table["brx"] = decodeIndexedBranch;
  table["ret"] = decodeExit;
  table["exit"] = decodeExit;
  table["trap"] = decodeTrap;
  table["bar"] = decodeBarrier;
  table["barrier"] = decodeBarrier;
  table["membar"] = decodeFence;
  table["fence"] = decodeFence;
  table["nanosleep"] = decodeNothing;
}

} // namespace emblem::ptx
