//===- score_reading.cpp - Numbers as the reference reads them ------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/read/score_reading.h"

#include "llvm/ADT/StringRef.h"

#include <charconv>
#include <cmath>
#include <cstdint>

using namespace llvm;

double emblem::frontend::readScoreAsReference(double value) {
  if (!std::isfinite(value) || value == 0)
    return value;
  // The file has the shortest digits that are read back as this double.
  char text[40];
  auto end = std::to_chars(text, text + sizeof(text), std::fabs(value),
                           std::chars_format::scientific)
                 .ptr;
  auto [digits, power] = StringRef(text, size_t(end - text)).split('e');
  int exponent = 0;
  power.consume_front("+");
  if (power.getAsInteger(10, exponent))
    return value;
  uint64_t significand = 0;
  for (char c : digits) {
    if (c == '.')
      continue;
    significand = significand * 10 + uint64_t(c - '0');
  }
  exponent -= int(digits.size()) - (digits.contains('.') ? 2 : 1);
  double result = double(significand);
  for (; exponent < -308; exponent += 308)
    result /= 1e308;
  result = exponent < 0 ? result / std::pow(10.0, -exponent)
                        : result * std::pow(10.0, exponent);
  return value < 0 ? -result : result;
}
