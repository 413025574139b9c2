//===- narrow_matmul_test.cpp - kernel.matmul in bf16 and integers, run ---===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Every remainder of a tile's rows, of a panel's columns and of a dot product's
// group, against whole numbers and double precision. What lies behind the true
// inputs of a row is garbage, and must not count.
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

float widen(uint16_t bf16) {
  return llvm::bit_cast<float>(uint32_t(bf16) << 16);
}

/// One kernel.matmul: `rows` rows of K inputs times N columns of weights.
template <typename InputT, typename WeightT> struct Matmul {
  Matmul(const Target &target, int64_t K, int64_t N)
      : target(target), K(K), N(N) {}

  const Target &target;
  int64_t K, N;
  int64_t depth = 4 / sizeof(InputT);
  bool integers = std::is_same_v<WeightT, int8_t>;
  int64_t tailBytes = !integers ? 0 : sizeof(InputT) == 1 ? 8 : 4;
  int64_t panel = target.panelColumns();
  int64_t panels = (N + panel - 1) / panel, groups = (K + depth - 1) / depth;
  int64_t columns = panels * panel; // with what pads them
  int64_t inputColumns = target.rowColumns(K, sizeof(InputT), tailBytes);
  CompiledModule module{target, text()};

  std::vector<InputT> input;   // a row after the other, K wide
  std::vector<WeightT> weight; // a column's K weights after the other's
  std::vector<float> scales, zeroPoints;                // a row
  std::vector<float> weightScales, corrections, biases; // a column

  static std::string element(size_t bytes, bool integers) {
    return integers ? "i" + std::to_string(8 * bytes)
                    : std::string(bytes == 4 ? "f32" : "bf16");
  }

  std::string text() const {
    std::string x = llvm::formatv("memref<?x{0}x{1}>", inputColumns,
                                  element(sizeof(InputT), integers));
    std::string groupShape =
        depth == 1 ? llvm::formatv("{0}x{1}", K, panel).str()
                   : llvm::formatv("{0}x{1}x{2}", groups, panel, depth).str();
    std::string w = llvm::formatv("memref<{0}x{1}x{2}>", panels, groupShape,
                                  element(sizeof(WeightT), integers));
    std::string row = llvm::formatv("memref<{0}xf32>", columns);
    std::string y = llvm::formatv("memref<?x{0}xf32>", columns);
    std::string parts;
    if (integers)
      parts += "weight_scale(%s : " + row + ") ";
    if (integers && sizeof(InputT) == 1)
      parts += "correction(%c : " + row + ") ";
    if (K % depth)
      parts += llvm::formatv("input_size {0} ", K);
    return "func.func @matmul(%x: " + x + ", %w: " + w + ", %s: " + row +
           ", %c: " + row + ", %b: " + row + ", %y: " + y +
           ", %r0: index, %r1: index, %c0: index, %c1: index) attributes "
           "{llvm.emit_c_interface} {\n  kernel.matmul %x, %w " +
           parts + "bias(%b : " + row + ") into(%y : " + y +
           ") tile(%r0, %r1, %c0, %c1) : " + x + ", " + w + "\n  return\n}";
  }

  /// The rows' memory: inputs, garbage, scales and zero points.
  std::vector<InputT> inputBuffer() const {
    int64_t rows = input.size() / K;
    std::vector<InputT> buffer(rows * inputColumns);
    std::memset(buffer.data(), 0xff, buffer.size() * sizeof(InputT)); // NaNs
    for (int64_t row = 0; row < rows; ++row) {
      InputT *begin = buffer.data() + row * inputColumns;
      std::copy_n(input.begin() + row * K, K, begin);
      if (!integers)
        continue;
      float tail[2] = {zeroPoints[row], scales[row]};
      std::memcpy(begin + inputColumns - tailBytes / sizeof(InputT),
                  reinterpret_cast<char *>(tail) + sizeof(tail) - tailBytes,
                  tailBytes);
    }
    return buffer;
  }

  std::vector<WeightT> packedWeight() const {
    std::vector<WeightT> packed(panels * groups * panel * depth);
    for (int64_t n = 0; n < N; ++n)
      for (int64_t k = 0; k < K; ++k)
        packed[((n / panel * groups + k / depth) * panel + n % panel) * depth +
               k % depth] = weight[n * K + k];
    return packed;
  }

  /// [rows, N]; computed in runs of `height` rows and one panel each.
  std::vector<float> run(int64_t height) const {
    int64_t rows = input.size() / K;
    std::vector<InputT> inputs = inputBuffer();
    std::vector<WeightT> packed = packedWeight();
    auto padded = [&](std::vector<float> row) {
      row.resize(columns);
      return row;
    };
    std::vector<float> s = padded(weightScales), c = padded(corrections),
                       b = padded(biases), output(rows * columns);
    Buffer<InputT, 2> x(inputs, {rows, inputColumns});
    Buffer<float, 1> sBuffer(s, {columns}), cBuffer(c, {columns}),
        bBuffer(b, {columns});
    Buffer<float, 2> y(output, {rows, columns});
    auto call = [&](auto &w) {
      CompiledFunction matmul = module.find("matmul");
      for (int64_t row = 0; row < rows; row += height)
        for (int64_t p = 0; p < panels; ++p)
          matmul({x, w, sBuffer, cBuffer, bBuffer, y, row,
                  std::min(rows, row + height), p, p + 1});
    };
    if (depth == 1) {
      Buffer<WeightT, 3> w(packed, {panels, K, panel});
      call(w);
    } else {
      Buffer<WeightT, 4> w(packed, {panels, groups, panel, depth});
      call(w);
    }
    std::vector<float> result;
    for (int64_t row = 0; row < rows; ++row)
      result.insert(result.end(), output.begin() + row * columns,
                    output.begin() + row * columns + N);
    return result;
  }

  /// The same bits whatever the tile: all rows at once, and in other heights.
  std::vector<float> runAllWays() const {
    std::vector<float> all = run(input.size() / K);
    for (int64_t height : {1, 2, 7}) {
      std::vector<float> got = run(height);
      EXPECT_EQ(std::memcmp(got.data(), all.data(), all.size() * 4), 0)
          << "in runs of " << height << " rows, K " << K << ", N " << N;
    }
    return all;
  }
};

class NarrowMatmul : public OnEmulatedTargets {
protected:
  const Target &target = *GetParam();
  std::mt19937 random{1};

  int64_t rows() const { return 2 * target.tileRows + 3; }

  /// Remainders of groups, panels and both.
  std::vector<std::pair<int64_t, int64_t>> shapes() const {
    int64_t panel = target.panelColumns();
    return {
        {1, 1}, {2, panel}, {3, panel + 1}, {61, 2 * panel - 1}, {128, panel}};
  }

  template <typename T> std::vector<T> draw(size_t count, int least, int most) {
    std::uniform_int_distribution<int> numbers(least, most);
    std::vector<T> result(count);
    for (T &number : result)
      number = numbers(random);
    return result;
  }
  std::vector<float> drawFloats(size_t count) {
    std::normal_distribution<float> numbers;
    std::vector<float> result(count);
    for (float &number : result)
      number = numbers(random);
    return result;
  }

  template <typename InputT> void checkIntegers(int least, int most);
  template <typename InputT, typename WeightT>
  void checkFloats(float (*input)(InputT), float (*weight)(WeightT),
                   InputT (*drawnInput)(float), WeightT (*drawnWeight)(float));
};

template <typename InputT>
void NarrowMatmul::checkIntegers(int least, int most) {
  bool bytes = sizeof(InputT) == 1;
  for (auto [K, N] : shapes()) {
    Matmul<InputT, int8_t> matmul(target, K, N);
    matmul.input = draw<InputT>(rows() * K, least, most);
    matmul.weight = draw<int8_t>(N * K, -127, 127);
    // The extremes: no sum of a group may saturate.
    std::fill_n(matmul.input.begin(), K, most);
    std::fill_n(matmul.weight.begin(), K, 127);
    if (N > 1)
      std::fill_n(matmul.weight.begin() + K, K, -127);
    auto sum = [&, K = K](int64_t row, int64_t n) {
      int64_t result = 0;
      for (int64_t k = 0; k < K; ++k)
        result += int64_t(matmul.input[row * K + k]) * matmul.weight[n * K + k];
      return result;
    };

    // Below 2^24 a whole number is an f32: the sums themselves, exactly.
    ASSERT_LT(K * 255 * 127, 1 << 24);
    matmul.scales.assign(rows(), 1);
    matmul.zeroPoints.assign(rows(), 0);
    matmul.weightScales.assign(N, 1);
    matmul.corrections.assign(N, 0);
    matmul.biases.assign(N, 0);
    std::vector<float> exact = matmul.runAllWays();
    for (int64_t i = 0; i < rows() * N; ++i)
      ASSERT_EQ(exact[i], sum(i / N, i % N)) << "K " << K << ", N " << N;

    // What the dialect says becomes of them, rounded four times at most.
    matmul.scales = drawFloats(rows());
    matmul.zeroPoints = draw<float>(rows(), 0, 255);
    matmul.weightScales = drawFloats(N);
    matmul.corrections = drawFloats(N);
    matmul.biases = drawFloats(N);
    std::vector<float> got = matmul.runAllWays();
    for (int64_t i = 0; i < rows() * N; ++i) {
      int64_t row = i / N, n = i % N;
      double product =
          double(matmul.scales[row]) * sum(row, n) * matmul.weightScales[n];
      double moved = !bytes
                         ? 0.0
                         : double(matmul.scales[row]) * matmul.zeroPoints[row] *
                               matmul.corrections[n];
      double bias = matmul.biases[n];
      double size = std::abs(product) + std::abs(moved) + std::abs(bias);
      ASSERT_NEAR(got[i], product - moved + bias, 4 * 0x1p-24 * size)
          << "row " << row << ", column " << n << ", K " << K;
    }
  }
}

TEST_P(NarrowMatmul, IntegersAreExact) {
  if (target.integerDot.unsignedRows)
    checkIntegers<uint8_t>(0, 255);
  else if (target.integerDot.hasSignedBytes())
    checkIntegers<int8_t>(-128, 127);
  else
    checkIntegers<int16_t>(-254, 254);
}

/// Outputs of one drawn matmul, which are a target's alone by how it rounds.
template <typename InputT>
std::vector<float> integerOutputs(const Target &target) {
  constexpr int64_t rows = 9, K = 61, N = 37;
  std::mt19937 random(3);
  auto draw = [&](auto &numbers, int64_t count, auto distribution) {
    for (int64_t i = 0; i < count; ++i)
      numbers.push_back(distribution(random));
  };
  std::normal_distribution<float> floats;
  using Integers = std::uniform_int_distribution<int>;
  Matmul<InputT, int8_t> matmul(target, K, N);
  draw(matmul.input, rows * K, Integers(0, 254));
  draw(matmul.weight, N * K, Integers(-127, 127));
  draw(matmul.scales, rows, floats);
  draw(matmul.zeroPoints, rows, Integers(0, 255));
  draw(matmul.weightScales, N, floats);
  draw(matmul.corrections, N, floats);
  draw(matmul.biases, N, floats);
  return matmul.run(rows);
}

/// Those of integers as wide, and with multiply-adds.
template <typename InputT> void checkTargetsAgree(bool isUnsigned) {
  std::vector<float> first;
  for (const Target *target : everyTargetAndEvex()) {
    if (target->integerDot.elementBits() != 8 * sizeof(InputT) ||
        target->integerDot.unsignedRows != isUnsigned ||
        !target->fusedMultiplyAdd ||
        !(runsHere(*target) || isEmulated(*target)))
      continue;
    std::vector<float> outputs = integerOutputs<InputT>(*target);
    if (first.empty())
      first = outputs;
    EXPECT_EQ(std::memcmp(outputs.data(), first.data(), first.size() * 4), 0)
        << target->name.str();
  }
}

TEST(NarrowMatmulOfTargets, IntegersGiveTheSameBits) {
  checkTargetsAgree<int16_t>(/*isUnsigned=*/false);
  checkTargetsAgree<uint8_t>(/*isUnsigned=*/true);
}

template <typename InputT, typename WeightT>
void NarrowMatmul::checkFloats(float (*input)(InputT), float (*weight)(WeightT),
                               InputT (*drawnInput)(float),
                               WeightT (*drawnWeight)(float)) {
  for (auto [K, N] : shapes()) {
    Matmul<InputT, WeightT> matmul(target, K, N);
    for (float number : drawFloats(rows() * K))
      matmul.input.push_back(drawnInput(number));
    for (float number : drawFloats(N * K))
      matmul.weight.push_back(drawnWeight(number));
    matmul.biases = drawFloats(N);
    std::vector<float> got = matmul.runAllWays();
    for (int64_t i = 0; i < rows() * N; ++i) {
      int64_t row = i / N, n = i % N;
      double sum = matmul.biases[n], size = std::abs(sum);
      for (int64_t k = 0; k < K; ++k) {
        double product = double(input(matmul.input[row * K + k])) *
                         weight(matmul.weight[n * K + k]);
        sum += product;
        size += std::abs(product);
      }
      // Every sum of the chain rounds once, to the nearest.
      ASSERT_NEAR(got[i], sum, (K + 1) * 0x1p-24 * size)
          << "row " << row << ", column " << n << ", K " << K << ", N " << N;
    }
  }
}

TEST_P(NarrowMatmul, Bf16SumsInF32) {
  if (!target.bf16Dot)
    GTEST_SKIP() << "has no dot product of bf16";
  checkFloats<uint16_t, uint16_t>(widen, widen, roundToBf16, roundToBf16);
}

TEST_P(NarrowMatmul, WeightsInBf16Widen) {
  checkFloats<float, uint16_t>([](float x) { return x; }, widen,
                               [](float x) { return x; }, roundToBf16);
}

INSTANTIATE_TEST_SUITE_P(, NarrowMatmul,
                         testing::ValuesIn(everyTargetAndEvex()), targetName);

} // namespace
