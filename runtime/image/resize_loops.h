//===- resize_loops.h - The loops of resizing -------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

// An architecture has its own in runtime/cpu. All give the same bits.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_IMAGE_RESIZE_LOOPS_H
#define EMBLEM_RUNTIME_IMAGE_RESIZE_LOOPS_H

#include "runtime/image/filter_table.h"

namespace emblem::image {

/// Rows that the horizontal pass takes at once.
constexpr int64_t rowsAcross = 16;

/// What the horizontal pass keeps at a time: pixels of each row, or more where
/// one output is made of more (a multiple of 64), and outputs.
constexpr int64_t stripPixels = 320, outputsAtOnce = 128;

/// `count` rows of pixels, `stride` bytes from one to the next, in memory that
/// ends at `end`.
struct PixelRows {
  const uint8_t *first;
  int64_t stride, count;
  const uint8_t *end;
};

struct ResizeLoops {
  /// For FilterTable::build(), whose tables serve these loops only.
  FilterTable::PackWeights packWeights;

  /// Rows of pixels, at most `rowsAcross`, to rows of `count` pixels, rounded
  /// and clipped to bytes. The table is aligned; a row begins at the first
  /// output's first input. `scratch`: (pixels of the strip + outputsAtOnce) *
  /// channels * rowsAcross bytes.
  void (*horizontal)(const FilterTable::Taps *taps, int64_t count, int channels,
                     const PixelRows &from, uint8_t *to, int64_t toStride,
                     uint8_t *scratch);

  /// The row of bytes that `taps` makes of rows `stride` bytes apart, the first
  /// of which is `from`; `bytes` of each.
  void (*vertical)(const FilterTable::Taps &taps, const uint8_t *from,
                   int64_t stride, int64_t bytes, uint8_t *to);

  /// byte * scale[c] + shift[c] for the channel c of each byte; 1 or 3
  /// channels.
  void (*toFloats)(const uint8_t *from, int64_t pixels, int channels,
                   const float *scale, const float *shift, float *to);
};

/// The fastest that this CPU can run.
const ResizeLoops &resizeLoops();

} // namespace emblem::image

#endif // EMBLEM_RUNTIME_IMAGE_RESIZE_LOOPS_H
