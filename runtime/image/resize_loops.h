//===- resize_loops.h - The loops that resizing spends its time in -*- C++
//-*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

// resize_loops.cpp is compiled once for each x86-64 level, and a picture takes
// what the CPU can run. All give the same bits.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_IMAGE_RESIZE_LOOPS_H
#define EMBLEM_RUNTIME_IMAGE_RESIZE_LOOPS_H

#include "runtime/image/filter_table.h"

namespace emblem::image {

/// Rows that the horizontal pass takes at once.
constexpr int64_t lanes = 32;

/// What the horizontal pass turns on its side at a time: bytes of a row, or
/// more where one output pixel is made of more; and output pixels at most.
constexpr int64_t usualStripBytes = 1024, stripOutputs = 256;

struct ResizeLoops {
  /// Rows of pixels to rows of `count` pixels, rounded and clipped to bytes:
  /// `rows` of them, at most `lanes`, each `stride` bytes from the next.
  /// `stripBytes` is enough for the inputs of any output; `scratch` has
  /// (stripBytes + stripOutputs * channels) * lanes bytes.
  void (*horizontal)(const FilterTable::Taps *taps, int64_t count, int channels,
                     const uint8_t *from, int64_t stride, int64_t rows,
                     uint8_t *to, int64_t toStride, int64_t stripBytes,
                     uint8_t *scratch);

  /// The row of bytes that `taps` makes of rows `stride` bytes apart, the first
  /// of which is `from`; `bytes` of each.
  void (*vertical)(const FilterTable::Taps &taps, const uint8_t *from,
                   int64_t stride, int64_t bytes, uint8_t *to);

  /// byte * scale[c] + shift[c] for the channel c of each byte.
  void (*toFloats)(const uint8_t *from, int64_t pixels, int channels,
                   const float *scale, const float *shift, float *to);
};

extern const ResizeLoops resizeLoopsV2, resizeLoopsV3, resizeLoopsV4;

} // namespace emblem::image

#endif // EMBLEM_RUNTIME_IMAGE_RESIZE_LOOPS_H
