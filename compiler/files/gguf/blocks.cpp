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

//===----------------------------------------------------------------------===//
// Blocks of 256
//===----------------------------------------------------------------------===//

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
