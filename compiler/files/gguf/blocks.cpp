//===- blocks.cpp - ggml's quantised blocks as floats ---------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/files/gguf/blocks.h"

#include "llvm/Support/Endian.h"
#include "llvm/Support/ErrorHandling.h"

using namespace llvm;
using namespace emblem::frontend;

static float readHalf(const uint8_t *bytes) {
  return widenF16(support::endian::read16le(bytes));
}

//===----------------------------------------------------------------------===//
// Blocks of 32
//===----------------------------------------------------------------------===//

// The low halves of 16 bytes, then their high halves.
static int nibble(const uint8_t *bytes, int i) {
  return i < 16 ? bytes[i] & 15 : bytes[i - 16] >> 4;
}

// What is above a nibble: a bit an element, from the lowest on.
static int fifthBit(const uint8_t *bytes, int i) {
  return (bytes[i / 8] >> (i % 8) & 1) << 4;
}

static void decodeQ4_0(const uint8_t *block, float *values) {
  float d = readHalf(block);
  for (int i = 0; i < 32; ++i)
    values[i] = d * float(nibble(block + 2, i) - 8);
}

static void decodeQ4_1(const uint8_t *block, float *values) {
  float d = readHalf(block), m = readHalf(block + 2);
  for (int i = 0; i < 32; ++i)
    values[i] = d * float(nibble(block + 4, i)) + m;
}

static void decodeQ5_0(const uint8_t *block, float *values) {
  float d = readHalf(block);
  for (int i = 0; i < 32; ++i) {
    int q = nibble(block + 6, i) | fifthBit(block + 2, i);
    values[i] = d * float(q - 16);
  }
}

static void decodeQ5_1(const uint8_t *block, float *values) {
  float d = readHalf(block), m = readHalf(block + 2);
  for (int i = 0; i < 32; ++i) {
    int q = nibble(block + 8, i) | fifthBit(block + 4, i);
    values[i] = d * float(q) + m;
  }
}

static void decodeQ8_0(const uint8_t *block, float *values) {
  float d = readHalf(block);
  for (int i = 0; i < 32; ++i)
    values[i] = float(int8_t(block[2 + i])) * d;
}

// What a nibble of the non-linear types stands for.
static constexpr float nonLinear[16] = {
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

static void decodeIQ4_NL(const uint8_t *block, float *values) {
  float d = readHalf(block);
  for (int i = 0; i < 32; ++i)
    values[i] = d * nonLinear[nibble(block + 2, i)];
}

//===----------------------------------------------------------------------===//
// Blocks of 256
//===----------------------------------------------------------------------===//

// 16 bytes of a scale and a minimum, 4 bits each, 64 of two bits an element, d,
// m. Each half of the block is four groups of 32, and a group has two scales.
static void decodeQ2_K(const uint8_t *block, float *values) {
  float d = readHalf(block + 80), m = readHalf(block + 82);
  for (int half = 0; half < 2; ++half)
    for (int group = 0; group < 4; ++group)
      for (int i = 0; i < 32; ++i) {
        int q = block[16 + half * 32 + i] >> (group * 2) & 3;
        uint8_t both = block[half * 8 + group * 2 + i / 16];
        float scale = d * float(both & 15), minimum = m * float(both >> 4);
        values[half * 128 + group * 32 + i] = scale * float(q) - minimum;
      }
}

// 32 bytes of high bits, 64 of two low bits, 16 scales of 6 bits, d. A high bit
// is set where nothing is taken off. The scales' low halves are those of eight
// bytes, then their high halves; the upper bits are in four more.
static void decodeQ3_K(const uint8_t *block, float *values) {
  const uint8_t *scales = block + 96;
  float d = readHalf(block + 108);
  for (int half = 0; half < 2; ++half)
    for (int group = 0; group < 4; ++group)
      for (int i = 0; i < 32; ++i) {
        int k = half * 8 + group * 2 + i / 16;
        int low = scales[k % 8] >> (k / 8 * 4) & 15;
        int high = scales[8 + k % 4] >> (k / 4 * 2) & 3;
        float scale = d * float((low | high << 4) - 32);
        int q = block[32 + half * 32 + i] >> (group * 2) & 3;
        bool isHigh = block[i] >> (half * 4 + group) & 1;
        values[half * 128 + group * 32 + i] = scale * float(isHigh ? q : q - 4);
      }
}

// d, the upper two bits of eight scales, their nibbles, and eight blocks as
// IQ4_NL has them.
static void decodeIQ4_XS(const uint8_t *block, float *values) {
  float d = readHalf(block);
  uint16_t upper = support::endian::read16le(block + 2);
  for (int s = 0; s < 8; ++s) {
    int low = block[4 + s / 2] >> (s % 2 * 4) & 15, high = upper >> (s * 2) & 3;
    float scale = d * float((low | high << 4) - 32);
    for (int i = 0; i < 32; ++i)
      values[s * 32 + i] = scale * nonLinear[nibble(block + 8 + s * 16, i)];
  }
}

// Eight scales and eight minima of 6 bits in 12 bytes: the first four of each
// in the low bits of a byte; of the others the low bits share the last four
// bytes, and the high ones are on top of the first eight.
static void readScales(const uint8_t *bytes, int (&scales)[8],
                       int (&minima)[8]) {
  for (int i = 0; i < 4; ++i) {
    scales[i] = bytes[i] & 63;
    minima[i] = bytes[i + 4] & 63;
    scales[i + 4] = (bytes[i + 8] & 15) | (bytes[i] >> 6) << 4;
    minima[i + 4] = bytes[i + 8] >> 4 | (bytes[i + 4] >> 6) << 4;
  }
}

// d, m, the scales, in Q5_K the fifth bits (bit s of byte i is element i of
// sub-block s), and nibbles: two sub-blocks share 32 bytes.
static void decodeWithMinima(const uint8_t *block, float *values,
                             const uint8_t *fifthBits, const uint8_t *nibbles) {
  float d = readHalf(block), m = readHalf(block + 2);
  int scales[8], minima[8];
  readScales(block + 4, scales, minima);
  for (int s = 0; s < 8; ++s) {
    float scale = d * float(scales[s]), minimum = m * float(minima[s]);
    for (int i = 0; i < 32; ++i) {
      int q = nibbles[s / 2 * 32 + i] >> (s % 2 * 4) & 15;
      if (fifthBits)
        q |= (fifthBits[i] >> s & 1) << 4;
      values[s * 32 + i] = scale * float(q) - minimum;
    }
  }
}

static void decodeQ4_K(const uint8_t *block, float *values) {
  decodeWithMinima(block, values, nullptr, block + 16);
}

static void decodeQ5_K(const uint8_t *block, float *values) {
  decodeWithMinima(block, values, block + 16, block + 48);
}

// 128 bytes of low nibbles, 64 of two high bits, 16 scales, d. Each half of the
// block is four groups of 32, and a group has two scales.
static void decodeQ6_K(const uint8_t *block, float *values) {
  const uint8_t *scales = block + 192;
  float d = readHalf(block + 208);
  for (int half = 0; half < 2; ++half)
    for (int group = 0; group < 4; ++group)
      for (int i = 0; i < 32; ++i) {
        int low = block[half * 64 + group % 2 * 32 + i] >> (group / 2 * 4) & 15;
        int high = block[128 + half * 32 + i] >> (group * 2) & 3;
        float scale = d * float(int8_t(scales[half * 8 + group * 2 + i / 16]));
        values[half * 128 + group * 32 + i] =
            scale * float((low | high << 4) - 32);
      }
}

using Decoder = void (*)(const uint8_t *block, float *values);

static Decoder findDecoder(ElementType type) {
  switch (type) {
  case ElementType::Q4_0:
    return decodeQ4_0;
  case ElementType::Q4_1:
    return decodeQ4_1;
  case ElementType::Q5_0:
    return decodeQ5_0;
  case ElementType::Q5_1:
    return decodeQ5_1;
  case ElementType::Q8_0:
    return decodeQ8_0;
  case ElementType::IQ4_NL:
    return decodeIQ4_NL;
  case ElementType::Q2_K:
    return decodeQ2_K;
  case ElementType::Q3_K:
    return decodeQ3_K;
  case ElementType::IQ4_XS:
    return decodeIQ4_XS;
  case ElementType::Q4_K:
    return decodeQ4_K;
  case ElementType::Q5_K:
    return decodeQ5_K;
  case ElementType::Q6_K:
    return decodeQ6_K;
  default:
    llvm_unreachable("not a type of blocks");
  }
}

void emblem::frontend::decodeBlocks(ElementType type, const char *data,
                                    MutableArrayRef<float> values) {
  Decoder decode = findDecoder(type);
  const ElementTypeInfo &info = getInfo(type);
  const auto *block = reinterpret_cast<const uint8_t *>(data);
  for (size_t i = 0; i < values.size(); i += info.count, block += info.size)
    decode(block, values.data() + i);
}
