//===- weight_rows_test.cpp - A weight as the device has it ---------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/execute/cuda/weight_rows.h"

#include <gtest/gtest.h>
#include <random>
#include <vector>

using emblem::runtime::cuda::readWeightRows;

namespace {

/// The byte of a row, or 0 behind it, as device_table.h says.
char expectedByte(const EmblemDeviceWeight &weight, const char *weights,
                  int64_t row, int64_t column) {
  if (row >= weight.rows || column >= weight.row_bytes)
    return 0;
  const char *source = weights + weight.source;
  if (weight.panel_rows == 0)
    return source[row * weight.source_pitch + column];
  const int64_t panel = row / weight.panel_rows,
                inside = row % weight.panel_rows;
  const int64_t depths =
      (weight.row_bytes + weight.depth_bytes - 1) / weight.depth_bytes;
  const int64_t depth = column / weight.depth_bytes;
  return source[((panel * depths + depth) * weight.panel_rows + inside) *
                    weight.depth_bytes +
                column % weight.depth_bytes];
}

} // namespace

TEST(WeightRows, AreThoseOfAPlainLoop) {
  std::mt19937 random(7);
  std::vector<char> weights(1 << 16);
  for (char &byte : weights)
    byte = char(random());
  for (int32_t panelRows : {0, 1, 6, 16})
    for (int32_t depthBytes : {1, 2, 3, 4, 8, 16, 64})
      for (int64_t rows : {1, 5, 16, 33})
        for (int64_t rowBytes : {1, 12, 64, 130})
          for (int64_t padding : {0, 62}) {
            const EmblemDeviceWeight weight = {64,
                                               0,
                                               rows,
                                               rowBytes,
                                               rowBytes + padding,
                                               rowBytes + padding / 2,
                                               panelRows,
                                               depthBytes};
            // Zeros up to the next weight.
            const int64_t bytes = rows * weight.pitch + 70;
            std::vector<char> expected(static_cast<size_t>(bytes));
            for (int64_t i = 0; i < bytes; ++i)
              expected[size_t(i)] = expectedByte(
                  weight, weights.data(), i / weight.pitch, i % weight.pitch);
            // In pieces that begin and end anywhere.
            std::vector<char> read(expected.size(), 'x');
            for (int64_t at = 0, end; at < bytes; at = end) {
              end = std::min(bytes, at + 1 + int64_t(random() % 100));
              readWeightRows(weight, weights.data(), at, end, read.data() + at);
            }
            ASSERT_EQ(read, expected)
                << panelRows << " " << depthBytes << " " << rows << " "
                << rowBytes << " " << padding;
          }
}
