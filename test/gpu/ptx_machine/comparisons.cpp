//===- comparisons.cpp - Predicates, and choices by them ------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// mode: the comparison. second: with which operation setp combines it with a
// predicate.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/ptx_machine/decoder.h"
#include "test/gpu/ptx_machine/element_types.h"

#include <cmath>

namespace emblem::ptx {

namespace {

// clang-format off
enum Comparison : uint8_t {
  Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual,
  // True for a NaN:
  EqualUnordered, NotEqualUnordered, LessUnordered, LessOrEqualUnordered,
  GreaterUnordered, GreaterOrEqualUnordered,
  BothNumbers, SomeNan
};
// clang-format on
enum Combination : uint8_t { Alone, WithAnd, WithOr, WithExclusiveOr };

const std::map<std::string_view, Comparison> comparisons = {
    {"eq", Equal},
    {"ne", NotEqual},
    {"lt", Less},
    {"le", LessOrEqual},
    {"gt", Greater},
    {"ge", GreaterOrEqual},
    {"lo", Less},
    {"ls", LessOrEqual},
    {"hi", Greater},
    {"hs", GreaterOrEqual},
    {"equ", EqualUnordered},
    {"neu", NotEqualUnordered},
    {"ltu", LessUnordered},
    {"leu", LessOrEqualUnordered},
    {"gtu", GreaterUnordered},
    {"geu", GreaterOrEqualUnordered},
    {"num", BothNumbers},
    {"nan", SomeNan}};

template <typename T, typename Function>
uint32_t lanesWhere(Warp &warp, const Instruction &instruction, uint32_t lanes,
                    Function function) {
  LanesOf<T> a(warp.row(instruction.sources[0]));
  LanesOf<T> b(warp.row(instruction.sources[1]));
  uint32_t result = 0;
  forLanes(lanes, [&](int lane) {
    result |= static_cast<uint32_t>(function(a.get(lane), b.get(lane))) << lane;
  });
  return result;
}

template <typename T>
uint32_t compare(Warp &warp, const Instruction &instruction, uint32_t lanes) {
  auto where = [&](auto function) {
    return lanesWhere<T>(warp, instruction, lanes, function);
  };
  switch (instruction.mode) {
  case Equal:
    return where([](T a, T b) { return a == b; });
  case NotEqual: // of floating-point numbers: and both are numbers
    return where([](T a, T b) { return a < b || a > b; });
  case Less:
    return where([](T a, T b) { return a < b; });
  case LessOrEqual:
    return where([](T a, T b) { return a <= b; });
  case Greater:
    return where([](T a, T b) { return a > b; });
  case GreaterOrEqual:
    return where([](T a, T b) { return a >= b; });
  case EqualUnordered:
    return where([](T a, T b) { return !(a < b || a > b); });
  case NotEqualUnordered:
    return where([](T a, T b) { return !(a == b); });
  case LessUnordered:
    return where([](T a, T b) { return !(a >= b); });
  case LessOrEqualUnordered:
    return where([](T a, T b) { return !(a > b); });
  case GreaterUnordered:
    return where([](T a, T b) { return !(a <= b); });
  case GreaterOrEqualUnordered:
    return where([](T a, T b) { return !(a < b); });
  case BothNumbers:
    return where([](T a, T b) { return a == a && b == b; });
  default:
    return where([](T a, T b) { return a != a || b != b; });
  }
}

// A number whose subnormals are zeros.
struct FlushedFloat {
  float value;
  operator float() const { return flushed(value); }
};

uint32_t combine(uint8_t combination, uint32_t value, uint32_t other) {
  switch (combination) {
  case WithAnd:
    return value & other;
  case WithOr:
    return value | other;
  case WithExclusiveOr:
    return value ^ other;
  default:
    return value;
  }
}

template <typename T>
void setPredicate(Warp &warp, const Instruction &instruction, uint32_t lanes) {
  uint32_t value = compare<T>(warp, instruction, lanes);
  uint32_t other =
      instruction.second == Alone ? 0 : warp.lanesWhere(instruction.sources[2]);
  uint32_t results[] = {combine(instruction.second, value, other),
                        combine(instruction.second, ~value, other)};
  for (int i = 0; i < instruction.destinationCount; ++i) {
    uint32_t &result = warp.predicate(instruction.destinations[i]);
    result = (result & ~lanes) | (results[i] & lanes);
  }
}

Handler setHandler(Type type, bool flushes) {
  switch (type) {
  case Type::B16:
  case Type::U16:
    return setPredicate<uint16_t>;
  case Type::S16:
    return setPredicate<int16_t>;
  case Type::B32:
  case Type::U32:
    return setPredicate<uint32_t>;
  case Type::S32:
    return setPredicate<int32_t>;
  case Type::B64:
  case Type::U64:
    return setPredicate<uint64_t>;
  case Type::S64:
    return setPredicate<int64_t>;
  case Type::F32:
    return flushes ? setPredicate<FlushedFloat> : setPredicate<float>;
  case Type::F64:
    return setPredicate<double>;
  case Type::F16:
    return setPredicate<Half>;
  case Type::BF16:
    return setPredicate<Brain>;
  default:
    return nullptr;
  }
}

// setp.CmpOp{.BoolOp}{.ftz}.type p{|q}, a, b{, c}
void decodeSet(Decoder &decoder) {
  Instruction &instruction = decoder.instruction;
  decoder.expectOperands(3, 4);
  auto comparison = comparisons.find(decoder.part(1));
  if (comparison == comparisons.end())
    decoder.failUnknown();
  Type type = decoder.type(0);
  bool isNumber = isFloat(type);
  instruction.mode = comparison->second;
  if (!isNumber && instruction.mode >= EqualUnordered)
    decoder.failUnknown();
  instruction.second = decoder.has("and")   ? WithAnd
                       : decoder.has("or")  ? WithOr
                       : decoder.has("xor") ? WithExclusiveOr
                                            : Alone;
  if ((instruction.second != Alone) != (decoder.operandCount() == 4))
    decoder.fail("a comparison with three sources combines them");
  const std::string &destinations = decoder.operand(0);
  size_t bar = destinations.find('|');
  decoder.addDestination(trim(destinations.substr(0, bar)), Type::Predicate);
  if (bar != std::string::npos)
    decoder.addDestination(trim(destinations.substr(bar + 1)), Type::Predicate);
  decoder.addSource(1, type);
  decoder.addSource(2, type);
  if (instruction.second != Alone)
    decoder.addSource(3, Type::Predicate);
  instruction.handler = setHandler(type, instruction.flushes);
}

void select(Warp &warp, const Instruction &instruction, uint32_t lanes) {
  uint32_t first = warp.lanesWhere(instruction.sources[2]);
  auto choose = [&](auto *result, const auto *a, const auto *b) {
    forLanes(lanes, [&](int lane) {
      result[lane] = first >> lane & 1 ? a[lane] : b[lane];
    });
  };
  const Operand &a = instruction.sources[0], &b = instruction.sources[1];
  const Operand &result = instruction.destinations[0];
  if (result.kind == RegisterKind::Wide)
    choose(warp.wideRow(result), warp.wideRow(a), warp.wideRow(b));
  else
    choose(warp.row(result), warp.row(a), warp.row(b));
}

void decodeSelect(Decoder &decoder) {
  Instruction &instruction = decoder.instruction;
  decoder.expectOperands(4, 4);
  if (instruction.type == Type::Predicate || instruction.type == Type::None)
    decoder.failUnknown();
  decoder.addDestination(0, instruction.type);
  decoder.addSource(1, instruction.type);
  decoder.addSource(2, instruction.type);
  decoder.addSource(3, Type::Predicate);
  instruction.handler = select;
}

} // namespace

void addComparisons(DecodeTable &table) {
  table["setp"] = decodeSet;
  table["selp"] = decodeSelect;
}

} // namespace emblem::ptx
