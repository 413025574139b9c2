//===- bit_operations.cpp - Logic, shifts and fields of bits --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/ptx_machine/decoder.h"
#include "test/gpu/ptx_machine/element_types.h"

#include <algorithm>
#include <bit>

namespace emblem::ptx {

namespace {

struct And {
  template <typename T> T operator()(T a, T b) const { return a & b; }
};
struct Or {
  template <typename T> T operator()(T a, T b) const { return a | b; }
};
struct ExclusiveOr {
  template <typename T> T operator()(T a, T b) const { return a ^ b; }
};
struct Not {
  template <typename T> T operator()(T a) const { return static_cast<T>(~a); }
};
struct LogicalNot {
  template <typename T> T operator()(T a) const { return a == 0; }
};

// By as much as the number has bits, or more: nothing of it is left.
struct ShiftLeft {
  template <typename T> T operator()(T a, uint32_t count) const {
    return count >= 8 * sizeof(T)
               ? 0
               : static_cast<T>(static_cast<uint64_t>(a) << count);
  }
};
struct ShiftRight {
  template <typename T> T operator()(T a, uint32_t count) const {
    constexpr uint32_t bits = 8 * sizeof(T);
    if (count >= bits)
      return std::is_signed_v<T> && a < 0 ? static_cast<T>(-1) : 0;
    return static_cast<T>(a >> count);
  }
};
template <bool kLeft, bool kWraps> struct FunnelShift {
  uint32_t operator()(uint32_t low, uint32_t high, uint32_t count) const {
    count = kWraps ? count & 31 : std::min(count, 32u);
    uint64_t both = static_cast<uint64_t>(high) << 32 | low;
    return kLeft ? static_cast<uint32_t>(both << count >> 32)
                 : static_cast<uint32_t>(both >> count);
  }
};

template <typename T> T lowBits(uint32_t count) {
  return count >= 8 * sizeof(T) ? static_cast<T>(~T(0))
                                : static_cast<T>((T(1) << count) - 1);
}

struct ExtractField {
  template <typename T>
  T operator()(T a, uint32_t place, uint32_t count) const {
    using Bits = std::make_unsigned_t<T>;
    constexpr uint32_t width = 8 * sizeof(T);
    place &= 0xff;
    count &= 0xff;
    Bits bits = static_cast<Bits>(a);
    uint32_t there = place < width ? std::min(count, width - place) : 0;
    Bits field = there ? static_cast<Bits>(bits >> place) & lowBits<Bits>(there)
                       : Bits(0);
    bool sign = std::is_signed_v<T> && count &&
                bits >> std::min(place + count - 1, width - 1) & 1;
    return static_cast<T>(sign ? field | ~lowBits<Bits>(there) : field);
  }
};
struct InsertField {
  template <typename T>
  T operator()(T field, T into, uint32_t place, uint32_t count) const {
    constexpr uint32_t width = 8 * sizeof(T);
    place &= 0xff;
    count = std::min(count & 0xff, place < width ? width - place : 0);
    if (!count)
      return into;
    T mask = static_cast<T>(lowBits<T>(count) << place);
    return static_cast<T>((into & ~mask) | (field << place & mask));
  }
};
struct Permute {
  uint32_t operator()(uint32_t a, uint32_t b, uint32_t selection) const {
    uint64_t bytes = static_cast<uint64_t>(b) << 32 | a;
    uint32_t result = 0;
    for (int i = 0; i < 4; ++i) {
      uint32_t select = selection >> 4 * i & 15;
      uint32_t byte = static_cast<uint32_t>(bytes >> 8 * (select & 7)) & 0xff;
      if (select & 8) // its sign, eight times
        byte = byte & 0x80 ? 0xff : 0;
      result |= byte << 8 * i;
    }
    return result;
  }
};
struct ThreeWay {
  uint32_t operator()(uint32_t a, uint32_t b, uint32_t c,
                      uint32_t table) const {
    uint32_t result = 0;
    for (int row = 0; row < 8; ++row)
      if (table >> row & 1)
        result |= (row & 4 ? a : ~a) & (row & 2 ? b : ~b) & (row & 1 ? c : ~c);
    return result;
  }
};
struct CountOnes {
  template <typename T> uint32_t operator()(T a) const {
    return static_cast<uint32_t>(std::popcount(a));
  }
};
struct CountLeadingZeros {
  template <typename T> uint32_t operator()(T a) const {
    return static_cast<uint32_t>(std::countl_zero(a));
  }
};
struct Reverse {
  template <typename T> T operator()(T a) const {
    T result = 0;
    for (size_t i = 0; i < 8 * sizeof(T); ++i)
      result |= (a >> i & 1) << (8 * sizeof(T) - 1 - i);
    return result;
  }
};

// Predicates are masks of lanes, so one operation does all of them.
template <typename Operation>
void combinePredicates(Warp &warp, const Instruction &instruction,
                       uint32_t lanes) {
  uint32_t value;
  if (instruction.sourceCount == 1)
    value = ~warp.lanesWhere(instruction.sources[0]);
  else
    value = static_cast<uint32_t>(
        Operation()(warp.lanesWhere(instruction.sources[0]),
                    warp.lanesWhere(instruction.sources[1])));
  uint32_t &result = warp.predicate(instruction.destinations[0]);
  result = (result & ~lanes) | (value & lanes);
}

template <typename Operation> void decodeLogic(Decoder &decoder) {
  Instruction &instruction = decoder.instruction;
  constexpr bool unary = std::is_invocable_v<Operation, uint32_t>;
  constexpr size_t operands = unary ? 2 : 3;
  decoder.expectOperands(operands, operands);
  decoder.addAll(instruction.type);
  if (instruction.type != Type::Predicate)
    instruction.handler =
        integerHandler<Operation, operands - 1>(instruction.type);
  else if constexpr (unary)
    instruction.handler = combinePredicates<And>;
  else
    instruction.handler = combinePredicates<Operation>;
}

// T is the type of the number; the count has 32 bits.
template <typename Operation> Handler shiftHandler(Type type) {
  using U = uint32_t;
  switch (type) {
  case Type::B16:
  case Type::U16:
    return elementwise<Operation, uint16_t, uint16_t, U>;
  case Type::S16:
    return elementwise<Operation, int16_t, int16_t, U>;
  case Type::B32:
  case Type::U32:
    return elementwise<Operation, uint32_t, uint32_t, U>;
  case Type::S32:
    return elementwise<Operation, int32_t, int32_t, U>;
  case Type::B64:
  case Type::U64:
    return elementwise<Operation, uint64_t, uint64_t, U>;
  case Type::S64:
    return elementwise<Operation, int64_t, int64_t, U>;
  default:
    return nullptr;
  }
}

template <typename Operation> void decodeShift(Decoder &decoder) {
  Instruction &instruction = decoder.instruction;
  decoder.expectOperands(3, 3);
  decoder.addDestination(0, instruction.type);
  decoder.addSource(1, instruction.type);
  decoder.addSource(2, Type::B32);
  instruction.handler = shiftHandler<Operation>(instruction.type);
}

void decodeFunnelShift(Decoder &decoder) {
  decoder.expectOperands(4, 4);
  decoder.addAll(Type::B32);
  bool wraps = decoder.has("wrap");
  using U = uint32_t;
  if (decoder.has("l"))
    decoder.instruction.handler =
        wraps ? elementwise<FunnelShift<true, true>, U, U, U, U>
              : elementwise<FunnelShift<true, false>, U, U, U, U>;
  else if (decoder.has("r"))
    decoder.instruction.handler =
        wraps ? elementwise<FunnelShift<false, true>, U, U, U, U>
              : elementwise<FunnelShift<false, false>, U, U, U, U>;
}

void decodeExtract(Decoder &decoder) {
  Instruction &instruction = decoder.instruction;
  decoder.expectOperands(4, 4);
  decoder.addDestination(0, instruction.type);
  decoder.addSource(1, instruction.type);
  decoder.addSource(2, Type::B32);
  decoder.addSource(3, Type::B32);
  using U = uint32_t;
  switch (instruction.type) {
  case Type::U32:
    instruction.handler = elementwise<ExtractField, U, U, U, U>;
    break;
  case Type::S32:
    instruction.handler = elementwise<ExtractField, int32_t, int32_t, U, U>;
    break;
  case Type::U64:
    instruction.handler = elementwise<ExtractField, uint64_t, uint64_t, U, U>;
    break;
  case Type::S64:
    instruction.handler = elementwise<ExtractField, int64_t, int64_t, U, U>;
    break;
  default:
    break;
  }
}

void decodeInsert(Decoder &decoder) {
  Instruction &instruction = decoder.instruction;
  decoder.expectOperands(5, 5);
  decoder.addDestination(0, instruction.type);
  decoder.addSource(1, instruction.type);
  decoder.addSource(2, instruction.type);
  decoder.addSource(3, Type::B32);
  decoder.addSource(4, Type::B32);
  using U = uint32_t;
  if (instruction.type == Type::B32)
    instruction.handler = elementwise<InsertField, U, U, U, U, U>;
  else if (instruction.type == Type::B64)
    instruction.handler =
        elementwise<InsertField, uint64_t, uint64_t, uint64_t, U, U>;
}

template <typename Operation> void decodeCount(Decoder &decoder) {
  Instruction &instruction = decoder.instruction;
  decoder.expectOperands(2, 2);
  decoder.addDestination(0, Type::B32);
  decoder.addSource(1, instruction.type);
  if (instruction.type == Type::B32)
    instruction.handler = elementwise<Operation, uint32_t, uint32_t>;
  else if (instruction.type == Type::B64)
    instruction.handler = elementwise<Operation, uint32_t, uint64_t>;
}

void decodeReverse(Decoder &decoder) {
  Instruction &instruction = decoder.instruction;
  decoder.expectOperands(2, 2);
  decoder.addAll(instruction.type);
  if (instruction.type == Type::B32)
    instruction.handler = elementwise<Reverse, uint32_t, uint32_t>;
  else if (instruction.type == Type::B64)
    instruction.handler = elementwise<Reverse, uint64_t, uint64_t>;
}

void decodePermute(Decoder &decoder) {
  decoder.expectOperands(4, 4);
  if (decoder.part(2) != "") // a mode with a rule of its own
    decoder.failUnknown();
  decoder.addAll(Type::B32);
  using U = uint32_t;
  decoder.instruction.handler = elementwise<Permute, U, U, U, U>;
}

void decodeThreeWay(Decoder &decoder) {
  decoder.expectOperands(5, 5);
  if (decoder.part(1) != "b32")
    decoder.failUnknown();
  decoder.addAll(Type::B32);
  using U = uint32_t;
  decoder.instruction.handler = elementwise<ThreeWay, U, U, U, U, U>;
}

} // namespace

void addBitOperations(DecodeTable &table) {
  table["and"] = decodeLogic<And>;
  table["or"] = decodeLogic<Or>;
  table["xor"] = decodeLogic<ExclusiveOr>;
  table["not"] = decodeLogic<Not>;
  table["cnot"] = decodeLogic<LogicalNot>;
  table["shl"] = decodeShift<ShiftLeft>;
  table["shr"] = decodeShift<ShiftRight>;
  table["shf"] = decodeFunnelShift;
  table["bfe"] = decodeExtract;
  table["bfi"] = decodeInsert;
  table["popc"] = decodeCount<CountOnes>;
  table["clz"] = decodeCount<CountLeadingZeros>;
  table["brev"] = decodeReverse;
  table["prmt"] = decodePermute;
  table["lop3"] = decodeThreeWay;
}

} // namespace emblem::ptx
