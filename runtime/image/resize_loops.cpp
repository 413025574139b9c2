//===- resize_loops.cpp - The loops that resizing spends its time in ------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

// Compiled several times, each with another -march and another name
// (EMBLEM_RESIZE_LOOPS): so nothing here may be an inline function that the
// linker would take once for all.
//
// The horizontal pass wants one weight for a whole vector, so its vectors run
// down a block of rows: the block is turned on its side, a strip of columns at
// a time, and the result turned back. The vertical pass has its vectors along
// the row as they are.
//
//===----------------------------------------------------------------------===//

#include "runtime/image/resize_loops.h"

#include <immintrin.h>

#define INLINE inline __attribute__((always_inline))

using namespace emblem::image;

namespace {

// Compilers do not find these two instructions by themselves.
#if defined(__AVX512BW__)
typedef int32_t Ints [[gnu::vector_size(64)]];
INLINE Ints widen(const uint8_t *bytes) {
  return Ints(_mm512_cvtepu8_epi32(
      _mm_loadu_si128(reinterpret_cast<const __m128i *>(bytes))));
}
#elif defined(__AVX2__)
typedef int32_t Ints [[gnu::vector_size(32)]];
INLINE Ints widen(const uint8_t *bytes) {
  return Ints(_mm256_cvtepu8_epi32(
      _mm_loadl_epi64(reinterpret_cast<const __m128i *>(bytes))));
}
#else
typedef int32_t Ints [[gnu::vector_size(16)]];
INLINE Ints widen(const uint8_t *bytes) {
  return Ints(_mm_cvtepu8_epi32(_mm_loadu_si32(bytes)));
}
#endif

constexpr int lanesOfVector = sizeof(Ints) / sizeof(int32_t);
constexpr int vectors = lanes / lanesOfVector;

typedef uint8_t Bytes16 [[gnu::vector_size(16)]];

/// Ints to bytes, saturated: 16 of them, in `16 / lanesOfVector` vectors.
INLINE Bytes16 narrow(const Ints *from) {
#if defined(__AVX512BW__)
  return Bytes16(_mm512_cvtusepi32_epi8(
      _mm512_max_epi32(__m512i(*from), _mm512_setzero_si512())));
#elif defined(__AVX2__)
  const __m256i shorts = _mm256_permute4x64_epi64(
      _mm256_packs_epi32(__m256i(from[0]), __m256i(from[1])), 0xd8);
  return Bytes16(_mm_packus_epi16(_mm256_castsi256_si128(shorts),
                                  _mm256_extracti128_si256(shorts, 1)));
#else
  return Bytes16(
      _mm_packus_epi16(_mm_packs_epi32(__m128i(from[0]), __m128i(from[1])),
                       _mm_packs_epi32(__m128i(from[2]), __m128i(from[3]))));
#endif
}

template <typename T> INLINE T load(const void *from) {
  T value;
  __builtin_memcpy(&value, from, sizeof(T));
  return value;
}

template <typename T> INLINE void store(void *to, T value) {
  __builtin_memcpy(to, &value, sizeof(T));
}

/// Weighted sums of bytes, one a lane, with the rounding's half in them.
struct Sums {
  Ints of[vectors];

  INLINE Sums() {
    for (Ints &sum : of)
      sum = Ints{} + (1 << (FilterTable::fractionBits - 1));
  }

  INLINE void add(const uint8_t *bytes, int32_t weight) {
    for (int v = 0; v < vectors; ++v)
      of[v] += widen(bytes + v * lanesOfVector) * weight;
  }

  /// Rounded and clipped to bytes.
  INLINE void store(uint8_t *to) const {
    Ints rounded[vectors];
    for (int v = 0; v < vectors; ++v)
      rounded[v] = of[v] >> FilterTable::fractionBits;
    for (int i = 0; i < lanes; i += 16)
      ::store(to + i, narrow(rounded + i / lanesOfVector));
  }
};

/// 16 x 16 bytes: to[x * toStride + y] = from[y * stride + x]. Four times every
/// row is interleaved with the one 8 below it.
INLINE void transposeTile(const uint8_t *from, int64_t stride, uint8_t *to,
                          int64_t toStride) {
  Bytes16 rows[16], mixed[16];
  for (int y = 0; y < 16; ++y)
    rows[y] = load<Bytes16>(from + y * stride);
  for (int round = 0; round < 4; ++round) {
    for (int y = 0; y < 8; ++y) {
      mixed[2 * y] = __builtin_shuffle(
          rows[y], rows[y + 8],
          Bytes16{0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23});
      mixed[2 * y + 1] =
          __builtin_shuffle(rows[y], rows[y + 8],
                            Bytes16{8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13,
                                    29, 14, 30, 15, 31});
    }
    for (int y = 0; y < 16; ++y)
      rows[y] = mixed[y];
  }
  for (int x = 0; x < 16; ++x)
    store(to + x * toStride, rows[x]);
}

/// The same of any height and width.
void transpose(const uint8_t *from, int64_t stride, int64_t height,
               int64_t width, uint8_t *to, int64_t toStride) {
  const int64_t fullHeight = height / 16 * 16, fullWidth = width / 16 * 16;
  for (int64_t y = 0; y < fullHeight; y += 16)
    for (int64_t x = 0; x < fullWidth; x += 16)
      transposeTile(from + y * stride + x, stride, to + x * toStride + y,
                    toStride);
  for (int64_t y = 0; y < height; ++y)
    for (int64_t x = y < fullHeight ? fullWidth : 0; x < width; ++x)
      to[x * toStride + y] = from[y * stride + x];
}

void horizontal(const FilterTable::Taps *taps, int64_t count, int channels,
                const uint8_t *from, int64_t stride, int64_t rows, uint8_t *to,
                int64_t toStride, int64_t stripBytes, uint8_t *scratch) {
  uint8_t *results = scratch + stripBytes * lanes;
  for (int64_t begin = 0, end; begin < count; begin = end) {
    // As many outputs as one strip holds the inputs of.
    const int64_t first = taps[begin].first;
    int64_t last = first;
    for (end = begin; end < count && end - begin < stripOutputs; ++end) {
      const int64_t stop = taps[end].first + taps[end].count;
      if ((stop - first) * channels > stripBytes)
        break;
      last = stop;
    }
    transpose(from + first * channels, stride, rows, (last - first) * channels,
              scratch, lanes);
    for (int64_t o = begin; o < end; ++o) {
      const FilterTable::Taps &of = taps[o];
      for (int c = 0; c < channels; ++c) {
        const uint8_t *column =
            scratch + ((of.first - first) * channels + c) * lanes;
        Sums sums;
        for (int32_t t = 0; t < of.count; ++t)
          sums.add(column + t * channels * lanes, of.weights[t]);
        sums.store(results + ((o - begin) * channels + c) * lanes);
      }
    }
    transpose(results, lanes, (end - begin) * channels, rows,
              to + begin * channels, toStride);
  }
}

void vertical(const FilterTable::Taps &taps, const uint8_t *from,
              int64_t stride, int64_t bytes, uint8_t *to) {
  from += taps.first * stride;
  for (int64_t x = 0; x < bytes; x += lanes) {
    // The last vector may reach beyond the picture.
    const int64_t left = bytes - x;
    uint8_t part[lanes] = {};
    Sums sums;
    for (int32_t t = 0; t < taps.count; ++t) {
      const uint8_t *row = from + t * stride + x;
      if (left < lanes) {
        __builtin_memcpy(part, row, size_t(left));
        row = part;
      }
      sums.add(row, taps.weights[t]);
    }
    sums.store(part);
    __builtin_memcpy(to + x, part, left < lanes ? size_t(left) : lanes);
  }
}

template <int channels>
INLINE void toFloatsOf(const uint8_t *from, int64_t pixels, const float *scale,
                       const float *shift, float *to) {
  for (int64_t x = 0; x < pixels; ++x)
    for (int c = 0; c < channels; ++c)
      to[x * channels + c] =
          float(from[x * channels + c]) * scale[c] + shift[c];
}

void toFloats(const uint8_t *from, int64_t pixels, int channels,
              const float *scale, const float *shift, float *to) {
  if (channels == 1)
    toFloatsOf<1>(from, pixels, scale, shift, to);
  else
    toFloatsOf<3>(from, pixels, scale, shift, to);
}

} // namespace

const ResizeLoops emblem::image::EMBLEM_RESIZE_LOOPS = {horizontal, vertical,
                                                        toFloats};
