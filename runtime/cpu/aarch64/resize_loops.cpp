//===- resize_loops.cpp - The loops that resizing spends its time in ------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Sums in words of 32 bits, which wrap around on the way; the whole does not.
// mla multiplies such words, so weights need not be cut into narrower parts.
//
//===----------------------------------------------------------------------===//

#include "runtime/image/resize_loops.h"

#include <arm_neon.h>
#include <cstring>

using namespace emblem::image;

namespace {

constexpr uint32_t half = uint32_t(1) << (FilterTable::fractionBits - 1);

void packWeights(const int32_t *weights, int32_t *to) {
  std::memcpy(to, weights, 4 * sizeof(int32_t));
}

/// `count` bytes as words, and zeros.
uint32x4_t loadWords(const uint8_t *bytes, int64_t count = 4) {
  uint32_t four = 0;
  std::memcpy(&four, bytes, size_t(count));
  const uint8x8_t loaded = vreinterpret_u8_u32(vdup_n_u32(four));
  return vmovl_u16(vget_low_u16(vmovl_u8(loaded)));
}

/// Sums to whole numbers, clipped to what a byte holds.
uint16x4_t rounded(uint32x4_t sums) {
  return vqmovun_s32(
      vshrq_n_s32(vreinterpretq_s32_u32(sums), FilterTable::fractionBits));
}

/// The first `count` of them, as bytes.
void storeBytes(uint16x4_t values, uint8_t *to, int64_t count) {
  uint8_t bytes[8];
  vst1_u8(bytes, vqmovn_u16(vcombine_u16(values, values)));
  std::memcpy(to, bytes, size_t(count));
}

/// The pixels that one output is made of, of each of `rows` rows.
struct Window {
  const uint8_t *first;
  int64_t stride;
  const uint8_t *end; // of what may be read
  const FilterTable::Taps &taps;
};

/// A lane of a sum is a channel. A word that is loaded has a byte of the next
/// pixel in it, which the memory's last pixel has not.
template <int rows> void sumPixels(const Window &window, uint8_t *const *to) {
  uint32x4_t sums[rows];
  for (int r = 0; r < rows; ++r)
    sums[r] = vdupq_n_u32(half);
  const uint8_t *last = window.first + (rows - 1) * window.stride;
  const int64_t readable = window.end - last;
  int32_t t = 0;
  for (; t < window.taps.count && (t + 1) * 3 < readable; ++t)
    for (int r = 0; r < rows; ++r)
      sums[r] = vmlaq_n_u32(sums[r],
                            loadWords(window.first + r * window.stride + t * 3),
                            uint32_t(window.taps.weights[t]));
  // Weights beyond the pixels are zero.
  for (; t < window.taps.count && (t + 1) * 3 <= readable; ++t)
    for (int r = 0; r < rows; ++r)
      sums[r] = vmlaq_n_u32(
          sums[r], loadWords(window.first + r * window.stride + t * 3, 3),
          uint32_t(window.taps.weights[t]));
  for (int r = 0; r < rows; ++r)
    storeBytes(rounded(sums[r]), to[r], 3);
}

/// Four taps of one channel at a time, a lane each.
template <int rows> void sumGreys(const Window &window, uint8_t *const *to) {
  uint32x4_t sums[rows];
  for (int r = 0; r < rows; ++r)
    sums[r] = vdupq_n_u32(0);
  const uint8_t *last = window.first + (rows - 1) * window.stride;
  for (int32_t t = 0; t < window.taps.count; t += 4) {
    const int32x4_t signedWeights = vld1q_s32(window.taps.weights + t);
    const uint32x4_t weights = vreinterpretq_u32_s32(signedWeights);
    const int64_t left = window.end - (last + t);
    const int64_t count = left < 0 ? 0 : left < 4 ? left : 4;
    for (int r = 0; r < rows; ++r) {
      const uint8_t *from = window.first + r * window.stride + t;
      sums[r] = vmlaq_u32(sums[r],
                          count == 4 ? loadWords(from) : loadWords(from, count),
                          weights);
    }
  }
  for (int r = 0; r < rows; ++r)
    storeBytes(rounded(vdupq_n_u32(vaddvq_u32(sums[r]) + half)), to[r], 1);
}

template <int rows>
void sumRows(const FilterTable::Taps *taps, int64_t count, int channels,
             const PixelRows &from, int64_t y, uint8_t *to, int64_t toStride) {
  for (int64_t x = 0; x < count; ++x) {
    const Window window = {from.first + y * from.stride +
                               (taps[x].first - taps[0].first) * channels,
                           from.stride, from.end, taps[x]};
    uint8_t *results[rows];
    for (int r = 0; r < rows; ++r)
      results[r] = to + (y + r) * toStride + x * channels;
    if (channels == 3)
      sumPixels<rows>(window, results);
    else
      sumGreys<rows>(window, results);
  }
}

void horizontal(const FilterTable::Taps *taps, int64_t count, int channels,
                const PixelRows &from, uint8_t *to, int64_t toStride,
                uint8_t *) {
  int64_t y = 0;
  for (; y + 4 <= from.count; y += 4)
    sumRows<4>(taps, count, channels, from, y, to, toStride);
  for (; y < from.count; ++y)
    sumRows<1>(taps, count, channels, from, y, to, toStride);
}

/// 16 bytes of each of the rows, to as many bytes.
void sumDown(const FilterTable::Taps &taps, const uint8_t *from, int64_t stride,
             uint8_t *to) {
  uint32x4_t sums[4];
  for (uint32x4_t &sum : sums)
    sum = vdupq_n_u32(half);
  for (int32_t t = 0; t < taps.count; ++t) {
    const uint8x16_t bytes = vld1q_u8(from + t * stride);
    const uint16x8_t low = vmovl_u8(vget_low_u8(bytes));
    const uint16x8_t high = vmovl_high_u8(bytes);
    const uint32_t weight = uint32_t(taps.weights[t]);
    sums[0] = vmlaq_n_u32(sums[0], vmovl_u16(vget_low_u16(low)), weight);
    sums[1] = vmlaq_n_u32(sums[1], vmovl_high_u16(low), weight);
    sums[2] = vmlaq_n_u32(sums[2], vmovl_u16(vget_low_u16(high)), weight);
    sums[3] = vmlaq_n_u32(sums[3], vmovl_high_u16(high), weight);
  }
  const uint16x8_t low = vcombine_u16(rounded(sums[0]), rounded(sums[1]));
  const uint16x8_t high = vcombine_u16(rounded(sums[2]), rounded(sums[3]));
  vst1q_u8(to, vcombine_u8(vqmovn_u16(low), vqmovn_u16(high)));
}

void vertical(const FilterTable::Taps &taps, const uint8_t *from,
              int64_t stride, int64_t bytes, uint8_t *to) {
  constexpr int64_t step = 16;
  from += taps.first * stride;
  if (bytes >= step) {
    // The last vector overlaps the one before.
    for (int64_t x = 0; x < bytes; x += step) {
      const int64_t begin = x + step <= bytes ? x : bytes - step;
      sumDown(taps, from + begin, stride, to + begin);
    }
    return;
  }
  for (int64_t x = 0; x < bytes; ++x) {
    uint32_t sum = half;
    for (int32_t t = 0; t < taps.count; ++t)
      sum += from[t * stride + x] * uint32_t(taps.weights[t]);
    storeBytes(rounded(vdupq_n_u32(sum)), to + x, 1);
  }
}

void toFloats(const uint8_t *from, int64_t pixels, int channels,
              const float *scale, const float *shift, float *to) {
  // Three vectors are whole pixels of one channel or of three.
  constexpr int step = 12;
  float scales[step], shifts[step];
  for (int i = 0; i < step; ++i) {
    scales[i] = scale[i % channels];
    shifts[i] = shift[i % channels];
  }
  const int64_t bytes = pixels * channels;
  int64_t x = 0;
  for (; x + step <= bytes; x += step)
    for (int i = 0; i < step; i += 4) {
      const float32x4_t value = vcvtq_f32_u32(loadWords(from + x + i));
      const float32x4_t scaled = vmulq_f32(value, vld1q_f32(scales + i));
      vst1q_f32(to + x + i, vaddq_f32(scaled, vld1q_f32(shifts + i)));
    }
  for (int64_t i = 0; x < bytes; ++x, ++i)
    to[x] = float(from[x]) * scales[i] + shifts[i];
}

constexpr ResizeLoops loops = {packWeights, horizontal, vertical, toFloats};

} // namespace

const ResizeLoops &emblem::image::resizeLoops() { return loops; }
