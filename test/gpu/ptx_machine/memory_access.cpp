//===- memory_access.cpp - Loads and stores -------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// sources[0] is the address. size: elements of a vector.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/ptx_machine/decoder.h"
#include "test/gpu/ptx_machine/generic_address.h"
#include "test/gpu/ptx_machine/lanes.h"

#include <cstring>

namespace emblem::ptx {

namespace {

constexpr int kMostBytes = 32;

struct Addresses {
  uint64_t of[32];
};

// The lanes' addresses in one space; lanes of another are taken out of `lanes`.
template <Space kSpace>
Addresses addressesOf(Warp &warp, const Instruction &instruction,
                      uint32_t lanes) {
  Addresses result;
  forLanes(lanes, [&](int lane) {
    uint64_t address =
        warp.value(instruction.sources[0], lane) + instruction.offset;
    // Addresses of shared memory have 32 bits.
    result.of[lane] =
        kSpace == Space::Shared ? static_cast<uint32_t>(address) : address;
  });
  return result;
}

void reportIf(Warp &warp, std::optional<FaultKind> fault) {
  if (fault)
    warp.report(*fault);
}

std::optional<FaultKind> loadParameter(Warp &warp, uint64_t address,
                                       uint32_t bytes, void *to) {
  const std::vector<uint8_t> &parameters = *warp.block().parameters;
  if (address > parameters.size() || bytes > parameters.size() - address) {
    std::memset(to, 0xAA, bytes);
    return FaultKind::ParameterOutOfBounds;
  }
  std::memcpy(to, &parameters[address], bytes);
  return address % bytes ? std::optional(FaultKind::Unaligned) : std::nullopt;
}

template <Space kSpace>
void noteCost(Warp &warp, const Addresses &addresses, uint32_t lanes,
              uint32_t bytes) {
  if constexpr (kSpace == Space::Shared) {
    uint32_t narrow[32];
    forLanes(lanes, [&](int lane) {
      narrow[lane] = static_cast<uint32_t>(addresses.of[lane]);
    });
    warp.noteCost(narrow, lanes, bytes);
  } else if constexpr (kSpace == Space::Global) {
    warp.noteCost(addresses.of, lanes, bytes);
  }
}

uint64_t extend(Type type, const uint8_t *raw) {
  switch (type) {
  case Type::S8:
    return static_cast<uint64_t>(static_cast<int8_t>(raw[0]));
  case Type::S16: {
    int16_t value;
    std::memcpy(&value, raw, 2);
    return static_cast<uint64_t>(value);
  }
  case Type::S32: {
    int32_t value;
    std::memcpy(&value, raw, 4);
    return static_cast<uint64_t>(value);
  }
  default: {
    uint64_t value = 0;
    std::memcpy(&value, raw, static_cast<size_t>(bytesOf(type)));
    return value;
  }
  }
}

template <Space kSpace>
void loadFrom(Warp &warp, const Instruction &instruction, uint32_t lanes) {
  auto element = static_cast<uint32_t>(bytesOf(instruction.type));
  uint32_t bytes = element * instruction.destinationCount;
  Addresses addresses = addressesOf<kSpace>(warp, instruction, lanes);
  noteCost<kSpace>(warp, addresses, lanes, bytes);
  Accessor accessor = warp.block().accessor();
  forLanes(lanes, [&](int lane) {
    uint8_t raw[kMostBytes];
    uint64_t address = addresses.of[lane];
    if constexpr (kSpace == Space::Parameter)
      reportIf(warp, loadParameter(warp, address, bytes, raw));
    else if constexpr (kSpace == Space::Shared)
      reportIf(warp,
               warp.block().shared->load(static_cast<uint32_t>(address), bytes,
                                         raw, warp.accessor(lane)));
    else
      reportIf(warp, warp.block().global->load(address, bytes, raw, accessor));
    for (int i = 0; i < instruction.destinationCount; ++i) {
      const Operand &result = instruction.destinations[i];
      uint64_t value = extend(instruction.type, raw + i * element);
      if (result.kind == RegisterKind::Wide)
        warp.wideRow(result)[lane] = value;
      else
        warp.row(result)[lane] = static_cast<uint32_t>(value);
    }
  });
}

template <Space kSpace>
void storeTo(Warp &warp, const Instruction &instruction, uint32_t lanes) {
  auto element = static_cast<uint32_t>(bytesOf(instruction.type));
  uint32_t count = instruction.sourceCount - 1;
  uint32_t bytes = element * count;
  Addresses addresses = addressesOf<kSpace>(warp, instruction, lanes);
  noteCost<kSpace>(warp, addresses, lanes, bytes);
  Accessor accessor = warp.block().accessor();
  forLanes(lanes, [&](int lane) {
    uint8_t raw[kMostBytes];
    for (uint32_t i = 0; i < count; ++i) {
      uint64_t value = warp.value(instruction.sources[1 + i], lane);
      std::memcpy(raw + i * element, &value, element);
    }
    uint64_t address = addresses.of[lane];
    if constexpr (kSpace == Space::Shared)
      reportIf(warp,
               warp.block().shared->store(static_cast<uint32_t>(address), bytes,
                                          raw, warp.accessor(lane)));
    else
      reportIf(warp, warp.block().global->store(address, bytes, raw, accessor));
  });
}

// A generic access is one of each space that lanes' addresses are in.
template <void (*kInSpace)(Warp &, const Instruction &, uint32_t, Space)>
void generic(Warp &warp, const Instruction &instruction, uint32_t lanes) {
  Addresses addresses = addressesOf<Space::Generic>(warp, instruction, lanes);
  for (Space space : {Space::Global, Space::Shared, Space::Parameter}) {
    uint32_t there = 0;
    forLanes(lanes, [&](int lane) {
      there |= static_cast<uint32_t>(spaceOf(addresses.of[lane]) == space)
               << lane;
    });
    if (!there)
      continue;
    Instruction own = instruction;
    own.offset -= static_cast<int64_t>(windowOf(space));
    kInSpace(warp, own, there, space);
  }
}

void loadInSpace(Warp &warp, const Instruction &instruction, uint32_t lanes,
                 Space space) {
  if (space == Space::Global)
    loadFrom<Space::Global>(warp, instruction, lanes);
  else if (space == Space::Shared)
    loadFrom<Space::Shared>(warp, instruction, lanes);
  else
    loadFrom<Space::Parameter>(warp, instruction, lanes);
}

void storeInSpace(Warp &warp, const Instruction &instruction, uint32_t lanes,
                  Space space) {
  if (space == Space::Global)
    storeTo<Space::Global>(warp, instruction, lanes);
  else if (space == Space::Shared)
    storeTo<Space::Shared>(warp, instruction, lanes);
  else
    warp.report(FaultKind::ReadOnlyWrite);
}

Space spaceNamed(const Decoder &decoder) {
  if (decoder.has("param"))
    return Space::Parameter;
  if (decoder.has("global") || decoder.has("const"))
    return Space::Global;
  if (decoder.has("shared") || decoder.has("shared::cta"))
    return Space::Shared;
  if (decoder.has("local") || decoder.has("shared::cluster"))
    decoder.failUnknown();
  return Space::Generic;
}

void expectElements(const Decoder &decoder, int count) {
  int wanted = decoder.has("v2")   ? 2
               : decoder.has("v4") ? 4
               : decoder.has("v8") ? 8
                                   : 1;
  if (count != wanted)
    decoder.fail("the vector has another number of elements");
  if (count * bytesOf(decoder.instruction.type) > kMostBytes)
    decoder.failUnknown();
}

// ld{.sem}{.space}{hints}{.vec}.type d, [a]: no hint changes a result.
void decodeLoad(Decoder &decoder) {
  Instruction &instruction = decoder.instruction;
  decoder.expectOperands(2, 2);
  instruction.type = decoder.type(decoder.typeCount() - 1);
  decoder.addDestination(0, instruction.type, true);
  instruction.offset = decoder.addAddress(1);
  expectElements(decoder, instruction.destinationCount);
  instruction.space = spaceNamed(decoder);
  switch (instruction.space) {
  case Space::Parameter:
    instruction.handler = loadFrom<Space::Parameter>;
    break;
  case Space::Global:
    instruction.handler = loadFrom<Space::Global>;
    break;
  case Space::Shared:
    instruction.handler = loadFrom<Space::Shared>;
    break;
  case Space::Generic:
    instruction.handler = generic<loadInSpace>;
    break;
  }
}

void decodeStore(Decoder &decoder) {
  Instruction &instruction = decoder.instruction;
  decoder.expectOperands(2, 2);
  instruction.type = decoder.type(decoder.typeCount() - 1);
  instruction.offset = decoder.addAddress(0);
  decoder.addSource(1, instruction.type, true);
  expectElements(decoder, instruction.sourceCount - 1);
  instruction.space = spaceNamed(decoder);
  if (instruction.space == Space::Global)
    instruction.handler = storeTo<Space::Global>;
  else if (instruction.space == Space::Shared)
    instruction.handler = storeTo<Space::Shared>;
  else if (instruction.space == Space::Generic)
    instruction.handler = generic<storeInSpace>;
}

void nothing(Warp &, const Instruction &, uint32_t) {}

void decodePrefetch(Decoder &decoder) { decoder.instruction.handler = nothing; }

} // namespace

void addMemoryAccess(DecodeTable &table) {
  table["ld"] = decodeLoad;
  table["st"] = decodeStore;
  table["prefetch"] = decodePrefetch;
}

} // namespace emblem::ptx
