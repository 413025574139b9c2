//===- conversions.cpp - Numbers from one type to another -----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// mode: whether the result of a float is a whole number (.rni and the like).
// flag: whether what is negative becomes zero (.relu).
//
//===----------------------------------------------------------------------===//

#include "test/gpu/ptx_machine/decoder.h"
#include "test/gpu/ptx_machine/element_types.h"

#include <algorithm>
#include <cmath>

namespace emblem::ptx {

namespace {

double readFloat(Type type, uint64_t bits) {
  switch (type) {
  case Type::F16:
    return Half(static_cast<uint16_t>(bits));
  case Type::BF16:
    return Brain(static_cast<uint16_t>(bits));
  case Type::F64:
    return std::bit_cast<double>(bits);
  default:
    return fromBits(static_cast<uint32_t>(bits));
  }
}

uint64_t writeFloat(Type type, double value, Rounding rounding) {
  switch (type) {
  case Type::F16:
    return toHalf(value, rounding).bits;
  case Type::BF16:
    return toBrain(value, rounding).bits;
  case Type::F64:
    return std::bit_cast<uint64_t>(value);
  default:
    return std::isnan(value)
               ? 0x7fffffff
               : toBits(static_cast<float>(roundTo(value, kSingle, rounding)));
  }
}

__int128 readInteger(Type type, uint64_t bits) {
  switch (bytesOf(type)) {
  case 1:
    return isSigned(type) ? static_cast<__int128>(static_cast<int8_t>(bits))
                          : static_cast<uint8_t>(bits);
  case 2:
    return isSigned(type) ? static_cast<__int128>(static_cast<int16_t>(bits))
                          : static_cast<uint16_t>(bits);
  case 4:
    return isSigned(type) ? static_cast<__int128>(static_cast<int32_t>(bits))
                          : static_cast<uint32_t>(bits);
  default:
    return isSigned(type) ? static_cast<__int128>(static_cast<int64_t>(bits))
                          : static_cast<__int128>(bits);
  }
}

__int128 leastOf(Type type) {
  return isSigned(type) ? -(static_cast<__int128>(1) << (8 * bytesOf(type) - 1))
                        : 0;
}
__int128 greatestOf(Type type) {
  return (static_cast<__int128>(1) << (8 * bytesOf(type) - isSigned(type))) - 1;
}

uint64_t floatToInteger(const Instruction &instruction, double value) {
  Type type = instruction.type;
  if (std::isnan(value)) {
    bool wide = instruction.from == Type::F64 || bytesOf(type) == 8;
    return wide ? 1ull << (8 * bytesOf(type) - 1) : 0;
  }
  double rounded = roundToInteger(value, instruction.rounding);
  // Greatest numbers of 64 bits are no doubles; beyond them all is clamped.
  if (rounded >= std::ldexp(1.0, 8 * bytesOf(type) - isSigned(type)))
    return static_cast<uint64_t>(greatestOf(type));
  if (rounded <= static_cast<double>(leastOf(type)))
    return static_cast<uint64_t>(leastOf(type));
  return static_cast<uint64_t>(static_cast<__int128>(rounded));
}

uint64_t convertOne(const Instruction &instruction, uint64_t bits) {
  Type to = instruction.type, from = instruction.from;
  if (!isFloat(from)) {
    __int128 value = readInteger(from, bits);
    if (!isFloat(to))
      return static_cast<uint64_t>(
          instruction.saturates ? std::clamp(value, leastOf(to), greatestOf(to))
                                : value);
    // Integers of 64 bits have more digits than a double: what rounding to one
    // loses decides nothing but ties, so it is kept as a last digit.
    auto rounded = static_cast<double>(value);
    if (to != Type::F64 && static_cast<__int128>(rounded) != value) {
      bool down = static_cast<__int128>(rounded) > value;
      uint64_t image = std::bit_cast<uint64_t>(rounded);
      bool towardsZero = value > 0 ? down : !down;
      rounded = std::bit_cast<double>((towardsZero ? image - 1 : image) | 1);
    }
    return writeFloat(to, rounded, instruction.rounding);
  }
  double value = readFloat(from, bits);
  if (instruction.flushes && from == Type::F32)
    value = flushed(static_cast<float>(value));
  if (!isFloat(to))
    return floatToInteger(instruction, value);
  if (instruction.mode)
    value = roundToInteger(value, instruction.rounding);
  if (instruction.saturates)
    value = value > 0 ? std::min(value, 1.0) : 0.0;
  if (instruction.flag && value <= 0)
    value = 0;
  uint64_t result = writeFloat(to, value, instruction.rounding);
  if (instruction.flushes && to == Type::F32)
    result = toBits(flushed(fromBits(static_cast<uint32_t>(result))));
  return result;
}

void convert(Warp &warp, const Instruction &instruction, uint32_t lanes) {
  const Operand &source = instruction.sources[0];
  const Operand &result = instruction.destinations[0];
  Type type = instruction.type;
  forLanes(lanes, [&](int lane) {
    uint64_t bits = convertOne(instruction, warp.value(source, lane));
    // A wider register gets the number's sign, or zeros.
    if (!isFloat(type))
      bits = static_cast<uint64_t>(readInteger(type, bits));
    if (result.kind == RegisterKind::Wide)
      warp.wideRow(result)[lane] = bits;
    else
      warp.row(result)[lane] = static_cast<uint32_t>(bits);
  });
}

// Two floats to one register, the first to its upper half.
void convertPair(Warp &warp, const Instruction &instruction, uint32_t lanes) {
  const uint32_t *high = warp.row(instruction.sources[0]);
  const uint32_t *low = warp.row(instruction.sources[1]);
  uint32_t *result = warp.row(instruction.destinations[0]);
  forLanes(lanes, [&](int lane) {
    result[lane] =
        static_cast<uint32_t>(convertOne(instruction, high[lane]) << 16 |
                              convertOne(instruction, low[lane]));
  });
}

struct BrainPair {
  uint32_t operator()(float high, float low) const {
    return static_cast<uint32_t>(nearestBrainBits(high)) << 16 |
           nearestBrainBits(low);
  }
};
struct NearestBrain {
  uint32_t operator()(float value) const { return nearestBrainBits(value); }
};
struct WidenBrain {
  uint32_t operator()(uint32_t bits) const { return bits << 16; }
};
// Halves away from zero.
struct ToTensorFloat {
  uint32_t operator()(uint32_t bits) const {
    bool finite = (bits & 0x7f800000) != 0x7f800000;
    return finite ? (bits + 0x1000) & 0xffffe000 : bits;
  }
};
template <typename To, typename From> struct Cast {
  To operator()(From value) const { return static_cast<To>(value); }
};

// The pairs that kernels have most of.
Handler frequent(const Instruction &instruction) {
  Type to = instruction.type, from = instruction.from;
  bool plain = !instruction.flushes && !instruction.saturates &&
               !instruction.flag && !instruction.mode &&
               instruction.rounding == Rounding::Nearest;
  if (!plain || kindOf(to) != instruction.destinations[0].kind ||
      kindOf(from) != instruction.sources[0].kind)
    return nullptr;
  if (to == Type::BF16 && from == Type::F32)
    return elementwise<NearestBrain, uint32_t, float>;
  if (to == Type::F32 && from == Type::BF16)
    return elementwise<WidenBrain, uint32_t, uint32_t>;
  if (to == Type::F32 && from == Type::S32)
    return elementwise<Cast<float, int32_t>, float, int32_t>;
  if (to == Type::F32 && from == Type::U32)
    return elementwise<Cast<float, uint32_t>, float, uint32_t>;
  if (bytesOf(to) == 8 && from == Type::U32 && !isFloat(to))
    return elementwise<Cast<uint64_t, uint32_t>, uint64_t, uint32_t>;
  if (bytesOf(to) == 8 && from == Type::S32 && !isFloat(to))
    return elementwise<Cast<int64_t, int32_t>, int64_t, int32_t>;
  if ((to == Type::U32 || to == Type::S32) && bytesOf(from) == 8 &&
      !isFloat(from))
    return elementwise<Cast<uint32_t, uint64_t>, uint32_t, uint64_t>;
  return nullptr;
}

void readRounding(Decoder &decoder) {
  Instruction &instruction = decoder.instruction;
  struct Named {
    std::string_view toFloat, toWhole;
    Rounding mode;
  };
  for (const Named &named :
       {Named{"rn", "rni", Rounding::Nearest},
        Named{"rz", "rzi", Rounding::Zero}, Named{"rm", "rmi", Rounding::Down},
        Named{"rp", "rpi", Rounding::Up}}) {
    bool whole = decoder.has(named.toWhole);
    if (!whole && !decoder.has(named.toFloat))
      continue;
    instruction.rounding = named.mode;
    instruction.mode = whole;
  }
}

void decodeConvert(Decoder &decoder) {
  Instruction &instruction = decoder.instruction;
  if (decoder.typeCount() != 2)
    decoder.failUnknown();
  Type to = decoder.type(0), from = decoder.type(1);
  instruction.type = to;
  instruction.from = from;
  instruction.flag = decoder.has("relu");
  readRounding(decoder);
  bool brains = to == Type::BF16x2;
  if (brains || to == Type::F16x2) {
    decoder.expectOperands(3, 3);
    decoder.addAll(Type::F32);
    if (from != Type::F32)
      decoder.failUnknown();
    instruction.type = brains ? Type::BF16 : Type::F16;
    bool nearest = brains && !instruction.flag && !instruction.saturates &&
                   instruction.rounding == Rounding::Nearest;
    instruction.handler =
        nearest ? elementwise<BrainPair, uint32_t, float, float> : convertPair;
    return;
  }
  decoder.expectOperands(2, 2);
  decoder.addDestination(0, to, true);
  decoder.addSource(1, from, true);
  if (to == Type::TF32) {
    if (!decoder.has("rna"))
      decoder.failUnknown();
    instruction.handler = elementwise<ToTensorFloat, uint32_t, uint32_t>;
    return;
  }
  instruction.handler = frequent(instruction);
  if (!instruction.handler)
    instruction.handler = convert;
}

} // namespace

void addConversions(DecodeTable &table) { table["cvt"] = decodeConvert; }

} // namespace emblem::ptx
