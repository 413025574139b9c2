//===- narrow_integers.cpp - Integers of few bits, and scales -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/weights/narrow_integers.h"

#include "llvm/Support/MathExtras.h"

#include <cstring>

using namespace llvm;
using namespace emblem::frontend;

template <typename T>
static void widen(const WeightView &view, int64_t begin,
                  MutableArrayRef<float> values) {
  const char *data = view.data + begin * sizeof(T);
  for (float &value : values) {
    T integer;
    std::memcpy(&integer, data, sizeof(T));
    value = static_cast<float>(integer);
    data += sizeof(T);
  }
}

void emblem::frontend::readIntegers(const WeightView &view, int64_t begin,
                                    MutableArrayRef<float> values) {
  switch (view.type) {
  case ElementType::U8:
    return widen<uint8_t>(view, begin, values);
  case ElementType::I8:
    return widen<int8_t>(view, begin, values);
  case ElementType::U16:
    return widen<uint16_t>(view, begin, values);
  case ElementType::I16:
    return widen<int16_t>(view, begin, values);
  default:
    return widen<int32_t>(view, begin, values);
  }
}

void emblem::frontend::unpackIntegers(const char *bytes, int64_t bits,
                                      MutableArrayRef<float> values) {
  int64_t inByte = 8 / bits, mask = (1 << bits) - 1;
  for (size_t i = 0; i < values.size(); ++i)
    values[i] = uint8_t(bytes[i / inByte]) >> (i % inByte * bits) & mask;
}

ScalePlaces::ScalePlaces(const WeightDerivation::Dequantised &how,
                         ArrayRef<int64_t> shape)
    : width(shape.back()), perRow(0), axis(how.axis), block(how.block) {
  // A vector is one row, or a column.
  if (shape.size() == 1 && axis == 0)
    width = 1;
  if (block > 0)
    perRow = divideCeil(width, block);
}

std::pair<int64_t, int64_t> ScalePlaces::span(int64_t begin,
                                              int64_t count) const {
  int64_t first = begin / width, last = (begin + count - 1) / width;
  if (block == 0 && axis == 1)
    return {0, width};
  if (block > 0 && axis == 0)
    return {first / block * width, (last / block + 1) * width};
  return {indexOf(first, 0), indexOf(last, width - 1) + 1};
}
