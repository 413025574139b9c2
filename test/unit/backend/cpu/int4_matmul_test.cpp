//===- int4_matmul_test.cpp - kernel.matmul with weights in i4, run -------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Every remainder of a tile's rows, a panel's columns, a group and a pair,
// against double precision. What lies behind a row's inputs is garbage, and
// must not count.
//
//===----------------------------------------------------------------------===//

#include "compiled_module.h"

#include "compiler/package/narrow_numbers.h"

#include "llvm/ADT/bit.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>
#include <cstring>
#include <random>

using namespace emblem;
using namespace emblem::cpu;
using namespace emblem::package;

namespace {

constexpr int64_t kGroup = 32; // inputs that share a scale

float widen(uint16_t bf16) {
  return llvm::bit_cast<float>(uint32_t(bf16) << 16);
}

/// One kernel.matmul of K inputs and N columns, its operands drawn at random.
struct Int4Matmul {
  const Target &target;
  int64_t rows, K, N;
  bool bf16Input;
  int64_t panel = target.panelColumns();
  int64_t panels = (N + panel - 1) / panel;
  int64_t pairs = (K + 1) / 2, groups = (K + kGroup - 1) / kGroup;
  int64_t inputColumns = target.rowColumns(K, bf16Input ? 2 : 4, 0);
  CompiledModule module{target, text()};

  std::vector<float> input = {};     // [rows, K]
  std::vector<int> weight = {};      // [N, K], from -8 to 7
  std::vector<uint16_t> scales = {}; // [N, groups], bf16

  std::string text() const {
    std::string x = llvm::formatv("memref<?x{0}x{1}>", inputColumns,
                                  bf16Input ? "bf16" : "f32");
    std::string w =
        llvm::formatv("memref<{0}x{1}x{2}xi8>", panels, pairs, panel);
    std::string s =
        llvm::formatv("memref<{0}x{1}x{2}xbf16>", panels, groups, panel);
    std::string y = llvm::formatv("memref<?x{0}xf32>", panels * panel);
    std::string size = K % 2 ? " input_size " + std::to_string(K) : "";
    return "func.func @matmul(%x: " + x + ", %w: " + w + ", %s: " + s +
           ", %y: " + y +
           ", %r0: index, %r1: index, %c0: index, %c1: index) attributes "
           "{llvm.emit_c_interface} {\n  kernel.matmul %x, %w weight_scale(%s "
           ": " +
           s + ")" + size + " into(%y : " + y +
           ") tile(%r0, %r1, %c0, %c1) : " + x + ", " + w + "\n  return\n}";
  }

  void draw(std::mt19937 &random) {
    std::normal_distribution<float> numbers;
    std::uniform_int_distribution<int> nibbles(-8, 7);
    for (int64_t i = 0; i < rows * K; ++i) {
      float x = numbers(random);
      input.push_back(bf16Input ? widen(roundToBf16(x)) : x);
    }
    for (int64_t i = 0; i < N * K; ++i)
      weight.push_back(nibbles(random));
    for (int64_t i = 0; i < N * groups; ++i)
      scales.push_back(roundToBf16(numbers(random)));
  }

  std::vector<uint8_t> packedWeight() const {
    std::vector<uint8_t> packed(panels * pairs * panel);
    for (int64_t n = 0; n < N; ++n)
      for (int64_t k = 0; k < K; ++k)
        packed[(n / panel * pairs + k / 2) * panel + n % panel] |=
            (weight[n * K + k] & 15) << (k % 2 ? 4 : 0);
    return packed;
  }
  std::vector<uint16_t> packedScales() const {
    std::vector<uint16_t> packed(panels * groups * panel);
    for (int64_t n = 0; n < N; ++n)
      for (int64_t g = 0; g < groups; ++g)
        packed[(n / panel * groups + g) * panel + n % panel] =
            scales[n * groups + g];
    return packed;
  }

  /// [rows, N]; computed in runs of `height` rows and one panel each.
  template <typename InputT> std::vector<float> run(int64_t height) const {
    std::vector<InputT> inputs(rows * inputColumns);
    std::memset(inputs.data(), 0xff, inputs.size() * sizeof(InputT)); // NaNs
    for (int64_t i = 0; i < rows * K; ++i) {
      InputT &to = inputs[i / K * inputColumns + i % K];
      if constexpr (sizeof(InputT) == 2)
        to = roundToBf16(input[i]);
      else
        to = input[i];
    }
    std::vector<uint8_t> weights = packedWeight();
    std::vector<uint16_t> groupScales = packedScales();
    std::vector<float> output(rows * panels * panel);
    Buffer<InputT, 2> x(inputs, {rows, inputColumns});
    Buffer<uint8_t, 3> w(weights, {panels, pairs, panel});
    Buffer<uint16_t, 3> s(groupScales, {panels, groups, panel});
    Buffer<float, 2> y(output, {rows, panels * panel});
    CompiledFunction matmul = module.find("matmul");
    for (int64_t row = 0; row < rows; row += height)
      for (int64_t p = 0; p < panels; ++p)
        matmul({x, w, s, y, row, std::min(rows, row + height), p, p + 1});
    std::vector<float> result;
    for (int64_t row = 0; row < rows; ++row) {
      auto begin = output.begin() + row * panels * panel;
      result.insert(result.end(), begin, begin + N);
    }
    return result;
  }
  std::vector<float> run(int64_t height) const {
    return bf16Input ? run<uint16_t>(height) : run<float>(height);
  }

  /// A weight as the kernel multiplies it: exact in f32, rounded to bf16.
  double dequantized(int64_t n, int64_t k) const {
    float exact = weight[n * K + k] * widen(scales[n * groups + k / kGroup]);
    if (!bf16Input)
      return exact;
    // To the nearest, ties away from zero.
    uint32_t bits = llvm::bit_cast<uint32_t>(exact);
    return llvm::bit_cast<float>((bits + 0x8000) & 0xffff0000);
  }

  void check() const {
    std::vector<float> all = run(rows);
    for (int64_t height : {1, 2, 7}) {
      std::vector<float> got = run(height);
      EXPECT_EQ(std::memcmp(got.data(), all.data(), all.size() * 4), 0)
          << "in runs of " << height << " rows, K " << K << ", N " << N;
    }
    for (int64_t row = 0; row < rows; ++row)
      for (int64_t n = 0; n < N; ++n) {
        double sum = 0, size = 0;
        for (int64_t k = 0; k < K; ++k) {
          double product = input[row * K + k] * dequantized(n, k);
          sum += product;
          size += std::abs(product);
        }
        // Every sum of the chain rounds; without a fused multiply-add the
        // product does, too.
        ASSERT_NEAR(all[row * N + n], sum, 2 * K * 0x1p-24 * size)
            << "row " << row << ", column " << n << ", K " << K << ", N " << N;
      }
  }
};

class Int4 : public OnEmulatedTargets {
protected:
  void checkShapes(bool bf16Input) {
    const Target &target = *GetParam();
    std::mt19937 random{1};
    int64_t panel = target.panelColumns();
    // Less than a group, whole groups, and each with a half pair at the end.
    for (auto [K, N] : {std::pair<int64_t, int64_t>{1, 1},
                        {2, panel},
                        {31, panel + 1},
                        {64, 2 * panel},
                        {101, 2 * panel - 1}}) {
      Int4Matmul matmul{target, 2 * target.tileRows + 3, K, N, bf16Input};
      matmul.draw(random);
      matmul.check();
    }
  }
};

TEST_P(Int4, InputsInF32) { checkShapes(false); }

TEST_P(Int4, InputsInBf16) {
  if (!GetParam()->bf16Dot)
    GTEST_SKIP() << "has no dot product of bf16";
  checkShapes(true);
}

INSTANTIATE_TEST_SUITE_P(, Int4, testing::ValuesIn(everyTarget()), targetName);

} // namespace
