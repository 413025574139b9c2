//===- atomics.cpp - Reads and writes in one ------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// sources[0] is the address; mode: the operation. A floating-point sum is done
// and reported: on a device its order changes from run to run.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/ptx_machine/decoder.h"
#include "test/gpu/ptx_machine/lanes.h"

#include <algorithm>
#include <cstring>

namespace emblem::ptx {

namespace {

// clang-format off
enum Change : uint8_t {
  Add, Minimum, Maximum, And, Or, ExclusiveOr, Exchange, CompareAndSwap
};
// clang-format on

const std::map<std::string_view, Change> changes = {
    {"add", Add},       {"min", Minimum},
    {"max", Maximum},   {"and", And},
    {"or", Or},         {"xor", ExclusiveOr},
    {"exch", Exchange}, {"cas", CompareAndSwap}};

template <typename T>
T changed(const Instruction &instruction, T old, T value, T other) {
  switch (instruction.mode) {
  case Add:
    if constexpr (std::is_floating_point_v<T>)
      return old + value;
    else
      return static_cast<T>(static_cast<uint64_t>(old) +
                            static_cast<uint64_t>(value));
  case Minimum:
    return std::min(old, value);
  case Maximum:
    return std::max(old, value);
  case Exchange:
    return value;
  case CompareAndSwap:
    return old == value ? other : old;
  default:
    break;
  }
  if constexpr (std::is_integral_v<T>) {
    if (instruction.mode == And)
      return old & value;
    if (instruction.mode == Or)
      return old | value;
    return old ^ value;
  }
  return old;
}

template <typename T>
void update(Warp &warp, const Instruction &instruction, uint32_t lanes) {
  if (std::is_floating_point_v<T> && instruction.mode == Add)
    warp.report(FaultKind::NotDeterministic);
  bool three = instruction.mode == CompareAndSwap;
  LanesOf<T> values(warp.row(instruction.sources[1]));
  LanesOf<T> others(warp.row(instruction.sources[three ? 2 : 1]));
  forLanes(lanes, [&](int lane) {
    uint64_t address =
        warp.value(instruction.sources[0], lane) + instruction.offset;
    T old{};
    auto change = [&](uint8_t *place) {
      std::memcpy(&old, place, sizeof(T));
      T result =
          changed<T>(instruction, old, values.get(lane), others.get(lane));
      std::memcpy(place, &result, sizeof(T));
    };
    std::optional<FaultKind> fault =
        instruction.space == Space::Shared
            ? warp.block().shared->update(static_cast<uint32_t>(address),
                                          sizeof(T), change)
            : warp.block().global->update(address, sizeof(T), change);
    if (fault)
      warp.report(*fault);
    if (instruction.destinationCount)
      LanesOf<T>(warp.row(instruction.destinations[0])).set(lane, old);
  });
}

// atom{.sem}{.scope}.space.op.type d, [a], b{, c}; red is without d.
void decodeAtomic(Decoder &decoder) {
  Instruction &instruction = decoder.instruction;
  bool returns = decoder.mnemonic() == "atom";
  auto operation = changes.end();
  for (size_t i = 1; !decoder.part(i).empty(); ++i)
    if (auto found = changes.find(decoder.part(i)); found != changes.end())
      operation = found;
  if (operation == changes.end() || decoder.typeCount() != 1)
    decoder.failUnknown();
  instruction.mode = operation->second;
  bool shared = decoder.has("shared") || decoder.has("shared::cta");
  if (!shared && !decoder.has("global"))
    decoder.failUnknown();
  instruction.space = shared ? Space::Shared : Space::Global;
  size_t operands = (returns ? 3 : 2) + (instruction.mode == CompareAndSwap);
  decoder.expectOperands(operands, operands);
  size_t next = 0;
  if (returns)
    decoder.addDestination(next++, instruction.type);
  instruction.offset = decoder.addAddress(next++);
  while (next < operands)
    decoder.addSource(next++, instruction.type);
  switch (instruction.type) {
  case Type::B32:
  case Type::U32:
    instruction.handler = update<uint32_t>;
    break;
  case Type::S32:
    instruction.handler = update<int32_t>;
    break;
  case Type::B64:
  case Type::U64:
    instruction.handler = update<uint64_t>;
    break;
  case Type::S64:
    instruction.handler = update<int64_t>;
    break;
  case Type::F32:
    instruction.handler = update<float>;
    break;
  default:
    break;
  }
}

} // namespace

void addAtomics(DecodeTable &table) {
  table["atom"] = decodeAtomic;
  table["red"] = decodeAtomic;
}

} // namespace emblem::ptx
