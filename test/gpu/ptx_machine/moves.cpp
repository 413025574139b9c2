//===- moves.cpp - Copies, and registers put together or apart ------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/ptx_machine/decoder.h"
#include "test/gpu/ptx_machine/element_types.h"
#include "test/gpu/ptx_machine/generic_address.h"

#include <cstring>

namespace emblem::ptx {

namespace {

template <typename T> struct Same {
  T operator()(T value) const { return value; }
};

void movePredicate(Warp &warp, const Instruction &instruction, uint32_t lanes) {
  uint32_t value = warp.lanesWhere(instruction.sources[0]);
  uint32_t &result = warp.predicate(instruction.destinations[0]);
  result = (result & ~lanes) | (value & lanes);
}

uint64_t lowBits(int bits) { return bits == 64 ? ~0ull : (1ull << bits) - 1; }

// size: bits of one part.
void pack(Warp &warp, const Instruction &instruction, uint32_t lanes) {
  const Operand &result = instruction.destinations[0];
  forLanes(lanes, [&](int lane) {
    uint64_t bits = 0;
    for (int i = 0; i < instruction.sourceCount; ++i)
      bits |=
          (warp.value(instruction.sources[i], lane) & lowBits(instruction.size))
          << i * instruction.size;
    if (result.kind == RegisterKind::Wide)
      warp.wideRow(result)[lane] = bits;
    else
      warp.row(result)[lane] = static_cast<uint32_t>(bits);
  });
}

void unpack(Warp &warp, const Instruction &instruction, uint32_t lanes) {
  forLanes(lanes, [&](int lane) {
    uint64_t bits = warp.value(instruction.sources[0], lane);
    for (int i = 0; i < instruction.destinationCount; ++i) {
      const Operand &result = instruction.destinations[i];
      uint64_t part = bits >> i * instruction.size & lowBits(instruction.size);
      if (result.kind == RegisterKind::Wide)
        warp.wideRow(result)[lane] = part;
      else
        warp.row(result)[lane] = static_cast<uint32_t>(part);
    }
  });
}

Type partType(int bits) {
  return bits == 64 ? Type::B64 : bits == 32 ? Type::B32 : Type::B16;
}

// mov.type d, {a, b}
void decodePack(Decoder &decoder, Type type) {
  Instruction &instruction = decoder.instruction;
  const std::string &text = decoder.operand(1);
  size_t parts = splitOperands(text.substr(1, text.size() - 2)).size();
  instruction.size = 8 * bytesOf(type) / static_cast<int>(parts);
  decoder.addDestination(0, type);
  decoder.addSource(1, partType(instruction.size));
  instruction.handler = pack;
}

// mov.type {d, e}, a
void decodeUnpack(Decoder &decoder, Type type) {
  Instruction &instruction = decoder.instruction;
  const std::string &text = decoder.operand(0);
  size_t parts = splitOperands(text.substr(1, text.size() - 2)).size();
  instruction.size = 8 * bytesOf(type) / static_cast<int>(parts);
  decoder.addDestination(0, partType(instruction.size));
  decoder.addSource(1, type);
  instruction.handler = unpack;
}

void decodeMove(Decoder &decoder) {
  Instruction &instruction = decoder.instruction;
  Type type = instruction.type;
  decoder.expectOperands(2, 2);
  if (type == Type::None)
    decoder.failUnknown();
  auto countParts = [&](size_t operand) {
    const std::string &text = decoder.operand(operand);
    return text[0] == '{'
               ? splitOperands(text.substr(1, text.size() - 2)).size()
               : 0;
  };
  if (countParts(1) > 1)
    return decodePack(decoder, type);
  if (countParts(0) > 1)
    return decodeUnpack(decoder, type);
  decoder.addDestination(0, type);
  decoder.addSource(1, type);
  switch (kindOf(type)) {
  case RegisterKind::Predicate:
    instruction.handler = movePredicate;
    break;
  case RegisterKind::Wide:
    instruction.handler = elementwise<Same<uint64_t>, uint64_t, uint64_t>;
    break;
  case RegisterKind::Narrow:
    instruction.handler = elementwise<Same<uint32_t>, uint32_t, uint32_t>;
    break;
  }
}

template <Space kSpace> struct ToGeneric {
  uint64_t operator()(uint64_t address) const {
    return toGeneric(kSpace, address);
  }
};
template <Space kSpace> struct FromGeneric {
  uint64_t operator()(uint64_t address) const {
    return fromGeneric(kSpace, address);
  }
};

// cvta{.to}.space.u64
void decodeAddress(Decoder &decoder) {
  Instruction &instruction = decoder.instruction;
  decoder.expectOperands(2, 2);
  decoder.addAll(Type::U64);
  bool back = decoder.has("to");
  using U = uint64_t;
  if (decoder.has("global") || decoder.has("const"))
    instruction.handler = elementwise<Same<U>, U, U>;
  else if (decoder.has("shared"))
    instruction.handler = back ? elementwise<FromGeneric<Space::Shared>, U, U>
                               : elementwise<ToGeneric<Space::Shared>, U, U>;
  else if (decoder.has("param"))
    instruction.handler = back
                              ? elementwise<FromGeneric<Space::Parameter>, U, U>
                              : elementwise<ToGeneric<Space::Parameter>, U, U>;
}

} // namespace

void addMoves(DecodeTable &table) {
  table["mov"] = decodeMove;
  table["cvta"] = decodeAddress;
}

} // namespace emblem::ptx
