//===- attention_test.cpp - Attention against its definition --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Compiles kernel.attention for each target that this machine can run, in f32
// and, where the target multiplies it, in bf16, and compares with softmax(Q
// K^T) V in double precision. A batch cut into any tiles must give the same
// bits.
//
//===----------------------------------------------------------------------===//

#include "compiled_module.h"

#include "compiler/backend/cpu/mlir/passes.h"
#include "compiler/driver/pipeline.h"

#include "mlir/Parser/Parser.h"
#include "llvm/Support/FormatVariadic.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <random>

using namespace emblem;
using namespace emblem::cpu;

namespace {

uint16_t toBf16(float value) {
  auto bits = std::bit_cast<uint32_t>(value);
  return static_cast<uint16_t>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}
float fromBf16(uint16_t value) {
  return std::bit_cast<float>(static_cast<uint32_t>(value) << 16);
}

struct Case {
  int64_t heads, headSize;
  std::vector<int32_t> lengths; // of the texts
};

/// Rows of features in f32 or bf16, and columns beyond them, which are NaN.
struct Features {
  bool bf16;
  int64_t columns;
  std::vector<float> wide;
  std::vector<uint16_t> narrow;
  Buffer<float, 2> wideRows;
  Buffer<uint16_t, 2> narrowRows;

  Features(bool bf16, int64_t rows, int64_t columns)
      : bf16(bf16), columns(columns), wide(rows * columns, NAN),
        narrow(rows * columns, toBf16(NAN)), wideRows(wide, {rows, columns}),
        narrowRows(narrow, {rows, columns}) {}
  Features(const Features &) = delete;

  void set(int64_t row, int64_t column, float value) {
    wide[row * columns + column] = bf16 ? fromBf16(toBf16(value)) : value;
    narrow[row * columns + column] = toBf16(value);
  }
  float get(int64_t row, int64_t column) const {
    int64_t at = row * columns + column;
    return bf16 ? fromBf16(narrow[at]) : wide[at];
  }
  Argument rows() { return bf16 ? Argument(narrowRows) : Argument(wideRows); }
  /// Bit by bit: a NaN equals itself.
  bool equals(const Features &other) const {
    return narrow == other.narrow &&
           std::memcmp(wide.data(), other.wide.data(),
                       wide.size() * sizeof(float)) == 0;
  }
};

class CompiledAttention {
public:
  CompiledAttention(const Target &target, const Case &shape, bool bf16In,
                    bool bf16Out)
      : shape(shape), bf16Out(bf16Out), offsets(startsOf(shape.lengths)),
        input(bf16In, rows(), inColumns()),
        module(target, text(bf16In, bf16Out)) {
    for (size_t i = 0; i < shape.lengths.size(); ++i)
      sequences.insert(sequences.end(), shape.lengths[i], i);
    std::mt19937 random(7);
    std::normal_distribution<float> normal;
    for (int64_t row = 0; row < rows(); ++row)
      for (int64_t column = 0; column < 3 * width(); ++column)
        input.set(row, column, 2 * normal(random));
  }

  int64_t rows() const { return offsets.back(); }
  int64_t width() const { return shape.heads * shape.headSize; }
  double scale() const { return 1 / std::sqrt(double(shape.headSize)); }

  /// The result of the tiles [cuts[i], cuts[i + 1]), the last first, one head
  /// and then the others.
  std::unique_ptr<Features> operator()(const std::vector<int64_t> &cuts) {
    auto output = std::make_unique<Features>(bf16Out, rows(), outColumns());
    Buffer<int32_t, 1> starts(offsets, {int64_t(offsets.size())});
    Buffer<int32_t, 1> texts(sequences, {rows()});
    CompiledFunction run = module.find("f");
    for (size_t i = cuts.size() - 1; i > 0; --i)
      for (auto [first, last] :
           {std::pair<int64_t, int64_t>(0, 1), {1, shape.heads}})
        run({input.rows(), starts, texts, output->rows(), cuts[i - 1], cuts[i],
             first, last});
    return output;
  }

  /// The largest difference from the definition, in parts of the largest value.
  double worstError(const Features &output) const {
    double worst = 0, largest = 0;
    for (int64_t head = 0; head < shape.heads; ++head)
      for (int64_t row = 0; row < rows(); ++row) {
        std::vector<double> exact = attend(head, row);
        for (int64_t d = 0; d < shape.headSize; ++d) {
          int64_t column = head * shape.headSize + d;
          largest = std::max(
              largest, std::abs(double(input.get(row, 2 * width() + column))));
          double error = std::abs(output.get(row, column) - exact[d]);
          if (!(error <= worst)) // a NaN too
            worst = error;
        }
      }
    return worst / largest;
  }

  /// Whether what lies beyond the result's columns is as it was.
  bool keepsTheRest(const Features &output) const {
    for (int64_t row = 0; row < rows(); ++row)
      for (int64_t column = width(); column < outColumns(); ++column)
        if (!std::isnan(output.get(row, column)))
          return false;
    return true;
  }

private:
  // As narrow as the verifier takes them, but for a little.
  int64_t inColumns() const { return 3 * width() + 1; }
  int64_t outColumns() const { return width() + 3; }

  static std::vector<int32_t> startsOf(const std::vector<int32_t> &lengths) {
    std::vector<int32_t> starts = {0};
    for (int32_t length : lengths)
      starts.push_back(starts.back() + length);
    return starts;
  }

  std::string text(bool bf16In, bool bf16Out) const {
    return llvm::formatv(
        R"(func.func @f(%x: memref<?x{0}x{1}>, %o: memref<?xi32>,
               %s: memref<?xi32>, %y: memref<?x{2}x{3}>, %r0: index,
               %r1: index, %c0: index, %c1: index)
               attributes {{llvm.emit_c_interface} {{
             kernel.attention %x, %o sequences(%s : memref<?xi32>) heads {4}
               head_size {5} scale {6} into(%y : memref<?x{2}x{3}>)
               tile(%r0, %r1, %c0, %c1) : memref<?x{0}x{1}>, memref<?xi32>
             return
           })",
        inColumns(), bf16In ? "bf16" : "f32", outColumns(),
        bf16Out ? "bf16" : "f32", shape.heads, shape.headSize,
        llvm::format("%e", scale()));
  }

  std::vector<double> attend(int64_t head, int64_t row) const {
    int64_t text = sequences[row], at = head * shape.headSize;
    std::vector<double> weights, sum(shape.headSize);
    double largest = -INFINITY, total = 0;
    for (int64_t key = offsets[text]; key < offsets[text + 1]; ++key) {
      double score = 0;
      for (int64_t d = 0; d < shape.headSize; ++d)
        score +=
            double(input.get(row, at + d)) * input.get(key, width() + at + d);
      weights.push_back(score * scale());
      largest = std::max(largest, weights.back());
    }
    for (double &weight : weights)
      total += weight = std::exp(weight - largest);
    for (size_t key = 0; key < weights.size(); ++key)
      for (int64_t d = 0; d < shape.headSize; ++d)
        sum[d] += weights[key] / total *
                  input.get(offsets[text] + key, 2 * width() + at + d);
    return sum;
  }

  Case shape;
  bool bf16Out;
  std::vector<int32_t> offsets, sequences;
  Features input;
  CompiledModule module;
};

/// Lengths from 1 to 40, each once: 820 rows.
std::vector<int32_t> shortTexts() {
  std::vector<int32_t> lengths(40);
  for (int32_t i = 0; i < 40; ++i)
    lengths[i] = (i * 27) % 40 + 1;
  return lengths;
}

const Case cases[] = {
    {2, 32, shortTexts()},  {2, 32, {127, 1, 130, 128, 129}},
    {2, 32, {300, 2, 600}}, {3, 5, shortTexts()},
    {2, 33, {40, 300, 17}}, {2, 64, {130, 31}},
    {3, 1, {9, 70}},        {2, 40, {255, 256, 257}},
    {2, 127, {65, 3}},      {2, 1024, {33, 2}},
    {2, 1023, {17}},
};

class Attention : public OnEveryTarget {
protected:
  /// Holds all cases to `allowed`, in parts of the largest value.
  void check(bool bf16In, bool bf16Out, double allowed) {
    for (const Case &shape : cases) {
      SCOPED_TRACE(llvm::formatv("head size {0}, {1} texts of {2}...",
                                 shape.headSize, shape.lengths.size(),
                                 shape.lengths[0])
                       .str());
      CompiledAttention attention(*GetParam(), shape, bf16In, bf16Out);
      int64_t rows = attention.rows();
      auto whole = attention({0, rows});
      EXPECT_LE(attention.worstError(*whole), allowed);
      EXPECT_TRUE(attention.keepsTheRest(*whole));

      std::mt19937 random(11);
      for (int64_t longest : {1, 7, 99, 400}) {
        std::vector<int64_t> cuts = {0};
        while (cuts.back() < rows)
          cuts.push_back(
              std::min<int64_t>(rows, cuts.back() + 1 + random() % longest));
        EXPECT_TRUE(attention(cuts)->equals(*whole))
            << "tiles of up to " << longest << " rows";
      }
    }
  }
};

TEST_P(Attention, F32IsExactToARounding) { check(false, false, 5e-6); }

// Weights are rounded to 8 bits; many of them average out.
TEST_P(Attention, Bf16RoundsTheWeightsOnly) {
  if (!GetParam()->bf16Dot)
    GTEST_SKIP() << "this target multiplies no bf16";
  check(true, false, 2.5e-3);
}

TEST_P(Attention, Bf16ResultsAreRoundedOnce) {
  if (!GetParam()->bf16Dot)
    GTEST_SKIP() << "this target multiplies no bf16";
  check(true, true, 5e-3);
}

// Threads may have 1 MB of stack, and a caller's own frames on it.
TEST_P(Attention, KeepsLittleOnTheStack) {
  mlir::DialectRegistry registry;
  registerPipelineDialects(registry);
  mlir::MLIRContext context(registry);
  context.loadAllAvailableDialects();
  for (int64_t headSize : {1, 31, 32, 64, 100, 257, 1023, 1024})
    for (llvm::StringRef type : {"f32", "bf16"}) {
      if (type == "bf16" && !GetParam()->bf16Dot)
        continue;
      std::string text = llvm::formatv(
          R"(func.func @f(%x: memref<?x{0}x{1}>, %o: memref<?xi32>,
                 %y: memref<?x{2}xf32>, %i: index) {{
               kernel.attention %x, %o sequences(%o : memref<?xi32>) heads 1
                 head_size {2} scale 1.0 into(%y : memref<?x{2}xf32>)
                 tile(%i, %i, %i, %i) : memref<?x{0}x{1}>, memref<?xi32>
               return
             })",
          3 * headSize, type, headSize);
      auto module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
      mlir::PassManager passes(&context);
      passes.addNestedPass<mlir::func::FuncOp>(
          createLowerKernels({GetParam()->name.str()}));
      ASSERT_TRUE(mlir::succeeded(passes.run(*module)));
      int64_t bytes = 0;
      module->walk([&](mlir::memref::AllocaOp buffer) {
        bytes += buffer.getType().getNumElements() *
                 buffer.getType().getElementTypeBitWidth() / 8;
      });
      EXPECT_GT(bytes, 0);
      EXPECT_LT(bytes, 128 * 1024) << headSize << " " << type.str();
    }
}

INSTANTIATE_TEST_SUITE_P(Targets, Attention, testing::ValuesIn(everyTarget()),
                         targetName);

} // namespace
