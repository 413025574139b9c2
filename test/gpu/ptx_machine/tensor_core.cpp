//===- tensor_core.cpp - Products of small matrices -----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A register of all lanes is a matrix of eight rows: lane 4 r + c has the c-th
// word of row r. So a register read as bytes is already in the order of rows.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/ptx_machine/decoder.h"
#include "test/gpu/ptx_machine/lanes.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace emblem::ptx {

namespace {

// ldmatrix. size: matrices of eight rows of eight 16-bit numbers; flag:
// transposed. Lane i has the address of row i % 8 of matrix i / 8.
void loadMatrices(Warp &warp, const Instruction &instruction, uint32_t) {
  uint16_t matrices[4][8][8];
  uint32_t addresses[32] = {};
  int rows = 8 * instruction.size;
  for (int lane = 0; lane < rows; ++lane) {
    addresses[lane] = static_cast<uint32_t>(
        warp.value(instruction.sources[0], lane) + instruction.offset);
    auto fault = warp.block().shared->load(
        addresses[lane], 16, matrices[lane / 8][lane % 8], warp.accessor(lane));
    if (fault)
      warp.report(*fault);
  }
  warp.noteCost(addresses, rows == 32 ? ~0u : (1u << rows) - 1, 16);
  for (int i = 0; i < instruction.size; ++i) {
    uint32_t *result = warp.row(instruction.destinations[i]);
    if (!instruction.flag) {
      std::memcpy(result, matrices[i], sizeof(matrices[i]));
      continue;
    }
    for (int lane = 0; lane < 32; ++lane) {
      int column = lane / 4, row = 2 * (lane % 4);
      result[lane] = matrices[i][row][column] |
                     static_cast<uint32_t>(matrices[i][row + 1][column]) << 16;
    }
  }
}

void decodeLoadMatrices(Decoder &decoder) {
  Instruction &instruction = decoder.instruction;
  decoder.expectOperands(2, 2);
  if (!decoder.has("m8n8") || !decoder.has("b16") || !decoder.has("aligned") ||
      !(decoder.has("shared") || decoder.has("shared::cta")))
    decoder.failUnknown();
  instruction.size = decoder.has("x4") ? 4 : decoder.has("x2") ? 2 : 1;
  instruction.flag = decoder.has("trans");
  decoder.addDestination(0, Type::B32);
  instruction.offset = decoder.addAddress(1);
  if (instruction.destinationCount != instruction.size)
    decoder.fail("it has another number of registers");
  instruction.gathering = Gathering::Warp;
  instruction.handler = loadMatrices;
}

// The numbers of 32-bit words, and their places in them.
struct BrainElements {
  using Sum = float;
  static constexpr int kInWord = 2;
  static void unpack(const uint32_t *words, int count, float *to) {
    for (int i = 0; i < count; ++i) {
      to[2 * i] = fromBits(words[i] << 16);
      to[2 * i + 1] = fromBits(words[i] & 0xffff0000);
    }
  }
};
struct HalfElements {
  using Sum = float;
  static constexpr int kInWord = 2;
  // Subnormal numbers and the rest by one product.
  static float widen(uint32_t bits) {
    uint32_t magnitude = (bits & 0x7fff) << 13;
    float value = fromBits(magnitude) * 0x1p112f;
    if (magnitude >= 0x0f800000)
      value = fromBits(magnitude | 0x7f800000);
    return fromBits(toBits(value) | (bits & 0x8000) << 16);
  }
  static void unpack(const uint32_t *words, int count, float *to) {
    for (int i = 0; i < count; ++i) {
      to[2 * i] = widen(words[i] & 0xffff);
      to[2 * i + 1] = widen(words[i] >> 16);
    }
  }
};
struct TensorFloatElements {
  using Sum = float;
  static constexpr int kInWord = 1;
  static void unpack(const uint32_t *words, int count, float *to) {
    for (int i = 0; i < count; ++i)
      to[i] = fromTensorFloat(words[i]);
  }
};
template <typename Byte> struct ByteElements {
  using Sum = int32_t;
  static constexpr int kInWord = 4;
  static void unpack(const uint32_t *words, int count, int32_t *to) {
    Byte bytes[128];
    std::memcpy(bytes, words, static_cast<size_t>(count) * 4);
    for (int i = 0; i < 4 * count; ++i)
      to[i] = bytes[i];
  }
};

// Eight numbers that are computed side by side.
template <typename T> struct ColumnsOf;
template <> struct ColumnsOf<float> {
  typedef float Type __attribute__((vector_size(32)));
};
template <> struct ColumnsOf<int32_t> {
  typedef int32_t Type __attribute__((vector_size(32)));
};
template <typename T> using Columns = typename ColumnsOf<T>::Type;

// D = A B + C for 16 rows and 8 columns. A's registers are the upper and the
// lower eight rows of each step of K; B's have a row for each column.
template <typename A, typename B, int kSteps>
void multiply(Warp &warp, const Instruction &instruction, uint32_t) {
  using Sum = typename A::Sum;
  constexpr int kStep = 4 * A::kInWord; // of K, that a register has
  constexpr int kDepth = kStep * kSteps;
  alignas(64) Sum left[2][kSteps][8][kStep];
  alignas(64) Sum column[8 * kStep];
  Columns<Sum> right[kDepth], result[16];
  const Operand *sources = instruction.sources.data();
  for (int step = 0; step < kSteps; ++step) {
    for (int half = 0; half < 2; ++half)
      A::unpack(warp.row(sources[2 * step + half]), 32, left[half][step][0]);
    B::unpack(warp.row(sources[2 * kSteps + step]), 32, column);
    for (int k = 0; k < kStep; ++k)
      for (int n = 0; n < 8; ++n)
        right[step * kStep + k][n] = column[n * kStep + k];
  }
  const Operand *initial = sources + 3 * kSteps;
  // Products are summed before C is added.
  for (int half = 0; half < 2; ++half) {
    Columns<Sum> sums[8] = {};
    for (int step = 0; step < kSteps; ++step)
      for (int k = 0; k < kStep; ++k)
#pragma GCC unroll 8
        for (int m = 0; m < 8; ++m)
          sums[m] += left[half][step][m][k] * right[step * kStep + k];
    std::memcpy(result + 8 * half, sums, sizeof(sums));
  }
  for (int half = 0; half < 2; ++half) {
    // Columns 2 c and 2 c + 1 are two registers of lane c of a row.
    for (int odd = 0; odd < 2; ++odd) {
      const uint32_t *from = warp.row(initial[2 * half + odd]);
      uint32_t *to = warp.row(instruction.destinations[2 * half + odd]);
      for (int lane = 0; lane < 32; ++lane) {
        Sum sum = result[8 * half + lane / 4][2 * (lane % 4) + odd];
        if constexpr (std::is_same_v<Sum, float>)
          to[lane] = toBits(sum + fromBits(from[lane]));
        else if (!instruction.saturates)
          to[lane] = static_cast<uint32_t>(sum) + from[lane];
        else
          to[lane] =
              static_cast<uint32_t>(static_cast<int32_t>(std::clamp<int64_t>(
                  static_cast<int64_t>(sum) + static_cast<int32_t>(from[lane]),
                  INT32_MIN, INT32_MAX)));
      }
    }
  }
  ++warp.block().counters->matrixProducts;
}

template <typename A, typename B> Handler productHandler(int depth) {
  if (depth == 8 * A::kInWord)
    return multiply<A, B, 2>;
  if (depth == 4 * A::kInWord)
    return multiply<A, B, 1>;
  return nullptr;
}

Handler handlerFor(Type a, Type b, int depth) {
  using Signed = ByteElements<int8_t>;
  using Unsigned = ByteElements<uint8_t>;
  if (a == Type::S8 && b == Type::S8)
    return productHandler<Signed, Signed>(depth);
  if (a == Type::U8 && b == Type::S8)
    return productHandler<Unsigned, Signed>(depth);
  if (a == Type::S8 && b == Type::U8)
    return productHandler<Signed, Unsigned>(depth);
  if (a == Type::U8 && b == Type::U8)
    return productHandler<Unsigned, Unsigned>(depth);
  if (a != b)
    return nullptr;
  if (a == Type::BF16)
    return productHandler<BrainElements, BrainElements>(depth);
  if (a == Type::F16)
    return productHandler<HalfElements, HalfElements>(depth);
  if (a == Type::TF32)
    return productHandler<TensorFloatElements, TensorFloatElements>(depth);
  return nullptr;
}

// mma.sync.aligned.m16n8kK.row.col{.satfinite}.d.a.b.c
void decodeProduct(Decoder &decoder) {
  Instruction &instruction = decoder.instruction;
  decoder.expectOperands(4, 4);
  std::string_view shape = decoder.part(3);
  if (decoder.part(1) != "sync" || decoder.part(2) != "aligned" ||
      shape.substr(0, 6) != "m16n8k" || decoder.part(4) != "row" ||
      decoder.part(5) != "col" || decoder.typeCount() != 4)
    decoder.failUnknown();
  int depth = std::atoi(shape.data() + 6);
  Type sum = decoder.type(0), a = decoder.type(1), b = decoder.type(2);
  bool bytes = bytesOf(a) == 1;
  if (sum != decoder.type(3) || sum != (bytes ? Type::S32 : Type::F32))
    decoder.failUnknown();
  for (size_t i = 0; i < 4; ++i)
    i ? decoder.addSource(i, Type::B32) : decoder.addDestination(i, Type::B32);
  int perWord = 4 / bytesOf(a);
  int steps = depth / (4 * perWord);
  if (instruction.destinationCount != 4 ||
      instruction.sourceCount != 3 * steps + 4)
    decoder.fail("it has another number of registers");
  instruction.gathering = Gathering::Warp;
  instruction.handler = handlerFor(a, b, depth);
}

} // namespace

void addTensorCore(DecodeTable &table) {
  table["ldmatrix"] = decodeLoadMatrices;
  table["mma"] = decodeProduct;
}

} // namespace emblem::ptx
