//===- warp_exchange.cpp - Shuffles, votes and sums of a warp -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// The last source is the mask of lanes that take part. mode: which of a family.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/ptx_machine/decoder.h"
#include "test/gpu/ptx_machine/lanes.h"

#include <algorithm>
#include <cstring>

namespace emblem::ptx {

namespace {

enum Shuffle : uint8_t { Up, Down, Butterfly, Index };

void shuffle(Warp &warp, const Instruction &instruction, uint32_t lanes) {
  uint32_t old[32];
  std::memcpy(old, warp.row(instruction.sources[0]), sizeof(old));
  const uint32_t *distances = warp.row(instruction.sources[1]);
  const uint32_t *bounds = warp.row(instruction.sources[2]);
  uint32_t *result = warp.row(instruction.destinations[0]);
  uint32_t inBounds = 0;
  bool absent = false;
  forLanes(lanes, [&](int lane) {
    int distance = distances[lane] & 31, bound = bounds[lane] & 31;
    int segment = bounds[lane] >> 8 & 31; // bits of a lane's number that stay
    int last = (lane & segment) | (bound & ~segment);
    int from = 0;
    switch (instruction.mode) {
    case Up:
      from = lane - distance;
      break;
    case Down:
      from = lane + distance;
      break;
    case Butterfly:
      from = lane ^ distance;
      break;
    default:
      from = (lane & segment) | (distance & ~segment);
    }
    bool valid = instruction.mode == Up ? from >= last : from <= last;
    if (!valid)
      from = lane;
    absent |= !(lanes >> from & 1);
    result[lane] = old[from];
    inBounds |= static_cast<uint32_t>(valid) << lane;
  });
  if (absent)
    warp.report(FaultKind::AbsentLane);
  if (instruction.destinationCount > 1) {
    uint32_t &predicate = warp.predicate(instruction.destinations[1]);
    predicate = (predicate & ~lanes) | (inBounds & lanes);
  }
}

// "d|p": p is a predicate.
void addTwoDestinations(Decoder &decoder, Type type) {
  const std::string &text = decoder.operand(0);
  size_t bar = text.find('|');
  decoder.addDestination(trim(text.substr(0, bar)), type);
  if (bar != std::string::npos)
    decoder.addDestination(trim(text.substr(bar + 1)), Type::Predicate);
}

void decodeShuffle(Decoder &decoder) {
  Instruction &instruction = decoder.instruction;
  if (decoder.part(1) != "sync" || instruction.type != Type::B32)
    decoder.failUnknown();
  decoder.expectOperands(5, 5);
  instruction.mode = decoder.has("up")     ? Up
                     : decoder.has("down") ? Down
                     : decoder.has("bfly") ? Butterfly
                                           : Index;
  addTwoDestinations(decoder, Type::B32);
  for (size_t i = 1; i < 5; ++i)
    decoder.addSource(i, Type::B32);
  instruction.gathering = Gathering::Members;
  instruction.handler = shuffle;
}

enum Vote : uint8_t { All, Any, Uniform, Ballot };

void vote(Warp &warp, const Instruction &instruction, uint32_t lanes) {
  uint32_t yes = warp.lanesWhere(instruction.sources[0]) & lanes;
  bool value = instruction.mode == All   ? yes == lanes
               : instruction.mode == Any ? yes != 0
                                         : yes == lanes || yes == 0;
  if (instruction.mode == Ballot) {
    uint32_t *result = warp.row(instruction.destinations[0]);
    forLanes(lanes, [&](int lane) { result[lane] = yes; });
    return;
  }
  uint32_t &result = warp.predicate(instruction.destinations[0]);
  result = (result & ~lanes) | (value ? lanes : 0);
}

void decodeVote(Decoder &decoder) {
  Instruction &instruction = decoder.instruction;
  if (decoder.part(1) != "sync")
    decoder.failUnknown();
  decoder.expectOperands(3, 3);
  instruction.mode = decoder.has("all")   ? All
                     : decoder.has("any") ? Any
                     : decoder.has("uni") ? Uniform
                                          : Ballot;
  decoder.addDestination(0, instruction.mode == Ballot ? Type::B32
                                                       : Type::Predicate);
  decoder.addSource(1, Type::Predicate);
  decoder.addSource(2, Type::B32);
  instruction.gathering = Gathering::Members;
  instruction.handler = vote;
}

void activeLanes(Warp &warp, const Instruction &instruction, uint32_t lanes) {
  uint32_t *result = warp.row(instruction.destinations[0]);
  forLanes(lanes, [&](int lane) { result[lane] = lanes; });
}

void decodeActiveMask(Decoder &decoder) {
  decoder.expectOperands(1, 1);
  decoder.addDestination(0, Type::B32);
  decoder.instruction.handler = activeLanes;
}

enum Reduction : uint8_t { Add, Minimum, Maximum, And, Or, ExclusiveOr };

template <typename T>
void reduce(Warp &warp, const Instruction &instruction, uint32_t lanes) {
  LanesOf<T> values(warp.row(instruction.sources[0]));
  bool first = true;
  T total = 0;
  forLanes(lanes, [&](int lane) {
    T value = values.get(lane);
    if (first) {
      total = value;
      first = false;
      return;
    }
    switch (instruction.mode) {
    case Add:
      total = static_cast<T>(static_cast<uint32_t>(total) +
                             static_cast<uint32_t>(value));
      break;
    case Minimum:
      total = std::min(total, value);
      break;
    case Maximum:
      total = std::max(total, value);
      break;
    case And:
      total &= value;
      break;
    case Or:
      total |= value;
      break;
    default:
      total ^= value;
    }
  });
  LanesOf<T> result(warp.row(instruction.destinations[0]));
  forLanes(lanes, [&](int lane) { result.set(lane, total); });
}

void decodeReduction(Decoder &decoder) {
  Instruction &instruction = decoder.instruction;
  static const std::map<std::string_view, Reduction> reductions = {
      {"add", Add}, {"min", Minimum}, {"max", Maximum},
      {"and", And}, {"or", Or},       {"xor", ExclusiveOr}};
  auto reduction = reductions.find(decoder.part(2));
  if (decoder.part(1) != "sync" || reduction == reductions.end() ||
      bytesOf(instruction.type) != 4 || isFloat(instruction.type))
    decoder.failUnknown();
  decoder.expectOperands(3, 3);
  instruction.mode = reduction->second;
  decoder.addAll(Type::B32);
  instruction.gathering = Gathering::Members;
  instruction.handler =
      isSigned(instruction.type) ? reduce<int32_t> : reduce<uint32_t>;
}

} // namespace

void addWarpExchange(DecodeTable &table) {
  table["shfl"] = decodeShuffle;
  table["vote"] = decodeVote;
  table["activemask"] = decodeActiveMask;
  table["redux"] = decodeReduction;
}

} // namespace emblem::ptx
