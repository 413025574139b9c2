//===- integer_arithmetic.cpp - Sums and products of integers -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/ptx_machine/arithmetic.h"
#include "test/gpu/ptx_machine/element_types.h"

#include <algorithm>
#include <limits>

namespace emblem::ptx {

namespace {

// Unsigned numbers wrap around without undefined behaviour.
struct Add {
  template <typename T> T operator()(T a, T b) const {
    return static_cast<T>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
  }
};
struct AddSaturated {
  int32_t operator()(int32_t a, int32_t b) const {
    int64_t sum = static_cast<int64_t>(a) + b;
    return static_cast<int32_t>(std::clamp<int64_t>(sum, INT32_MIN, INT32_MAX));
  }
};
struct Subtract {
  template <typename T> T operator()(T a, T b) const {
    return static_cast<T>(static_cast<uint64_t>(a) - static_cast<uint64_t>(b));
  }
};
struct SubtractSaturated {
  int32_t operator()(int32_t a, int32_t b) const {
    int64_t difference = static_cast<int64_t>(a) - b;
    return static_cast<int32_t>(
        std::clamp<int64_t>(difference, INT32_MIN, INT32_MAX));
  }
};
struct Multiply {
  template <typename T> T operator()(T a, T b) const {
    return static_cast<T>(static_cast<uint64_t>(a) * static_cast<uint64_t>(b));
  }
};
struct MultiplyAdd {
  template <typename T> T operator()(T a, T b, T c) const {
    return static_cast<T>(static_cast<uint64_t>(a) * static_cast<uint64_t>(b) +
                          static_cast<uint64_t>(c));
  }
};
struct MultiplyHigh {
  template <typename T> T operator()(T a, T b) const {
    if constexpr (std::is_signed_v<T>)
      return static_cast<T>((static_cast<__int128>(a) * b) >> (8 * sizeof(T)));
    else
      return static_cast<T>((static_cast<unsigned __int128>(a) * b) >>
                            (8 * sizeof(T)));
  }
};
struct MultiplyHighAdd {
  template <typename T> T operator()(T a, T b, T c) const {
    return Add()(MultiplyHigh()(a, b), c);
  }
};
struct MultiplyWide {
  template <typename T> auto operator()(T a, T b) const {
    return widen(a) * widen(b);
  }
  template <typename T> static auto widen(T value) {
    if constexpr (std::is_same_v<T, int16_t>)
      return static_cast<int32_t>(value);
    else if constexpr (std::is_same_v<T, uint16_t>)
      return static_cast<uint32_t>(value);
    else if constexpr (std::is_same_v<T, int32_t>)
      return static_cast<int64_t>(value);
    else
      return static_cast<uint64_t>(value);
  }
};
struct MultiplyWideAdd {
  template <typename T, typename W> W operator()(T a, T b, W c) const {
    return Add()(static_cast<W>(MultiplyWide()(a, b)), c);
  }
};
// A divisor of zero is reported before.
struct Divide {
  template <typename T> T operator()(T a, T b) const {
    if (b == 0)
      return static_cast<T>(-1);
    if (std::is_signed_v<T> && b == static_cast<T>(-1))
      return Subtract()(static_cast<T>(0), a);
    return static_cast<T>(a / b);
  }
};
struct Remainder {
  template <typename T> T operator()(T a, T b) const {
    if (b == 0)
      return a;
    if (std::is_signed_v<T> && b == static_cast<T>(-1))
      return 0;
    return static_cast<T>(a % b);
  }
};
struct Minimum {
  template <typename T> T operator()(T a, T b) const { return std::min(a, b); }
};
struct Maximum {
  template <typename T> T operator()(T a, T b) const { return std::max(a, b); }
};
struct Negate {
  template <typename T> T operator()(T a) const {
    return Subtract()(static_cast<T>(0), a);
  }
};
struct Absolute {
  template <typename T> T operator()(T a) const {
    return a < 0 ? Negate()(a) : a;
  }
};
// The sum of four products of bytes.
template <bool kSignedA, bool kSignedB> struct DotProduct {
  uint32_t operator()(uint32_t a, uint32_t b, uint32_t c) const {
    for (int byte = 0; byte < 32; byte += 8)
      c += static_cast<uint32_t>(number<kSignedA>(a >> byte) *
                                 number<kSignedB>(b >> byte));
    return c;
  }
  template <bool kSigned> static int32_t number(uint32_t bits) {
    return kSigned ? static_cast<int32_t>(static_cast<int8_t>(bits))
                   : static_cast<int32_t>(bits & 0xff);
  }
};

template <typename Operation>
void divide(Warp &warp, const Instruction &instruction, uint32_t lanes) {
  bool zero = false;
  forLanes(lanes, [&](int lane) {
    uint64_t divisor = warp.value(instruction.sources[1], lane);
    if (bytesOf(instruction.type) == 2)
      divisor = static_cast<uint16_t>(divisor);
    zero |= divisor == 0;
  });
  if (zero)
    warp.report(FaultKind::DivisionByZero);
  integerHandler<Operation, 2>(instruction.type)(warp, instruction, lanes);
}

void decodeProduct(Decoder &decoder) {
  Instruction &instruction = decoder.instruction;
  Type type = decoder.type(0);
  bool adds = decoder.mnemonic() == "mad";
  decoder.expectOperands(adds ? 4 : 3, adds ? 4 : 3);
  if (decoder.has("wide")) {
    bool narrow = bytesOf(type) == 2;
    Type wide = narrow ? Type::B32 : Type::B64;
    decoder.addDestination(0, wide);
    decoder.addSource(1, type);
    decoder.addSource(2, type);
    if (adds)
      decoder.addSource(3, wide);
    if (type == Type::S16)
      instruction.handler =
          adds
              ? elementwise<MultiplyWideAdd, int32_t, int16_t, int16_t, int32_t>
              : elementwise<MultiplyWide, int32_t, int16_t, int16_t>;
    else if (type == Type::U16)
      instruction.handler =
          adds ? elementwise<MultiplyWideAdd, uint32_t, uint16_t, uint16_t,
                             uint32_t>
               : elementwise<MultiplyWide, uint32_t, uint16_t, uint16_t>;
    else if (type == Type::S32)
      instruction.handler =
          adds
              ? elementwise<MultiplyWideAdd, int64_t, int32_t, int32_t, int64_t>
              : elementwise<MultiplyWide, int64_t, int32_t, int32_t>;
    else if (type == Type::U32)
      instruction.handler =
          adds ? elementwise<MultiplyWideAdd, uint64_t, uint32_t, uint32_t,
                             uint64_t>
               : elementwise<MultiplyWide, uint64_t, uint32_t, uint32_t>;
    return;
  }
  decoder.addAll(type);
  if (decoder.has("hi"))
    instruction.handler = adds ? integerHandler<MultiplyHighAdd, 3>(type)
                               : integerHandler<MultiplyHigh, 2>(type);
  else if (decoder.has("lo"))
    instruction.handler = adds ? integerHandler<MultiplyAdd, 3>(type)
                               : integerHandler<Multiply, 2>(type);
}

void decodeDotProduct(Decoder &decoder) {
  decoder.expectOperands(4, 4);
  decoder.addAll(Type::B32);
  bool signedA = isSigned(decoder.type(0)), signedB = isSigned(decoder.type(1));
  using U = uint32_t;
  decoder.instruction.handler =
      signedA ? (signedB ? elementwise<DotProduct<true, true>, U, U, U, U>
                         : elementwise<DotProduct<true, false>, U, U, U, U>)
              : (signedB ? elementwise<DotProduct<false, true>, U, U, U, U>
                         : elementwise<DotProduct<false, false>, U, U, U, U>);
}

} // namespace

void decodeIntegerArithmetic(Decoder &decoder) {
  Instruction &instruction = decoder.instruction;
  std::string_view name = decoder.mnemonic();
  Type type = decoder.type(0);
  if (name == "mul" || name == "mad")
    return decodeProduct(decoder);
  if (decoder.has("cc") || type == Type::None)
    decoder.failUnknown();
  bool unary = name == "neg" || name == "abs";
  decoder.expectOperands(unary ? 2 : 3, unary ? 2 : 3);
  decoder.addAll(type);
  if (instruction.saturates) {
    if (type == Type::S32 && name == "add")
      instruction.handler = elementwise<AddSaturated, int, int, int>;
    else if (type == Type::S32 && name == "sub")
      instruction.handler = elementwise<SubtractSaturated, int, int, int>;
    return;
  }
  if (name == "add")
    instruction.handler = integerHandler<Add, 2>(type);
  else if (name == "sub")
    instruction.handler = integerHandler<Subtract, 2>(type);
  else if (name == "min")
    instruction.handler = integerHandler<Minimum, 2>(type);
  else if (name == "max")
    instruction.handler = integerHandler<Maximum, 2>(type);
  else if (name == "neg")
    instruction.handler = integerHandler<Negate, 1>(type);
  else if (name == "abs")
    instruction.handler = integerHandler<Absolute, 1>(type);
  else if (name == "div" && integerHandler<Divide, 2>(type))
    instruction.handler = divide<Divide>;
  else if (name == "rem" && integerHandler<Remainder, 2>(type))
    instruction.handler = divide<Remainder>;
}

void addIntegerArithmetic(DecodeTable &table) {
  table["mad"] = decodeIntegerArithmetic;
  table["rem"] = decodeIntegerArithmetic;
  table["dp4a"] = decodeDotProduct;
}

} // namespace emblem::ptx
