//===- float_arithmetic.cpp - Sums and products, rounded ------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/ptx_machine/arithmetic.h"
#include "test/gpu/ptx_machine/float_operations.h"

#include <cmath>
#include <limits>

namespace emblem::ptx {

namespace {

struct Add {
  template <typename T> T operator()(T a, T b) const { return a + b; }
};
struct Subtract {
  template <typename T> T operator()(T a, T b) const { return a - b; }
};
struct Multiply {
  template <typename T> T operator()(T a, T b) const { return a * b; }
};
struct Divide {
  template <typename T> T operator()(T a, T b) const { return a / b; }
};
struct MultiplyAdd {
  template <typename T> T operator()(T a, T b, T c) const {
    return std::fma(a, b, c);
  }
};
struct MultiplyAddPositive {
  template <typename T> T operator()(T a, T b, T c) const {
    T value = std::fma(a, b, c);
    return value <= 0 ? 0 : value;
  }
};

template <typename T> T canonicalNan() {
  return std::numeric_limits<T>::quiet_NaN();
}
template <> float canonicalNan<float>() { return fromBits(0x7fffffff); }

// Of a number and a NaN the number, or, where it is asked for, the NaN; a zero
// with a sign is less than one without.
template <bool kKeepsNan, bool kLess> struct Extreme {
  template <typename T> T operator()(T a, T b) const {
    bool nanA = std::isnan(a), nanB = std::isnan(b);
    if (nanA || nanB)
      return kKeepsNan || (nanA && nanB) ? canonicalNan<T>() : nanA ? b : a;
    if (a == b)
      return std::signbit(a) == kLess ? a : b;
    return (a < b) == kLess ? a : b;
  }
};

// These change the sign alone, of NaNs too.
template <uint32_t kKept, uint32_t kFlipped> struct ChangeSign {
  uint32_t operator()(uint32_t bits) const { return (bits & kKept) ^ kFlipped; }
};
// The first one's sign, the second one's magnitude.
struct CopySign {
  uint32_t operator()(uint32_t sign, uint32_t magnitude) const {
    return (sign & 0x80000000) | (magnitude & 0x7fffffff);
  }
};
struct NegateDouble {
  double operator()(double value) const { return -value; }
};
struct AbsoluteDouble {
  double operator()(double value) const { return std::fabs(value); }
};

void decodeSign(Decoder &decoder) {
  Instruction &instruction = decoder.instruction;
  bool absolute = decoder.mnemonic() == "abs";
  decoder.expectOperands(2, 2);
  decoder.addAll(instruction.type);
  using U = uint32_t;
  constexpr U all = ~0u;
  switch (instruction.type) {
  case Type::F32:
    if (instruction.flushes)
      instruction.handler =
          absolute ? elementwise<decltype([](float x) {
                                   return std::fabs(flushed(x));
                                 }),
                                 float, float>
                   : elementwise<decltype([](float x) { return -flushed(x); }),
                                 float, float>;
    else
      instruction.handler =
          absolute ? elementwise<ChangeSign<0x7fffffff, 0>, U, U>
                   : elementwise<ChangeSign<all, 0x80000000>, U, U>;
    break;
  case Type::F64:
    instruction.handler = absolute ? elementwise<AbsoluteDouble, double, double>
                                   : elementwise<NegateDouble, double, double>;
    break;
  case Type::F16:
  case Type::BF16:
    instruction.handler = absolute ? elementwise<ChangeSign<0x7fff, 0>, U, U>
                                   : elementwise<ChangeSign<all, 0x8000>, U, U>;
    break;
  default:
    instruction.handler = absolute
                              ? elementwise<ChangeSign<0x7fff7fff, 0>, U, U>
                              : elementwise<ChangeSign<all, 0x80008000>, U, U>;
  }
}

void decodeCopySign(Decoder &decoder) {
  decoder.expectOperands(3, 3);
  decoder.addAll(decoder.instruction.type);
  using U = uint32_t;
  if (decoder.instruction.type == Type::F32)
    decoder.instruction.handler = elementwise<CopySign, U, U, U>;
}

void decodeExtreme(Decoder &decoder, bool less) {
  Instruction &instruction = decoder.instruction;
  Type type = instruction.type;
  bool flushes = instruction.flushes, keeps = decoder.has("NaN");
  if (decoder.has("xorsign") || decoder.has("abs"))
    decoder.failUnknown();
  decoder.expectOperands(3, 3);
  decoder.addAll(type);
  if (less)
    instruction.handler =
        keeps ? floatHandler<Extreme<true, true>, 2>(type, flushes)
              : floatHandler<Extreme<false, true>, 2>(type, flushes);
  else
    instruction.handler =
        keeps ? floatHandler<Extreme<true, false>, 2>(type, flushes)
              : floatHandler<Extreme<false, false>, 2>(type, flushes);
}

// By the type: integers, or what is in this file.
void decodeArithmetic(Decoder &decoder) {
  Type type = decoder.type(0);
  if (isFloat(type) || type == Type::F16x2 || type == Type::BF16x2)
    decodeFloatArithmetic(decoder);
  else
    decodeIntegerArithmetic(decoder);
}

} // namespace

void decodeFloatArithmetic(Decoder &decoder) {
  Instruction &instruction = decoder.instruction;
  std::string_view name = decoder.mnemonic();
  Type type = instruction.type;
  bool flushes = instruction.flushes, saturates = instruction.saturates;
  // Only the default rounding is here.
  if (decoder.has("rz") || decoder.has("rm") || decoder.has("rp"))
    decoder.failUnknown();
  if (name == "neg" || name == "abs")
    return decodeSign(decoder);
  if (name == "min" || name == "max")
    return decodeExtreme(decoder, name == "min");
  bool fused = name == "fma" || name == "mad";
  decoder.expectOperands(fused ? 4 : 3, fused ? 4 : 3);
  decoder.addAll(type);
  if (name == "add")
    instruction.handler = floatHandler<Add, 2>(type, flushes, saturates);
  else if (name == "sub")
    instruction.handler = floatHandler<Subtract, 2>(type, flushes, saturates);
  else if (name == "mul")
    instruction.handler = floatHandler<Multiply, 2>(type, flushes, saturates);
  else if (name == "div")
    instruction.handler = floatHandler<Divide, 2>(type, flushes, saturates);
  else if (fused && decoder.has("relu"))
    instruction.handler = floatHandler<MultiplyAddPositive, 3>(type, flushes);
  else if (fused)
    instruction.handler =
        floatHandler<MultiplyAdd, 3>(type, flushes, saturates);
}

void addArithmetic(DecodeTable &table) {
  for (std::string_view name :
       {"add", "sub", "mul", "div", "min", "max", "neg", "abs"})
    table[name] = decodeArithmetic;
  table["copysign"] = decodeCopySign;
  table["fma"] = decodeFloatArithmetic;
}

} // namespace emblem::ptx
