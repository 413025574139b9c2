//===- check_outputs.cpp - Whether vectors are numbers --------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/model/check_outputs.h"

#include "runtime/table/error.h"

#include <algorithm>
#include <cstring>

using namespace emblem::runtime;

/// Without a branch a number, so that it is done by vectors.
static bool areFinite(const float *values, int64_t count) {
  constexpr uint32_t exponent = 0x7f800000;
  uint32_t notFinite = 0;
  for (int64_t i = 0; i < count; ++i) {
    uint32_t bits;
    std::memcpy(&bits, values + i, sizeof(bits));
    notFinite |= uint32_t((bits & exponent) == exponent);
  }
  return notFinite == 0;
}

size_t emblem::runtime::findNotFinite(const float *rows, size_t count,
                                      int64_t width) {
  size_t row = 0;
  while (row < count && areFinite(rows + int64_t(row) * width, width))
    ++row;
  return row;
}

static EmblemStatus refuse(const char *noun, size_t index) {
  return fail(EMBLEM_NOT_FINITE,
              "%s %zu: the model computes a number that is not finite; its "
              "weights are damaged or too large",
              noun, index);
}

EmblemStatus emblem::runtime::checkFinite(const float *rows, size_t count,
                                          int64_t width, const char *noun) {
  const size_t row = findNotFinite(rows, count, width);
  return row == count ? EMBLEM_OK : refuse(noun, row);
}

EmblemStatus emblem::runtime::checkOutputs(const EmblemModelTable &table,
                                           const OutputRows &outputs,
                                           const int64_t *offsets,
                                           size_t sequences) {
  size_t first = sequences;
  for (int64_t i = 0; i < allOutputCount(table); ++i) {
    const EmblemOutput output = outputOf(table, i);
    const bool ofTokens = output.rows == EMBLEM_ROWS_ARE_TOKENS;
    const size_t rows =
        ofTokens ? size_t(offsets[sequences] - offsets[0]) : sequences;
    if (!outputs.of[i])
      continue;
    size_t row = findNotFinite(outputs.of[i], rows, output.width);
    if (row == rows)
      continue;
    if (ofTokens)
      row = size_t(std::upper_bound(offsets, offsets + sequences,
                                    offsets[0] + int64_t(row)) -
                   offsets - 1);
    first = std::min(first, row);
  }
  return first == sequences ? EMBLEM_OK : refuse("sequence", first);
}
