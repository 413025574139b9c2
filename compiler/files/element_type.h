//===- element_type.h - Number formats of weight files ----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FILES_ELEMENT_TYPE_H
#define EMBLEM_COMPILER_FILES_ELEMENT_TYPE_H

#include "llvm/ADT/StringRef.h"

#include <bit>
#include <cstdint>
#include <optional>

namespace emblem::frontend {

enum class ElementType {
  Bool,
  U8,
  I8,
  F8E5M2,
  F8E4M3,
  F8E8M0,
  I16,
  U16,
  F16,
  BF16,
  I32,
  U32,
  F32,
  I64,
  U64,
  F64,
  C64,
  // ggml's: blocks of elements with scales of their own (gguf/blocks.h).
  Q4_0,
  Q4_1,
  Q5_0,
  Q5_1,
  Q8_0,
  IQ4_NL,
  Q2_K,
  Q3_K,
  Q4_K,
  Q5_K,
  Q6_K,
  IQ4_XS
};

struct ElementTypeInfo {
  llvm::StringLiteral name; // as safetensors or ggml spells it
  int64_t size;             // bytes a block
  int64_t count = 1;        // elements a block
};

/// In the order of ElementType.
inline constexpr ElementTypeInfo elementTypes[] = {
    {"BOOL", 1},        {"U8", 1},           {"I8", 1},
    {"F8_E5M2", 1},     {"F8_E4M3", 1},      {"F8_E8M0", 1},
    {"I16", 2},         {"U16", 2},          {"F16", 2},
    {"BF16", 2},        {"I32", 4},          {"U32", 4},
    {"F32", 4},         {"I64", 8},          {"U64", 8},
    {"F64", 8},         {"C64", 8},          {"Q4_0", 18, 32},
    {"Q4_1", 20, 32},   {"Q5_0", 22, 32},    {"Q5_1", 24, 32},
    {"Q8_0", 34, 32},   {"IQ4_NL", 18, 32},  {"Q2_K", 84, 256},
    {"Q3_K", 110, 256}, {"Q4_K", 144, 256},  {"Q5_K", 176, 256},
    {"Q6_K", 210, 256}, {"IQ4_XS", 136, 256}};

inline const ElementTypeInfo &getInfo(ElementType type) {
  return elementTypes[static_cast<int>(type)];
}

/// Of safetensors, which has no blocks.
inline std::optional<ElementType> parseElementType(llvm::StringRef name) {
  for (size_t i = 0; i < std::size(elementTypes); ++i)
    if (elementTypes[i].name == name && elementTypes[i].count == 1)
      return static_cast<ElementType>(i);
  return std::nullopt;
}

inline bool isInteger(ElementType type) {
  switch (type) {
  case ElementType::U8:
  case ElementType::I8:
  case ElementType::I16:
  case ElementType::U16:
  case ElementType::I32:
    return true;
  default:
    return false;
  }
}

/// bfloat16 is the upper half of a float.
inline float widenBF16(uint16_t bits) {
  return std::bit_cast<float>(uint32_t(bits) << 16);
}

/// IEEE binary16; exact, for every half is a float.
inline float widenF16(uint16_t bits) {
  uint32_t sign = uint32_t(bits & 0x8000) << 16;
  uint32_t exponent = (bits >> 10) & 0x1F;
  uint32_t mantissa = bits & 0x3FF;
  if (exponent == 0) { // zero or subnormal: mantissa * 2^-24
    float magnitude = float(mantissa) * 0x1p-24f;
    return sign ? -magnitude : magnitude;
  }
  exponent = exponent == 31 ? 255 : exponent + (127 - 15);
  return std::bit_cast<float>(sign | exponent << 23 | mantissa << 13);
}

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FILES_ELEMENT_TYPE_H
