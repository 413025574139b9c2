//===- quantize_test.cpp - Rows in a narrower type ------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/kernels/row_programs.h"

#include <cstring>
#include <functional>

using namespace emblem;
using namespace emblem::gpu_test;

namespace {

/// The bytes of a row, its scale and zero point, as kernel.quantize has them.
struct Bytes {
  explicit Bytes(const std::vector<float> &row) {
    float most = 0, least = 0;
    for (float x : row) {
      most = std::max(most, x);
      least = std::min(least, x);
    }
    float span = most - least, inverse = 254.0f / std::max(span, 1e-30f);
    scale = span * float(1 / 254.0);
    zeroPoint = std::nearbyint(-least * inverse);
    for (float x : row)
      bytes.push_back(static_cast<uint8_t>(
          zeroPoint + std::nearbyint(double(x) * inverse)));
  }
  float scale, zeroPoint;
  std::vector<uint8_t> bytes;
};

int64_t getBytePitch(int64_t width) { return (width + 8 + 127) / 128 * 128; }

class Quantize : public testing::TestWithParam<int64_t> {
protected:
  void expectBytes(const std::vector<uint8_t> &found, const Batch &batch,
                   std::function<std::vector<float>(int64_t token)> getRow) {
    int64_t width = GetParam(), pitch = getBytePitch(width);
    for (int64_t token = 0; token < batch.countTokens(); ++token) {
      Bytes expected(getRow(token));
      const uint8_t *row = found.data() + token * pitch;
      float tail[2];
      std::memcpy(tail, row + pitch - 8, 8);
      ASSERT_EQ(tail[0], expected.zeroPoint) << "token " << token;
      ASSERT_EQ(tail[1], expected.scale) << "token " << token;
      for (int64_t i = 0; i < width; ++i)
        ASSERT_EQ(row[i], expected.bytes[i]) << token << ", " << i;
    }
  }
};

} // namespace

TEST_P(Quantize, Bytes) {
  for (std::string element : {"f32", "bf16"}) {
    RowProgram rows(GetParam(), R"(
      %m = kernel.weight row ["smoothing"] : tensor<$Wxf32>
      %0 = kernel.quantize %rows smoothing(%m : tensor<$Wxf32>) width $W
          : tensor<?x$Wx$E> -> tensor<?x$Wxi8> {stage = "quantize"}
      kernel.output %rows width $W : tensor<?x$Wx$E> {stage = "output"}
    )",
                    element);
    std::vector<float> smoothing = makeNumbers(GetParam(), 5);
    rows.program.setWeight("smoothing", smoothing);
    Batch batch = makeBatch({1, 2, 7});
    Result found = rows.program.run(
        batch, {.watch = {"quantize", 2, getBytePitch(GetParam())}});
    EXPECT_EQ(found.faults, "");
    expectBytes(found.watched, batch, [&](int64_t token) {
      const float *row = rows.getRow(batch, token);
      std::vector<float> values(row, row + GetParam());
      for (size_t i = 0; i < values.size(); ++i)
        values[i] *= smoothing[i];
      return values;
    });
  }
}

TEST_P(Quantize, BytesBesideANorm) {
  RowProgram rows(GetParam(), R"(
    %0:2 = kernel.row_norm l2 %rows epsilon 1.0e-12 width $W
        : tensor<?x$Wxf32> -> tensor<?x$Wxf32>, tensor<?x$Wxi8>
        {stage = "norm"}
    kernel.output %0#0 width $W : tensor<?x$Wxf32> {stage = "output"}
  )");
  Batch batch = makeBatch({3, 5});
  Result found =
      rows.program.run(batch, {.watch = {"norm", 2, getBytePitch(GetParam())}});
  EXPECT_EQ(found.faults, "");
  expectBytes(found.watched, batch, [&](int64_t token) {
    auto row = found.outputs[0].begin() + token * GetParam();
    return std::vector<float>(row, row + GetParam());
  });
}

TEST_P(Quantize, Floats) {
  for (std::string element : {"bf16", "f16"}) {
    RowProgram rows(GetParam(), R"(
    %0 = kernel.quantize %rows width $W
        : tensor<?x$Wxf32> -> tensor<?x$Wx$N> {stage = "quantize"}
    kernel.output %0 width $W : tensor<?x$Wx$N> {stage = "output"}
  )",
                    "f32", {{"$N", element}});
    Batch batch = makeBatch({1, 2, 7, 33});
    Result found = rows.program.run(batch);
    EXPECT_EQ(found.faults, "");
    std::vector<double> expected;
    for (int64_t token = 0; token < batch.countTokens(); ++token)
      for (int64_t i = 0; i < GetParam(); ++i)
        expected.push_back(
            narrowTo(element, {rows.getRow(batch, token)[i]})[0]);
    expectNear(found.outputs[0], expected, 0);
  }
}

// An infinity might vanish behind a softmax or a maximum; a NaN does not.
TEST(QuantizeBeyondF16, GivesNaNsThatPoolsKeep) {
  for (int64_t width : {4, 5}) {
    RowProgram rows(width, R"(
      %0 = kernel.quantize %rows width $W
          : tensor<?x$Wxf32> -> tensor<?x$Wxf16> {stage = "quantize"}
      %1 = kernel.pool max %0, %offsets
          : tensor<?x$Wxf16>, tensor<?xi32> -> tensor<?x$Wxf32> {stage = "pool"}
      kernel.output %0 width $W : tensor<?x$Wxf16> {stage = "rows"}
      kernel.output %1 width $W output 1 : tensor<?x$Wxf32> {stage = "pooled"}
    )");
    std::vector<float> table(RowProgram::kRows * width, 1.0f);
    const float numbers[] = {65519.0f, 65520.0f, -1e9f, 0x1p-25f};
    std::copy(std::begin(numbers), std::end(numbers),
              table.begin() + 6 * width); // the second token's
    rows.program.setWeight("rows", table);
    Result found = rows.program.run(makeBatch({3}));
    EXPECT_EQ(found.faults, "");
    const float *second = found.outputs[0].data() + width;
    EXPECT_EQ(second[0], 65504.0f);
    EXPECT_TRUE(std::isnan(second[1]));
    EXPECT_TRUE(std::isnan(second[2]));
    EXPECT_EQ(second[3], 0.0f);
    const std::vector<float> &pooled = found.outputs[1];
    EXPECT_EQ(pooled[0], 65504.0f);
    EXPECT_TRUE(std::isnan(pooled[1]));
    EXPECT_TRUE(std::isnan(pooled[2]));
    EXPECT_EQ(pooled[3], 1.0f);
  }
}

INSTANTIATE_TEST_SUITE_P(Widths, Quantize,
                         testing::Values(1, 8, 48, 77, 384, 1000, 1030, 4096));

TEST(QuantizeZeros, HaveScaleZero) {
  RowProgram rows(48, R"(
    %m = kernel.weight row ["zeros"] : tensor<48xf32>
    %0 = kernel.quantize %rows smoothing(%m : tensor<48xf32>) width 48
        : tensor<?x48xf32> -> tensor<?x48xi8> {stage = "quantize"}
    kernel.output %rows width 48 : tensor<?x48xf32> {stage = "output"}
  )");
  rows.program.setWeight("zeros", std::vector<float>(48, 0.0f));
  Result found =
      rows.program.run(makeBatch({1}), {.watch = {"quantize", 2, 128}});
  EXPECT_EQ(found.faults, "");
  float scale;
  std::memcpy(&scale, found.watched.data() + 124, 4);
  EXPECT_EQ(scale, 0.0f);
  EXPECT_EQ(found.watched[0], 0);
}
