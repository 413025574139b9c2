//===- batch_rows.h - A batch's input as the device reads it ----*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_EXECUTE_CUDA_BATCH_ROWS_H
#define EMBLEM_RUNTIME_EXECUTE_CUDA_BATCH_ROWS_H

#include "emblem/device_table.h"

namespace emblem::runtime::cuda {

/// How many rows there are of each kind of grid.
struct BatchRows {
  int64_t tokens, texts, tiles;

  int64_t of(int32_t grid) const {
    return grid == EMBLEM_GRID_TOKENS  ? tokens
           : grid == EMBLEM_GRID_TEXTS ? texts
                                       : tiles;
  }
  bool operator==(const BatchRows &) const = default;
};

/// The tiles that so many tokens of so many texts have at most.
int64_t mostTiles(const EmblemDeviceTable &program, int64_t tokens,
                  int64_t texts);

/// 1 or 1.5 times a power of two, at least `count`.
int64_t bucketOf(int64_t count);

/// The bucket of batches that one is in: what is launched for one is right for
/// all. `limits` are those of any batch.
BatchRows bucketOf(const EmblemDeviceTable &program, const BatchRows &rows,
                   const BatchRows &limits);

/// Where the parts of a batch's input begin, in bytes; laid out for a bucket,
/// so that one copy brings them all.
struct InputLayout {
  int64_t shape, ids, sequences, offsets, types, tiles, pixels, bytes;

  InputLayout(const EmblemModelTable &table, const EmblemDeviceTable &program,
              const BatchRows &rows);
};

/// Rows of texts [first, first + texts) of a batch.
BatchRows rowsOf(const EmblemDeviceTable &program,
                 const EmblemDeviceBatch &batch, int64_t first, int64_t texts);

/// Writes those texts' part of the input to `input`, which is laid out so.
/// Returns how many bytes of it are used.
int64_t fillInput(const EmblemModelTable &table,
                  const EmblemDeviceTable &program,
                  const EmblemDeviceBatch &batch, int64_t first,
                  const BatchRows &rows, const InputLayout &layout,
                  char *input);

} // namespace emblem::runtime::cuda

#endif // EMBLEM_RUNTIME_EXECUTE_CUDA_BATCH_ROWS_H
