//===- row_norm_test.cpp - Layer, RMS and L2 norm of each row -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/kernels/row_programs.h"

#include <functional>

using namespace emblem;
using namespace emblem::gpu_test;

namespace {

class RowNorm : public testing::TestWithParam<int64_t> {
protected:
  using Norm = std::function<double(double x, int64_t i)>;

  /// `makeNorm` gives a row's elements in double precision.
  void expectNorm(const std::string &norm,
                  std::function<Norm(const float *row)> makeNorm) {
    int64_t width = GetParam();
    RowProgram rows(width, R"(
      %g = kernel.weight row ["scale"] : tensor<$Wxf32>
      %s = kernel.weight row ["shift"] : tensor<$Wxf32>
      %0:2 = kernel.row_norm $N epsilon 1.0e-5 width $W
          : tensor<?x$Wxf32> -> tensor<?x$Wxf32>, tensor<?x$Wxbf16>
          {stage = "norm"}
      kernel.output %0#0 width $W output 0 : tensor<?x$Wxf32> {stage = "a"}
      kernel.output %0#1 width $W output 1 : tensor<?x$Wxbf16> {stage = "b"}
    )",
                    "f32", {{"$N", norm}});
    if (norm.find("scale") != std::string::npos)
      rows.program.setWeight("scale", scale);
    if (norm.find("shift") != std::string::npos)
      rows.program.setWeight("shift", shift);
    Batch batch = makeBatch({1, 2, 7, 33, 20});
    Result found = rows.program.run(batch);
    EXPECT_EQ(found.faults, "");
    std::vector<double> expected;
    for (int64_t token = 0; token < batch.countTokens(); ++token) {
      const float *row = rows.getRow(batch, token);
      Norm element = makeNorm(row);
      for (int64_t i = 0; i < width; ++i)
        expected.push_back(element(row[i], i));
    }
    expectNear(found.outputs[0], expected, 1e-5, 1e-5);
    EXPECT_EQ(found.outputs[1], toBf16(found.outputs[0]));
    expectSameBits(rows.program, /*perText=*/false);
  }
  double mean(const float *row, std::function<double(double)> term) {
    double sum = 0;
    for (int64_t i = 0; i < GetParam(); ++i)
      sum += term(row[i]);
    return sum / GetParam();
  }

  std::vector<float> scale = makeNumbers(GetParam(), 7),
                     shift = makeNumbers(GetParam(), 8);
};

} // namespace

TEST_P(RowNorm, Layer) {
  expectNorm(
      "layer %rows scale(%g : tensor<$Wxf32>) shift(%s : tensor<$Wxf32>)",
      [&](const float *row) -> Norm {
        double middle = mean(row, [](double x) { return x; });
        double variance =
            mean(row, [&](double x) { return (x - middle) * (x - middle); });
        return [=, this](double x, int64_t i) {
          return (x - middle) / std::sqrt(variance + 1e-5) * scale[i] +
                 shift[i];
        };
      });
}

TEST_P(RowNorm, Rms) {
  expectNorm("rms %rows scale(%g : tensor<$Wxf32>)",
             [&](const float *row) -> Norm {
               double squares = mean(row, [](double x) { return x * x; });
               return [=, this](double x, int64_t i) {
                 return x / std::sqrt(squares + 1e-5) * scale[i];
               };
             });
}

TEST_P(RowNorm, L2) {
  expectNorm("l2 %rows", [&](const float *row) -> Norm {
    double squares = mean(row, [](double x) { return x * x; });
    return [=, this](double x, int64_t) {
      return x / std::sqrt(squares * GetParam());
    };
  });
}

INSTANTIATE_TEST_SUITE_P(Widths, RowNorm,
                         testing::Values(1, 8, 48, 77, 384, 1000, 1030, 4096));

TEST(RowNormOffset, VarianceIsAroundTheMean) {
  RowProgram rows(384, R"(
    %far = kernel.weight row ["far"] : tensor<384xf32>
    %g = kernel.weight row ["scale"] : tensor<384xf32>
    %s = kernel.weight row ["shift"] : tensor<384xf32>
    %0 = kernel.gather offsets(%offsets : tensor<?xi32>)
        input(%rows : tensor<?x384xf32>) row(%far : tensor<384xf32>)
        -> tensor<?x384xf32> {stage = "far"}
    %1 = kernel.row_norm layer %0 scale(%g : tensor<384xf32>)
        shift(%s : tensor<384xf32>) epsilon 1.0e-12 width 384
        : tensor<?x384xf32> -> tensor<?x384xf32> {stage = "norm"}
    kernel.output %1 width 384 : tensor<?x384xf32> {stage = "output"}
  )");
  rows.program.setWeight("far", std::vector<float>(384, 4096.0f));
  rows.program.setWeight("scale", std::vector<float>(384, 1.0f));
  rows.program.setWeight("shift", std::vector<float>(384, 0.0f));
  Result found = rows.program.run(makeBatch({9}));
  EXPECT_EQ(found.faults, "");
  double squares = 0;
  for (float x : found.outputs[0])
    squares += double(x) * x;
  EXPECT_NEAR(squares / found.outputs[0].size(), 1.0, 1e-4);
}
