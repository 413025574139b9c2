//===- resize_loops.cpp - Loops of resizing in plain C++ ------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/cpu/portable/resize_loops.h"

#include <algorithm>
#include <cstring>

using namespace emblem::image;

namespace {

/// A weighted sum of bytes, with the rounding's half in it. It wraps around on
/// the way, the whole does not.
struct Sum {
  uint32_t bits = uint32_t(1) << (FilterTable::fractionBits - 1);

  void add(uint8_t byte, int32_t weight) { bits += byte * uint32_t(weight); }
  uint8_t rounded() const {
    const int32_t value = int32_t(bits) >> FilterTable::fractionBits;
    return uint8_t(std::clamp(value, 0, 255));
  }
};

void packWeights(const int32_t *weights, int32_t *to) {
  std::memcpy(to, weights, 4 * sizeof(int32_t));
}

void horizontal(const FilterTable::Taps *taps, int64_t count, int channels,
                const PixelRows &from, uint8_t *to, int64_t toStride,
                uint8_t *) {
  for (int64_t y = 0; y < from.count; ++y)
    for (int64_t x = 0; x < count; ++x) {
      const FilterTable::Taps &of = taps[x];
      const uint8_t *pixels =
          from.first + y * from.stride + (of.first - taps[0].first) * channels;
      // Weights beyond the pixels are zero.
      const int64_t used =
          std::min<int64_t>(of.count, (from.end - pixels) / channels);
      for (int c = 0; c < channels; ++c) {
        Sum sum;
        for (int64_t t = 0; t < used; ++t)
          sum.add(pixels[t * channels + c], of.weights[t]);
        to[y * toStride + x * channels + c] = sum.rounded();
      }
    }
}

void vertical(const FilterTable::Taps &taps, const uint8_t *from,
              int64_t stride, int64_t bytes, uint8_t *to) {
  from += taps.first * stride;
  for (int64_t x = 0; x < bytes; ++x) {
    Sum sum;
    for (int32_t t = 0; t < taps.count; ++t)
      sum.add(from[t * stride + x], taps.weights[t]);
    to[x] = sum.rounded();
  }
}

void toFloats(const uint8_t *from, int64_t pixels, int channels,
              const float *scale, const float *shift, float *to) {
  for (int64_t x = 0; x < pixels; ++x)
    for (int c = 0; c < channels; ++c, ++from, ++to)
      *to = float(*from) * scale[c] + shift[c];
}

} // namespace

const ResizeLoops emblem::image::portableResizeLoops = {packWeights, horizontal,
                                                        vertical, toFloats};
