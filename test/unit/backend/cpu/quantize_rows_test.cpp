//===- quantize_rows_test.cpp - kernel.quantize, run ----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Rows of every remainder of a vector, quantized as the dialect says. What lies
// in the padding of a row is a NaN, and must not count.
//
//===----------------------------------------------------------------------===//

#include "compiled_module.h"

#include "compiler/package/narrow_numbers.h"

#include "llvm/Support/FormatVariadic.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <random>

using namespace emblem;
using namespace emblem::cpu;
using namespace emblem::package;

namespace {

using Row = std::vector<float>;

/// A row as the buffer holds it: (integer - zero point) * scale is meant.
struct QuantizedRow {
  std::vector<int> integers;
  double scale, zeroPoint;
};

/// kernel.quantize for rows of one width, to u8, i8 or i16.
template <typename T> class Quantizer {
public:
  Quantizer(const Target &target, int64_t width, const Row &smoothing = {})
      : width(width), smoothing(smoothing),
        inputColumns(target.rowColumns(width, sizeof(float), 0)),
        columns(target.rowColumns(width, sizeof(T), tailBytes)),
        module(target, text()) {
    if (!smoothing.empty())
      this->smoothing.resize(inputColumns);
  }

  std::vector<QuantizedRow> operator()(const std::vector<Row> &rows) {
    int64_t count = rows.size();
    std::vector<float> input(count * inputColumns, std::nanf(""));
    for (int64_t row = 0; row < count; ++row)
      std::copy(rows[row].begin(), rows[row].end(),
                input.begin() + row * inputColumns);
    std::vector<T> output(count * columns, T(-1));
    Buffer<float, 2> x(input, {count, inputColumns});
    Buffer<T, 2> y(output, {count, columns});
    std::vector<float> factors = smoothing.empty() ? Row(1) : smoothing;
    Buffer<float, 1> s(factors, {int64_t(factors.size())});
    module.find("quantize")({x, s, y, 0, count});

    std::vector<QuantizedRow> result;
    for (int64_t row = 0; row < count; ++row) {
      const T *begin = output.data() + row * columns;
      QuantizedRow one = {{begin, begin + width}, 0, 0};
      // The last four bytes, and for u8 the four before them.
      float tail[2] = {0, 0};
      std::memcpy(reinterpret_cast<char *>(tail) + sizeof(tail) - tailBytes,
                  begin + columns - tailBytes / sizeof(T), tailBytes);
      one.scale = tail[1];
      one.zeroPoint = tail[0];
      result.push_back(std::move(one));
    }
    return result;
  }

private:
  static constexpr int64_t tailBytes = sizeof(T) == 1 ? 8 : 4;

  std::string text() const {
    int64_t factors = smoothing.empty() ? 1 : inputColumns;
    std::string x = llvm::formatv("memref<?x{0}xf32>", inputColumns);
    std::string s = llvm::formatv("memref<{0}xf32>", factors);
    std::string y = llvm::formatv("memref<?x{0}xi{1}>", columns, 8 * sizeof(T));
    std::string use = smoothing.empty() ? "" : "smoothing(%s : " + s + ") ";
    return "func.func @quantize(%x: " + x + ", %s: " + s + ", %y: " + y +
           ", %begin: index, %end: index) "
           "attributes {llvm.emit_c_interface} {\n"
           "  %zero = arith.constant 0 : index\n"
           "  %one = arith.constant 1 : index\n"
           "  kernel.quantize %x " +
           use + "width " + std::to_string(width) + " into(%y : " + y +
           ") tile(%begin, %end, %zero, %one) : " + x + "\n  return\n}";
  }

  int64_t width;
  Row smoothing;
  int64_t inputColumns, columns;
  CompiledModule module;
};

/// Rows of normal numbers, of several sizes and means.
std::vector<Row> drawRows(int64_t width, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<Row> rows;
  for (auto [mean, size] : std::initializer_list<std::pair<float, float>>{
           {0, 1}, {0, 1e-6f}, {3, 1}, {-3, 1}, {0, 1e6f}, {1000, 1}}) {
    std::normal_distribution<float> draw(mean, size);
    Row row(width);
    for (float &x : row)
      x = draw(random);
    rows.push_back(row);
  }
  return rows;
}

constexpr int64_t widths[] = {1, 3, 15, 16, 33, 60, 128};

class QuantizeRows : public OnEmulatedTargets {
protected:
  const Target &target = *GetParam();

  /// Calls with a number of the kind that the target's bytes are.
  template <typename Check> void withBytes(Check check) {
    if (target.integerDot.hasSignedBytes())
      check(int8_t());
    else
      check(uint8_t());
  }
  std::vector<QuantizedRow> quantizeToBytes(const std::vector<Row> &rows) {
    std::vector<QuantizedRow> result;
    withBytes([&]<typename T>(T) {
      result = Quantizer<T>(target, rows.front().size())(rows);
    });
    return result;
  }

  template <typename T>
  void checkHalfAStep(const std::vector<Row> &rows,
                      const std::vector<QuantizedRow> &quantized) {
    int most = sizeof(T) == 2 ? 254 : std::numeric_limits<T>::max(),
        least = sizeof(T) == 2 ? -254 : std::numeric_limits<T>::min();
    for (size_t r = 0; r < rows.size(); ++r) {
      auto [low, high] = std::minmax_element(rows[r].begin(), rows[r].end());
      double span = std::max(*high, 0.0f) - double(std::min(*low, 0.0f));
      EXPECT_NEAR(quantized[r].scale, span / 254, span * 1e-6);
      EXPECT_EQ(quantized[r].zeroPoint, std::rint(quantized[r].zeroPoint));
      for (size_t i = 0; i < rows[r].size(); ++i) {
        int integer = quantized[r].integers[i];
        ASSERT_TRUE(integer >= least && integer <= most) << integer;
        double meant = (integer - quantized[r].zeroPoint) * quantized[r].scale;
        // The zero point was rounded too, which moves no row by its own step.
        ASSERT_LE(std::abs(meant - rows[r][i]),
                  quantized[r].scale * 0.5 * (1 + 1e-4))
            << "row " << r << ", column " << i;
      }
    }
  }
};

TEST_P(QuantizeRows, BytesAreWithinHalfAStep) {
  withBytes([&]<typename T>(T) {
    for (int64_t width : widths) {
      std::vector<Row> rows = drawRows(width, width);
      checkHalfAStep<T>(rows, Quantizer<T>(target, width)(rows));
    }
  });
}

TEST_P(QuantizeRows, WordsAreWithinHalfAStep) {
  for (int64_t width : widths) {
    std::vector<Row> rows = drawRows(width, width);
    checkHalfAStep<int16_t>(rows, Quantizer<int16_t>(target, width)(rows));
  }
}

// Zero is a whole number of steps from the zero point: what is zero stays so.
TEST_P(QuantizeRows, ZeroStaysZero) {
  Row row = {0, -1.7f, 3.1f, -0.0f, 2};
  QuantizedRow bytes = quantizeToBytes({row})[0];
  for (size_t i : {0, 3})
    EXPECT_EQ(bytes.integers[i], bytes.zeroPoint);
  QuantizedRow words = Quantizer<int16_t>(target, 5)({row})[0];
  for (size_t i : {0, 3})
    EXPECT_EQ(words.integers[i], 0);
}

TEST_P(QuantizeRows, ARowOfZerosHasScaleZero) {
  Row zeros(5), tiny(5, 1e-38f);
  for (const QuantizedRow &row : quantizeToBytes({zeros, tiny}))
    for (int i = 0; i < 5; ++i)
      EXPECT_LE(std::abs((row.integers[i] - row.zeroPoint) * row.scale), 2e-38);
  EXPECT_EQ(quantizeToBytes({zeros})[0].scale, 0);
}

// Both kinds of targets compute with the same steps: bytes less their zero
// point are the words, but where a tie goes to the even neighbour.
TEST_P(QuantizeRows, BytesAndWordsAreTheSameSteps) {
  for (int64_t width : {33, 60}) {
    std::vector<Row> rows = drawRows(width, 7);
    auto bytes = quantizeToBytes(rows);
    auto words = Quantizer<int16_t>(target, width)(rows);
    for (size_t r = 0; r < rows.size(); ++r) {
      EXPECT_EQ(bytes[r].scale, words[r].scale);
      for (int64_t i = 0; i < width; ++i) {
        int fromByte = bytes[r].integers[i] - int(bytes[r].zeroPoint);
        double steps = rows[r][i] / bytes[r].scale;
        bool nearTie = std::abs(steps - std::floor(steps) - 0.5) < 1e-3;
        ASSERT_LE(std::abs(fromByte - words[r].integers[i]), nearTie) << steps;
      }
    }
  }
}

TEST_P(QuantizeRows, SmoothingMultipliesFirst) {
  Row factors = {0.5f, 2, 10, 0.1f, 1};
  std::vector<Row> rows = drawRows(5, 3), smoothed = rows;
  for (Row &row : smoothed)
    for (size_t i = 0; i < row.size(); ++i)
      row[i] *= factors[i];
  withBytes([&]<typename T>(T) {
    checkHalfAStep<T>(smoothed, Quantizer<T>(target, 5, factors)(rows));
  });
  checkHalfAStep<int16_t>(smoothed,
                          Quantizer<int16_t>(target, 5, factors)(rows));
}

INSTANTIATE_TEST_SUITE_P(, QuantizeRows,
                         testing::ValuesIn(everyTargetAndEvex()), targetName);

} // namespace
