//===- matmul_test.cpp - Rows times a matrix of weights -------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/kernels/row_programs.h"

#include <functional>
#include <tuple>

using namespace emblem;
using namespace emblem::gpu_test;

namespace {

/// The four tiles.
constexpr int kRowClasses = 4;

/// Texts that have so many tokens together.
const std::vector<std::vector<int32_t>> kBatches = {
    {1}, {2, 5}, {1, 20, 12}, {33, 40, 4}};

using Shape = std::tuple<int64_t, int64_t>; // K, N

/// A matmul of rows of `element`, with what the weights of its epilogue are.
class Matmul : public testing::TestWithParam<Shape> {
protected:
  Matmul() { std::tie(depth, columns) = GetParam(); }

  /// The weight is in the rows' element, or in bytes where it is `quantized`.
  void open(const std::string &body, const std::string &element,
            bool quantized = false) {
    rows = std::make_unique<RowProgram>(
        depth, "%w = kernel.weight matrix [\"w\"] : tensor<$Nx$Wx$V>" + body,
        element,
        std::map<std::string, std::string>{{"$N", std::to_string(columns)},
                                           {"$V", quantized ? "i8" : element}},
        plainF32);
    weight = makeNumbers(depth * columns, 3);
    weight = narrowTo(element, weight);
    if (quantized)
      for (float &w : weight)
        w = std::nearbyint(30 * std::clamp(w, -4.0f, 4.0f));
    rows->program.setWeight("w", weight);
  }
  double product(const Batch &batch, int64_t token, int64_t column) const {
    const float *row = rows->getRow(batch, token);
    double sum = 0;
    for (int64_t i = 0; i < depth; ++i)
      sum += double(row[i]) * weight[column * depth + i];
    return sum;
  }
  /// Every tile gives these results, all of them the same bits, whatever lies
  /// behind the rows.
  void expectResults(
      const std::function<double(const Batch &, int64_t, int64_t)> &result,
      double relative, double absolute) {
    for (const std::vector<int32_t> &lengths : kBatches) {
      Batch batch = makeBatch(lengths);
      std::vector<double> expected;
      for (int64_t token = 0; token < batch.countTokens(); ++token)
        for (int64_t column = 0; column < columns; ++column)
          expected.push_back(result(batch, token, column));
      std::vector<float> first;
      for (int rowClass = 0; rowClass < kRowClasses; ++rowClass) {
        Result found =
            rows->program.run(batch, {.rowClass = rowClass,
                                      .arenaIsReadable = rowClass % 2 == 1});
        EXPECT_EQ(found.faults, "");
        if (rowClass == 0) {
          first = found.outputs[0];
          expectNear(first, expected, relative, absolute);
        }
        EXPECT_EQ(found.outputs[0], first) << "tile " << rowClass;
      }
    }
  }
  /// What a sum of so many products in f32 may be off.
  double sumError() const { return 2e-7 * double(depth + 8); }

  /// Sums alone.
  void expectProducts(const std::string &element, double relative,
                      double absolute) {
    open(R"(
    %0 = kernel.matmul %rows, %w
        : tensor<?x$Wx$E>, tensor<$Nx$Wx$E> -> tensor<?x$Nxf32>
        {stage = "matmul"}
    kernel.output %0 width $N : tensor<?x$Nxf32> {stage = "output"}
  )",
         element);
    expectResults([&](const Batch &batch, int64_t token,
                      int64_t column) { return product(batch, token, column); },
                  relative, absolute);
  }

  int64_t depth, columns;
  bool plainF32 = false;
  std::unique_ptr<RowProgram> rows;
  std::vector<float> weight;
};

} // namespace

TEST_P(Matmul, Bf16) { expectProducts("bf16", 1e-6, sumError()); }
TEST_P(Matmul, F16) { expectProducts("f16", 1e-6, sumError()); }
TEST_P(Matmul, F32) { expectProducts("f32", 1e-6, 3 * sumError()); }

/// A chain of multiply-adds: its bits are known.
TEST_P(Matmul, PlainF32) {
  plainF32 = true;
  expectProducts("f32", 1e-6, sumError());
  Batch batch = makeBatch({3});
  std::vector<float> found = rows->program.run(batch).outputs[0];
  for (int64_t i = 0; i < int64_t(found.size()); ++i) {
    const float *row = rows->getRow(batch, i / columns);
    float sum = 0;
    for (int64_t k = 0; k < depth; ++k)
      sum = std::fma(row[k], weight[i % columns * depth + k], sum);
    ASSERT_EQ(found[i], sum) << i;
  }
}

TEST_P(Matmul, Epilogue) {
  for (auto [narrow, element] :
       {std::pair("bf16", "f32"), {"bf16", "bf16"}, {"f16", "f16"}}) {
    open(R"(
    %b = kernel.weight row ["bias"] : tensor<$Nxf32>
    %t = kernel.weight table ["gate"] : tensor<61x$Nxf32>
    %gate = kernel.gather offsets(%offsets : tensor<?xi32>)
        table(%ids, %t : tensor<?xi32>, tensor<61x$Nxf32>)
        -> tensor<?x$Nx)" +
             std::string(element) + R"(> {stage = "gate"}
    %0 = kernel.matmul %rows, %w bias(%b : tensor<$Nxf32>) activation silu
        multiplier(%gate : tensor<?x$Nx)" +
             std::string(element) + R"(>) residual(%gate : tensor<?x$Nx)" +
             element + R"(>)
        : tensor<?x$Wx$E>, tensor<$Nx$Wx$E> -> tensor<?x$Nx$E>
        {stage = "matmul"}
    kernel.output %0 width $N : tensor<?x$Nx$E> {stage = "output"}
  )",
         narrow);
    std::vector<float> bias = makeNumbers(columns, 4);
    std::vector<float> gate = makeNumbers(RowProgram::kRows * columns, 5);
    rows->program.setWeight("bias", bias);
    rows->program.setWeight("gate", gate);
    gate = narrowTo(element, gate);
    expectResults(
        [&](const Batch &batch, int64_t token, int64_t column) {
          double x = product(batch, token, column) + bias[column];
          double z = gate[batch.ids[token] * columns + column];
          return x / (1 + std::exp(-x)) * z + z;
        },
        std::string(narrow) == "f16" ? 0x1p-11 : 0x1p-8, 4 * sumError());
  }
}

/// Sums of bytes are exact; the rows' zero points come off.
TEST_P(Matmul, Int8) {
  open(R"(
    %q = kernel.quantize %rows width $W
        : tensor<?x$Wxf32> -> tensor<?x$Wxi8> {stage = "quantize"}
    %s = kernel.weight scales ["scales"] : tensor<$Nxf32>
    %c = kernel.weight corrections ["corrections"] : tensor<$Nxf32>
    %b = kernel.weight row ["bias"] : tensor<$Nxf32>
    %0 = kernel.matmul %q, %w weight_scale(%s : tensor<$Nxf32>)
        correction(%c : tensor<$Nxf32>) bias(%b : tensor<$Nxf32>)
        : tensor<?x$Wxi8>, tensor<$Nx$Wxi8> -> tensor<?x$Nxf32>
        {stage = "matmul"}
    kernel.output %0 width $N : tensor<?x$Nxf32> {stage = "output"}
  )",
       "f32", /*quantized=*/true);
  std::vector<float> bias = makeNumbers(columns, 4), scales(columns),
                     corrections(columns);
  for (int64_t n = 0; n < columns; ++n) {
    float sum = 0;
    scales[n] = 0.01f + 0.001f * float(n % 7);
    for (int64_t i = 0; i < depth; ++i)
      sum += weight[n * depth + i];
    corrections[n] = scales[n] * sum;
  }
  rows->program.setWeight("bias", bias);
  rows->program.setWeight("scales", scales);
  rows->program.setWeight("corrections", corrections);
  expectResults(
      [&](const Batch &batch, int64_t token, int64_t column) {
        const float *row = rows->getRow(batch, token);
        float most = 0, least = 0;
        for (int64_t i = 0; i < depth; ++i) {
          most = std::max(most, row[i]);
          least = std::min(least, row[i]);
        }
        float inverse = 254.0f / (most - least);
        double sum = 0;
        for (int64_t i = 0; i < depth; ++i)
          sum += std::nearbyint(double(row[i]) * inverse) *
                 weight[column * depth + i];
        return (most - least) / 254.0 * sum * scales[column] + bias[column];
      },
      1e-5, 2e-6 * double(depth + 100));
}

/// After a pool the rows are texts.
TEST_P(Matmul, OfTexts) {
  open(R"(
    %p = kernel.pool cls %rows, %offsets
        : tensor<?x$Wxbf16>, tensor<?xi32> -> tensor<?x$Wxbf16> {stage = "pool"}
    %0 = kernel.matmul %p, %w activation tanh
        : tensor<?x$Wxbf16>, tensor<$Nx$Wxbf16> -> tensor<?x$Nxf32>
        {stage = "matmul"}
    kernel.output %0 width $N : tensor<?x$Nxf32> {stage = "output"}
  )",
       "bf16");
  Batch batch = makeBatch({1, 2, 7, 33, 5});
  Result found = rows->program.run(batch);
  EXPECT_EQ(found.faults, "");
  std::vector<double> expected;
  for (int64_t token : {0, 1, 3, 10, 43})
    for (int64_t column = 0; column < columns; ++column)
      expected.push_back(std::tanh(product(batch, token, column)));
  expectNear(found.outputs[0], expected, 1e-6, 1e-6 + sumError());
}

INSTANTIATE_TEST_SUITE_P(Shapes, Matmul,
                         testing::Values(Shape(96, 128), Shape(200, 100),
                                         Shape(37, 1), Shape(1, 129),
                                         Shape(8, 65), Shape(700, 130)));

namespace {
using Activation = std::tuple<std::string, double (*)(double)>;
class MatmulActivation : public testing::TestWithParam<Activation> {};

double relu(double x) { return std::max(x, 0.0); }
} // namespace

/// Of x itself: the weight is a one.
TEST_P(MatmulActivation, IsNearAndKeepsNaN) {
  auto [name, function] = GetParam();
  RowProgram rows(1, R"(
    %w = kernel.weight matrix ["w"] : tensor<1x1xf32>
    %0 = kernel.matmul %rows, %w activation $A
        : tensor<?x1xf32>, tensor<1x1xf32> -> tensor<?x1xf32> {stage = "matmul"}
    kernel.output %0 width 1 : tensor<?x1xf32> {stage = "output"}
  )",
                  "f32", {{"$A", name}});
  rows.program.setWeight("w", {1});
  for (float scale : {1e-4f, 1.0f, 30.0f, 1e6f}) {
    rows.table = makeNumbers(RowProgram::kRows, 2, scale);
    rows.program.setWeight("rows", rows.table);
    Batch batch = makeBatch({RowProgram::kRows});
    Result found = rows.program.run(batch);
    EXPECT_EQ(found.faults, "");
    for (int64_t token = 0; token < batch.countTokens(); ++token) {
      double x = *rows.getRow(batch, token);
      EXPECT_NEAR(found.outputs[0][token], function(x),
                  3e-7 + 1e-6 * std::min(std::fabs(x), 1e6))
          << name << " of " << x;
    }
  }
  rows.program.setWeight("rows", std::vector<float>(RowProgram::kRows, NAN));
  Result found = rows.program.run(makeBatch({1}));
  EXPECT_TRUE(std::isnan(found.outputs[0][0])) << name;
}

INSTANTIATE_TEST_SUITE_P(
    All, MatmulActivation,
    testing::Values(
        Activation("gelu",
                   [](double x) { return x * std::erfc(-x / M_SQRT2) / 2; }),
        Activation("gelu_tanh",
                   [](double x) {
                     double u =
                         std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x);
                     return x / 2 * (1 + std::tanh(u));
                   }),
        Activation("relu", relu),
        Activation("silu", [](double x) { return x / (1 + std::exp(-x)); }),
        Activation("quick_gelu",
                   [](double x) { return x / (1 + std::exp(-1.702 * x)); }),
        Activation("sigmoid", [](double x) { return 1 / (1 + std::exp(-x)); }),
        Activation("tanh", [](double x) { return std::tanh(x); }),
        Activation("log1p_relu", [](double x) { return std::log1p(relu(x)); }),
        Activation("log1p_log1p_relu",
                   [](double x) { return std::log1p(std::log1p(relu(x))); })));

/// A row a text, of its tokens' rows.
TEST_P(Matmul, Pooled) {
  for (std::string kind : {"max", "sum"}) {
    open(R"(
    %b = kernel.weight row ["bias"] : tensor<$Nxf32>
    %0 = kernel.matmul %rows, %w bias(%b : tensor<$Nxf32>) activation relu
        pool )" +
             kind + R"( offsets(%offsets : tensor<?xi32>)
        : tensor<?x$Wxbf16>, tensor<$Nx$Wxbf16> -> tensor<?x$Nxf32>
        {stage = "matmul"}
    kernel.output %0 width $N : tensor<?x$Nxf32> {stage = "output"}
  )",
         "bf16");
    std::vector<float> bias = makeNumbers(columns, 4);
    rows->program.setWeight("bias", bias);
    Batch batch = makeBatch({1, 2, 130, 64, 5});
    Result found = rows->program.run(batch, {.arenaIsReadable = true});
    EXPECT_EQ(found.faults, "");
    std::vector<double> expected;
    int64_t begin = 0;
    for (int32_t length : batch.lengths) {
      for (int64_t column = 0; column < columns; ++column) {
        double pooled = 0; // no less than a relu
        for (int64_t token = begin; token < begin + length; ++token) {
          double x =
              std::max(product(batch, token, column) + bias[column], 0.0);
          pooled = kind == "max" ? std::max(pooled, x) : pooled + x;
        }
        expected.push_back(pooled);
      }
      begin += length;
    }
    expectNear(found.outputs[0], expected, 1e-5, 4 * sumError());
    for (size_t text = 0; text < batch.lengths.size(); ++text) {
      Result one = rows->program.run(takeTexts(batch, text, 1));
      EXPECT_EQ(
          one.outputs[0],
          std::vector<float>(found.outputs[0].begin() + text * columns,
                             found.outputs[0].begin() + (text + 1) * columns));
    }
  }
}
