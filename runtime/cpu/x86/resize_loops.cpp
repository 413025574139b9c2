//===- resize_loops.cpp - The loops that resizing spends its time in ------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

// Compiled several times, each with another -march and another name
// (EMBLEM_RESIZE_LOOPS): so nothing here may be an inline function that the
// linker would take once for all.
//
// A word of a sum takes four taps at a time (resize_vectors.h): bytes of four
// neighbours along the axis. In the vertical pass these are four rows,
// interleaved. The horizontal pass wants one weight for a whole vector, so its
// vectors run down 16 rows: a strip of columns at a time is turned on its side,
// in words of four pixels of one channel, and the result is turned back.
//
//===----------------------------------------------------------------------===//

#include "runtime/cpu/x86/resize_kinds.h"
#include "runtime/cpu/x86/resize_vectors.h"

using namespace emblem::image;

namespace {

/// Of the strip: words of the 16 rows, quad by quad, channel by channel.
constexpr int64_t wordBytes = rowsAcross * 4;

/// pixelsOfVector() of each row, on their side.
template <int channels>
INLINE void turn(const uint8_t *const (&rows)[rowsAcross], int64_t at,
                 uint8_t *to) {
  for (int row = 0; row < rowsAcross; row += wordsOfVector) {
    Vector turned[4][blocks];
    for (int b = 0; b < blocks; ++b) {
      Vector from[4];
      for (int i = 0; i < 4; ++i)
        from[i] = quadsOf<channels>(rows[row + b * 4 + i] + at);
      const Vector low01 = VECTOR(unpacklo_epi32)(from[0], from[1]);
      const Vector low23 = VECTOR(unpacklo_epi32)(from[2], from[3]);
      const Vector high01 = VECTOR(unpackhi_epi32)(from[0], from[1]);
      const Vector high23 = VECTOR(unpackhi_epi32)(from[2], from[3]);
      turned[0][b] = VECTOR(unpacklo_epi64)(low01, low23);
      turned[1][b] = VECTOR(unpackhi_epi64)(low01, low23);
      turned[2][b] = VECTOR(unpacklo_epi64)(high01, high23);
      turned[3][b] = VECTOR(unpackhi_epi64)(high01, high23);
    }
    constexpr int wordsOfBlock = channels == 1 ? 4 : channels;
    for (int w = 0; w < wordsOfBlock; ++w) {
      Vector words[blocks];
      exchangeBlocks(turned[w], words);
      for (int b = 0; b < blocks; ++b)
        store(to + (b * wordsOfBlock + w) * wordBytes + row * 4, words[b]);
    }
  }
}

/// 16 x 16 bytes: to[x * toStride + y] = from[y * 16 + x]. Four times every row
/// is interleaved with the one 8 below it.
INLINE void turnBackTile(const uint8_t *from, uint8_t *to, int64_t toStride) {
  __m128i rows[16], mixed[16];
  for (int y = 0; y < 16; ++y)
    rows[y] = load<__m128i>(from + y * 16);
  for (int round = 0; round < 4; ++round) {
    for (int y = 0; y < 8; ++y) {
      mixed[2 * y] = _mm_unpacklo_epi8(rows[y], rows[y + 8]);
      mixed[2 * y + 1] = _mm_unpackhi_epi8(rows[y], rows[y + 8]);
    }
    for (int y = 0; y < 16; ++y)
      rows[y] = mixed[y];
  }
  for (int x = 0; x < 16; ++x)
    store(to + x * toStride, rows[x]);
}

/// `bytes` results of each row, from columns of 16.
void turnBack(const uint8_t *from, int64_t bytes, int64_t rows, uint8_t *to,
              int64_t toStride) {
  if (rows == rowsAcross && bytes >= 16) {
    // The last tile overlaps the one before.
    for (int64_t x = 0; x < bytes; x += 16) {
      const int64_t begin = x + 16 <= bytes ? x : bytes - 16;
      turnBackTile(from + begin * rowsAcross, to + begin, toStride);
    }
    return;
  }
  for (int64_t y = 0; y < rows; ++y)
    for (int64_t x = 0; x < bytes; ++x)
      to[y * toStride + x] = from[x * rowsAcross + y];
}

/// The horizontal pass over at most 16 rows.
template <int channels> struct Across {
  const FilterTable::Taps *taps;
  const uint8_t *rows[rowsAcross];
  const uint8_t *end;
  uint8_t *strip, *results;

  INLINE Across(const FilterTable::Taps *taps, const PixelRows &from,
                uint8_t *scratch)
      : taps(taps), end(from.end),
        strip(scratch + outputsAtOnce * channels * rowsAcross),
        results(scratch) {
    for (int64_t y = 0; y < rowsAcross; ++y)
      rows[y] =
          from.first + (y < from.count ? y : from.count - 1) * from.stride;
  }

  /// As many of the outputs [begin, stop) as the strip holds the inputs of, and
  /// one at least; the first that is left.
  INLINE int64_t fill(int64_t begin, int64_t stop, int64_t *first) {
    *first = taps[begin].first;
    int64_t last = *first, output = begin;
    for (; output < stop; ++output) {
      const int64_t needed = taps[output].first + taps[output].count;
      if (output != begin && needed - *first > stripPixels)
        break;
      last = needed;
    }
    constexpr int64_t step = pixelsOfVector<channels>;
    uint8_t *to = strip;
    for (int64_t x = *first; x < last; x += step) {
      const int64_t at = (x - taps[0].first) * channels;
      // Only the last row's vector may reach beyond the pixels.
      if (end - (rows[rowsAcross - 1] + at) >= vectorBytes)
        turn<channels>(rows, at, to);
      else
        turnLast(at, to);
      to += step / 4 * channels * wordBytes;
    }
    return output;
  }

  void turnLast(int64_t at, uint8_t *to) {
    uint8_t copies[rowsAcross][vectorBytes] = {};
    const uint8_t *copied[rowsAcross];
    for (int64_t y = 0; y < rowsAcross; ++y) {
      const int64_t left = end - (rows[y] + at);
      if (left > 0)
        __builtin_memcpy(copies[y], rows[y] + at,
                         left < vectorBytes ? size_t(left) : vectorBytes);
      copied[y] = copies[y];
    }
    turn<channels>(copied, 0, to);
  }

  /// Pixel `output`, whose inputs lie in the strip from `first` on.
  INLINE void sum(int64_t output, int64_t first, uint8_t *to) const {
    const FilterTable::Taps &of = taps[output];
    const uint8_t *words =
        strip + (of.first - first) / 4 * channels * wordBytes;
    for (int c = 0; c < channels; c += channelsAtOnce)
      sumChannels(words + c * wordBytes, of.weights, of.count,
                  to + c * rowsAcross);
  }

  // 16 registers have no room for more.
  static constexpr int channelsAtOnce = blocks == 4 ? channels : 1;

  INLINE static void sumChannels(const uint8_t *words, const int32_t *weights,
                                 int32_t count, uint8_t *to) {
    constexpr int vectors = rowsAcross / wordsOfVector;
    Sums sums[channelsAtOnce][vectors];
    const int32_t *const end = weights + count;
    for (; weights < end; weights += 4, words += channels * wordBytes)
      for (int c = 0; c < channelsAtOnce; ++c)
        for (int v = 0; v < vectors; ++v)
          sums[c][v].add(load<Vector>(words + c * wordBytes + v * vectorBytes),
                         weights);
    for (int c = 0; c < channelsAtOnce; ++c) {
      Vector rounded[vectors];
      for (int v = 0; v < vectors; ++v)
        rounded[v] = sums[c][v].rounded();
      store(to + c * rowsAcross, narrow(rounded));
    }
  }
};

template <int channels>
INLINE void horizontalOf(const FilterTable::Taps *taps, int64_t count,
                         const PixelRows &from, uint8_t *to, int64_t toStride,
                         uint8_t *scratch) {
  Across<channels> across(taps, from, scratch);
  for (int64_t begin = 0; begin < count; begin += outputsAtOnce) {
    const int64_t stop =
        begin + outputsAtOnce < count ? begin + outputsAtOnce : count;
    for (int64_t output = begin; output < stop;) {
      int64_t first;
      const int64_t next = across.fill(output, stop, &first);
      for (; output < next; ++output)
        across.sum(output, first,
                   across.results + (output - begin) * channels * rowsAcross);
    }
    turnBack(across.results, (stop - begin) * channels, from.count,
             to + begin * channels, toStride);
  }
}

void horizontal(const FilterTable::Taps *taps, int64_t count, int channels,
                const PixelRows &from, uint8_t *to, int64_t toStride,
                uint8_t *scratch) {
  if (channels == 1)
    horizontalOf<1>(taps, count, from, to, toStride, scratch);
  else
    horizontalOf<3>(taps, count, from, to, toStride, scratch);
}

/// vectorBytes of each of the rows, to as many bytes.
INLINE void sumDown(const FilterTable::Taps &taps, const uint8_t *from,
                    int64_t stride, uint8_t *to) {
  Sums sums[4];
  for (int32_t t = 0; t < taps.count; t += 4) {
    Vector rows[4];
    for (int32_t i = 0; i < 4; ++i) {
      // There may be no row for a weight of zero.
      const int32_t row = t + i < taps.count ? t + i : taps.count - 1;
      rows[i] = load<Vector>(from + row * stride);
    }
    const Vector low01 = VECTOR(unpacklo_epi8)(rows[0], rows[1]);
    const Vector low23 = VECTOR(unpacklo_epi8)(rows[2], rows[3]);
    const Vector high01 = VECTOR(unpackhi_epi8)(rows[0], rows[1]);
    const Vector high23 = VECTOR(unpackhi_epi8)(rows[2], rows[3]);
    const int32_t *weights = taps.weights + t;
    sums[0].add(VECTOR(unpacklo_epi16)(low01, low23), weights);
    sums[1].add(VECTOR(unpackhi_epi16)(low01, low23), weights);
    sums[2].add(VECTOR(unpacklo_epi16)(high01, high23), weights);
    sums[3].add(VECTOR(unpackhi_epi16)(high01, high23), weights);
  }
  // Packing puts back in order what unpacking took apart.
  store(to, VECTOR(packus_epi16)(
                VECTOR(packs_epi32)(sums[0].rounded(), sums[1].rounded()),
                VECTOR(packs_epi32)(sums[2].rounded(), sums[3].rounded())));
}

void vertical(const FilterTable::Taps &taps, const uint8_t *from,
              int64_t stride, int64_t bytes, uint8_t *to) {
  from += taps.first * stride;
  if (bytes >= vectorBytes) {
    // The last vector overlaps the one before.
    for (int64_t x = 0; x < bytes; x += vectorBytes) {
      const int64_t begin = x + vectorBytes <= bytes ? x : bytes - vectorBytes;
      sumDown(taps, from + begin, stride, to + begin);
    }
    return;
  }
  for (int64_t x = 0; x < bytes; ++x) {
    Sums sums;
    for (int32_t t = 0; t < taps.count; t += 4) {
      uint8_t column[vectorBytes] = {};
      for (int32_t i = 0; i < 4 && t + i < taps.count; ++i)
        column[i] = from[(t + i) * stride + x];
      sums.add(load<Vector>(column), taps.weights + t);
    }
    uint8_t sum[vectorBytes];
    const Vector rounded = sums.rounded();
    store(sum, VECTOR(packus_epi16)(VECTOR(packs_epi32)(rounded, rounded),
                                    VECTOR(packs_epi32)(rounded, rounded)));
    to[x] = sum[0];
  }
}

void toFloats(const uint8_t *from, int64_t pixels, int channels,
              const float *scale, const float *shift, float *to) {
  // Three vectors are whole pixels of one channel or of three.
  constexpr int step = 3 * wordsOfVector;
  float scales[step], shifts[step];
  for (int i = 0; i < step; ++i) {
    scales[i] = scale[i % channels];
    shifts[i] = shift[i % channels];
  }
  const int64_t bytes = pixels * channels;
  int64_t x = 0;
  for (; x + step <= bytes; x += step)
    for (int i = 0; i < step; i += wordsOfVector) {
      const Floats value = VECTOR(cvtepi32_ps)(widen(from + x + i));
      store(to + x + i,
            value * load<Floats>(scales + i) + load<Floats>(shifts + i));
    }
  for (int64_t i = 0; x < bytes; ++x, ++i)
    to[x] = float(from[x]) * scales[i] + shifts[i];
}

void pack(const int32_t *weights, int32_t *to) { Sums::pack(weights, to); }

} // namespace

const ResizeLoops emblem::image::EMBLEM_RESIZE_LOOPS = {pack, horizontal,
                                                        vertical, toFloats};
