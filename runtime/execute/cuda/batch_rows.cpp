//===- batch_rows.cpp - A batch's input as the device reads it ------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/execute/cuda/batch_rows.h"

#include "runtime/table/outputs.h"

#include <algorithm>
#include <bit>
#include <cstring>

using namespace emblem::runtime;
using namespace emblem::runtime::cuda;

/// Fewer tokens are launched as so many.
static constexpr int64_t leastBucket = 16;

/// What a part of the input begins at a multiple of.
static constexpr int64_t alignment = 256;

int64_t emblem::runtime::cuda::mostTiles(const EmblemDeviceTable &program,
                                         int64_t tokens, int64_t texts) {
  return program.query_rows > 0 ? tokens / program.query_rows + texts : 0;
}

int64_t emblem::runtime::cuda::bucketOf(int64_t count) {
  const auto power = int64_t(std::bit_ceil(uint64_t(count)));
  return power >= 4 && count <= power / 4 * 3 ? power / 4 * 3 : power;
}

BatchRows emblem::runtime::cuda::bucketOf(const EmblemDeviceTable &program,
                                          const BatchRows &rows,
                                          const BatchRows &limits) {
  const int64_t tokens =
      std::min(std::max(bucketOf(rows.tokens), leastBucket), limits.tokens);
  const int64_t texts = std::min({bucketOf(rows.texts), limits.texts, tokens});
  return {tokens, texts, mostTiles(program, tokens, texts)};
}

InputLayout::InputLayout(const EmblemModelTable &table,
                         const EmblemDeviceTable &program,
                         const BatchRows &rows) {
  int64_t end = 0;
  auto place = [&](int64_t partBytes) {
    const int64_t begin = end;
    end += (partBytes + alignment - 1) / alignment * alignment;
    return begin;
  };
  constexpr auto word = int64_t(sizeof(int32_t));
  shape = place(sizeof(EmblemDeviceShape));
  ids = place(rows.tokens * word);
  sequences = place(rows.tokens * word);
  offsets = place((rows.texts + 1) * word);
  types = place(table.token_types > 0 ? rows.tokens * word : 0);
  tiles = place(rows.tiles * int64_t(sizeof(EmblemQueryTile)));
  pixels = place(rows.texts * pixelsPerImage(table) * int64_t(sizeof(float)));
  bytes = end;
}

BatchRows emblem::runtime::cuda::rowsOf(const EmblemDeviceTable &program,
                                        const EmblemDeviceBatch &batch,
                                        int64_t first, int64_t texts) {
  BatchRows rows = {batch.offsets[first + texts] - batch.offsets[first], texts,
                    0};
  if (const int32_t height = program.query_rows; height > 0)
    for (int64_t i = first; i < first + texts; ++i)
      rows.tiles +=
          (batch.offsets[i + 1] - batch.offsets[i] + height - 1) / height;
  return rows;
}

int64_t emblem::runtime::cuda::fillInput(const EmblemModelTable &table,
                                         const EmblemDeviceTable &program,
                                         const EmblemDeviceBatch &batch,
                                         int64_t first, const BatchRows &rows,
                                         const InputLayout &layout,
                                         char *input) {
  auto words = [&](int64_t place) {
    return reinterpret_cast<int32_t *>(input + place);
  };
  const EmblemDeviceShape shape = {int32_t(rows.tokens), int32_t(rows.texts),
                                   int32_t(rows.tiles), 0};
  std::memcpy(input + layout.shape, &shape, sizeof(shape));
  const int32_t begin = batch.offsets[first];
  std::copy_n(batch.ids + begin, rows.tokens, words(layout.ids));
  if (table.token_types > 0)
    std::copy_n(batch.types + begin, rows.tokens, words(layout.types));
  int32_t *sequences = words(layout.sequences),
          *offsets = words(layout.offsets);
  auto *tile = reinterpret_cast<EmblemQueryTile *>(input + layout.tiles);
  offsets[0] = 0;
  for (int32_t text = 0; text < rows.texts; ++text) {
    const int32_t end = batch.offsets[first + text + 1] - begin;
    std::fill(sequences + offsets[text], sequences + end, text);
    if (const int32_t height = program.query_rows; height > 0)
      for (int32_t row = 0; row < end - offsets[text]; row += height)
        *tile++ = {text, row};
    offsets[text + 1] = end;
  }
  const int64_t pixels = rows.texts * pixelsPerImage(table);
  if (pixels > 0)
    std::copy_n(batch.pixels + first * pixelsPerImage(table), pixels,
                reinterpret_cast<float *>(input + layout.pixels));
  return layout.pixels + pixels * int64_t(sizeof(float));
}
