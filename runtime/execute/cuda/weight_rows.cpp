//===- weight_rows.cpp - A weight as the device has it --------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/execute/cuda/weight_rows.h"

#include <algorithm>
#include <cstring>

using namespace emblem::runtime::cuda;

/// Pieces of a known size, `stride` apart, are moved as one word each.
template <size_t Bytes>
static void gather(char *to, const char *from, int64_t stride, int64_t count) {
  for (int64_t i = 0; i < count; ++i)
    std::memcpy(to + i * int64_t(Bytes), from + i * stride, Bytes);
}

/// Bytes [begin, end) of a row that lies in panels.
static void readPanelRow(const EmblemDeviceWeight &weight, const char *source,
                         int64_t row, int64_t begin, int64_t end, char *to) {
  const int64_t depth = weight.depth_bytes, height = weight.panel_rows;
  const int64_t depths = (weight.row_bytes + depth - 1) / depth;
  const int64_t stride = height * depth;
  const char *own =
      source + row / height * depths * stride + row % height * depth;
  auto copyPart = [&](int64_t until) {
    std::memcpy(to, own + begin / depth * stride + begin % depth,
                size_t(until - begin));
    to += until - begin;
    begin = until;
  };
  if (begin % depth != 0)
    copyPart(std::min(end, (begin / depth + 1) * depth));
  const int64_t whole = (end - begin) / depth;
  const char *from = own + begin / depth * stride;
  switch (depth) {
  case 1:
    gather<1>(to, from, stride, whole);
    break;
  case 2:
    gather<2>(to, from, stride, whole);
    break;
  case 4:
    gather<4>(to, from, stride, whole);
    break;
  case 8:
    gather<8>(to, from, stride, whole);
    break;
  case 16:
    gather<16>(to, from, stride, whole);
    break;
  default:
    for (int64_t i = 0; i < whole; ++i)
      std::memcpy(to + i * depth, from + i * stride, size_t(depth));
  }
  to += whole * depth;
  begin += whole * depth;
  if (begin < end)
    copyPart(end);
}

void emblem::runtime::cuda::readWeightRows(const EmblemDeviceWeight &weight,
                                           const char *weights, int64_t begin,
                                           int64_t end, char *bytes) {
  const char *source = weights + weight.source;
  while (begin < end) {
    const int64_t row = begin / weight.pitch, start = row * weight.pitch;
    const int64_t column = begin - start;
    const int64_t until = std::min(end - start, weight.pitch);
    const int64_t rowBytes = row < weight.rows ? weight.row_bytes : 0;
    const int64_t dataEnd = std::max(column, std::min(until, rowBytes));
    if (column < dataEnd) {
      if (weight.panel_rows > 0)
        readPanelRow(weight, source, row, column, dataEnd, bytes);
      else
        std::memcpy(bytes, source + row * weight.source_pitch + column,
                    size_t(dataEnd - column));
    }
    std::memset(bytes + dataEnd - column, 0, size_t(until - dataEnd));
    bytes += until - column;
    begin = start + until;
  }
}
