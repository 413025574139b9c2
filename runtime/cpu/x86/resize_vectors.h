//===- resize_vectors.h - Resizing in registers -----------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

// For resize_loops.cpp alone, which is compiled several times: so all of this
// is inlined or local.
//
// Weights have 22 bits behind the point, and sums must be exact, but the
// instructions that multiply and add at once take narrow factors: bytes by
// signed bytes, four to a sum (VNNI), or 16 bits by 16 bits, two to a sum. So a
// weight is cut into digits, each digit has sums of its own, and the digits
// come together at the end. Sums wrap around; the whole one does not overflow.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_CPU_X86_RESIZE_VECTORS_H
#define EMBLEM_RUNTIME_CPU_X86_RESIZE_VECTORS_H

#include "runtime/image/filter_table.h"

#include <immintrin.h>

#define INLINE inline __attribute__((always_inline))

#if defined(__AVX512BW__)
typedef __m512i Vector;
typedef __m512 Floats;
#define VECTOR(operation) _mm512_##operation
#elif defined(__AVX2__)
typedef __m256i Vector;
typedef __m256 Floats;
#define VECTOR(operation) _mm256_##operation
#else
typedef __m128i Vector;
typedef __m128 Floats;
#define VECTOR(operation) _mm_##operation
#endif

namespace {

constexpr int vectorBytes = sizeof(Vector);
constexpr int wordsOfVector = vectorBytes / 4;
/// Blocks of 128 bits, within which most instructions stay.
constexpr int blocks = vectorBytes / 16;

template <typename T> INLINE T load(const void *from) {
  T value;
  __builtin_memcpy(&value, from, sizeof(T));
  return value;
}

template <typename T> INLINE void store(void *to, T value) {
  __builtin_memcpy(to, &value, sizeof(T));
}

/// The same 16 bytes in each block.
INLINE Vector inEachBlock(__m128i bytes) {
#if defined(__AVX512BW__)
  return _mm512_broadcast_i32x4(bytes);
#elif defined(__AVX2__)
  return _mm256_broadcastsi128_si256(bytes);
#else
  return bytes;
#endif
}

/// Bytes to words.
INLINE Vector widen(const uint8_t *bytes) {
#if defined(__AVX512BW__)
  return _mm512_cvtepu8_epi32(load<__m128i>(bytes));
#elif defined(__AVX2__)
  return _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)bytes));
#else
  return _mm_cvtepu8_epi32(_mm_cvtsi32_si128(load<int32_t>(bytes)));
#endif
}

/// 16 words to bytes, saturated.
INLINE __m128i narrow(const Vector *words) {
#if defined(__AVX512BW__)
  return _mm512_cvtusepi32_epi8(
      _mm512_max_epi32(words[0], _mm512_setzero_si512()));
#elif defined(__AVX2__)
  const __m256i shorts =
      _mm256_permute4x64_epi64(_mm256_packs_epi32(words[0], words[1]), 0xd8);
  return _mm_packus_epi16(_mm256_castsi256_si128(shorts),
                          _mm256_extracti128_si256(shorts, 1));
#else
  return _mm_packus_epi16(_mm_packs_epi32(words[0], words[1]),
                          _mm_packs_epi32(words[2], words[3]));
#endif
}

/// to[b] is block b of each of `from`.
INLINE void exchangeBlocks(const Vector (&from)[blocks], Vector (&to)[blocks]) {
#if defined(__AVX512BW__)
  const Vector low01 = _mm512_shuffle_i32x4(from[0], from[1], 0x44);
  const Vector low23 = _mm512_shuffle_i32x4(from[2], from[3], 0x44);
  const Vector high01 = _mm512_shuffle_i32x4(from[0], from[1], 0xee);
  const Vector high23 = _mm512_shuffle_i32x4(from[2], from[3], 0xee);
  to[0] = _mm512_shuffle_i32x4(low01, low23, 0x88);
  to[1] = _mm512_shuffle_i32x4(low01, low23, 0xdd);
  to[2] = _mm512_shuffle_i32x4(high01, high23, 0x88);
  to[3] = _mm512_shuffle_i32x4(high01, high23, 0xdd);
#elif defined(__AVX2__)
  to[0] = _mm256_permute2x128_si256(from[0], from[1], 0x20);
  to[1] = _mm256_permute2x128_si256(from[0], from[1], 0x31);
#else
  to[0] = from[0];
#endif
}

/// Pixels of one vector: of three channels a block has 12 of its bytes in use.
template <int channels>
constexpr int pixelsOfVector = channels == 1 ? vectorBytes : blocks * 4;

/// Words of four pixels' bytes of one channel: in each block channel after
/// channel, or of a single channel, four words. Reads vectorBytes.
template <int channels> INLINE Vector quadsOf(const uint8_t *pixels) {
  Vector bytes = load<Vector>(pixels);
  if constexpr (channels == 1)
    return bytes;
#if defined(__AVX512BW__)
  bytes = _mm512_permutexvar_epi32(
      _mm512_setr_epi32(0, 1, 2, 2, 3, 4, 5, 5, 6, 7, 8, 8, 9, 10, 11, 11),
      bytes);
#elif defined(__AVX2__)
  bytes = _mm256_permutevar8x32_epi32(
      bytes, _mm256_setr_epi32(0, 1, 2, 2, 3, 4, 5, 5));
#endif
  return VECTOR(shuffle_epi8)(
      bytes, inEachBlock(_mm_setr_epi8(0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11, -1,
                                       -1, -1, -1)));
}

/// Weighted sums, one a word, with the rounding's half in them.
class Sums {
public:
  /// Four bytes of each word by four weights, as pack() has them.
  INLINE void add(Vector bytes, const int32_t *weights) {
#if defined(__AVX512VNNI__)
    for (int d = 0; d < digits; ++d)
      of[d] = _mm512_dpbusd_epi32(of[d], bytes, _mm512_set1_epi32(weights[d]));
#else
    const Vector even = bytes & VECTOR(set1_epi32)(0x00ff00ff);
    const Vector odd = VECTOR(srli_epi16)(bytes, 8);
    for (int d = 0; d < digits; ++d)
      of[d] = VECTOR(add_epi32)(
          of[d], VECTOR(add_epi32)(
                     VECTOR(madd_epi16)(even, VECTOR(set1_epi32)(weights[d])),
                     VECTOR(madd_epi16)(
                         odd, VECTOR(set1_epi32)(weights[digits + d]))));
#endif
  }

  INLINE Vector rounded() const {
    Vector sum = of[digits - 1];
    for (int d = digits - 1; d-- > 0;)
      sum = VECTOR(add_epi32)(of[d], VECTOR(slli_epi32)(sum, digitBits));
    return VECTOR(srai_epi32)(sum, FilterTable::fractionBits);
  }

  /// For add(): the digits of four weights, each less than 1.98 (a normalised
  /// filter's are, also where a picture's side cuts the filter off: at least
  /// half of its mass is left).
  static INLINE void pack(const int32_t *weights, int32_t *to) {
    uint32_t packed[4] = {};
    for (int tap = 0; tap < 4; ++tap) {
      int32_t weight = weights[tap];
#if defined(__AVX512VNNI__)
      for (int d = 0; d < digits; ++d) {
        const int8_t digit = int8_t(uint32_t(weight));
        packed[d] |= uint32_t(uint8_t(digit)) << 8 * tap;
        weight = (weight - digit) / 256;
      }
#else
      const int shift = tap / 2 * 16;
      packed[tap % 2 * digits] |= uint32_t(weight & 0x7fff) << shift;
      packed[tap % 2 * digits + 1] |= uint32_t(weight >> 15 & 0xffff) << shift;
#endif
    }
    __builtin_memcpy(to, packed, sizeof(packed));
  }

private:
  using FilterTable = emblem::image::FilterTable;
#if defined(__AVX512VNNI__)
  static constexpr int digits = 3, digitBits = 8;
#else
  static constexpr int digits = 2, digitBits = 15;
#endif
  static constexpr int32_t half = 1 << (FilterTable::fractionBits - 1);

  Vector of[digits] = {VECTOR(set1_epi32)(half)};
};

} // namespace

#endif // EMBLEM_RUNTIME_CPU_X86_RESIZE_VECTORS_H
