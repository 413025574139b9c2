//===- images_test.cpp - Kernels over images ------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/kernels/row_programs.h"

#include <algorithm>
#include <limits>

using namespace emblem;
using namespace emblem::gpu_test;

namespace {

constexpr int kHeight = 9, kWidth = 10, kChannels = 4;
constexpr int kPixels = kHeight * kWidth * kChannels;

/// A program over 3 images, of as many tokens each.
class Images : public testing::Test {
protected:
  Result run(KernelProgram &program, int tokens = 1) {
    Result result = program.run(
        {.lengths = std::vector<int32_t>(3, tokens), .pixels = pixels});
    EXPECT_EQ(result.faults, "");
    return result;
  }
  /// 0 outside.
  double at(int image, int y, int x, int channel) {
    if (y < 0 || y >= kHeight || x < 0 || x >= kWidth)
      return 0;
    return pixels[((image * kHeight + y) * kWidth + x) * kChannels + channel];
  }
  std::vector<float> pixels = makeNumbers(3 * kPixels);
};

} // namespace

TEST_F(Images, Patches) {
  KernelProgram program(R"(
    kernel.program @p(%pixels: tensor<?x360xf32>, %offsets: tensor<?xi32>) {
      %0 = kernel.patches %pixels image [9, 10, 4] patch [4, 3] prefix 2
          : tensor<?x360xf32> -> tensor<?x48xf32> {stage = "patches"}
      kernel.output %0 width 48 : tensor<?x48xf32> {stage = "output"}
    })");
  Result found = run(program, 2 + 2 * 3);
  std::vector<double> expected;
  for (int image = 0; image < 3; ++image) {
    expected.insert(expected.end(), 2 * 48, 0.0);
    for (int down = 0; down < 2; ++down)
      for (int across = 0; across < 3; ++across)
        for (int y = 0; y < 4; ++y)
          for (int x = 0; x < 3; ++x)
            for (int c = 0; c < 4; ++c)
              expected.push_back(at(image, 4 * down + y, 3 * across + x, c));
  }
  expectNear(found.outputs[0], expected, 0);
}

TEST_F(Images, Pad) {
  KernelProgram program(R"(
    kernel.program @p(%pixels: tensor<?x360xf32>, %offsets: tensor<?xi32>) {
      %0 = kernel.pad2d %pixels image [9, 10, 4] padding [2, 1]
          : tensor<?x360xf32> -> tensor<?x624xf32> {stage = "pad"}
      kernel.output %0 width 624 : tensor<?x624xf32> {stage = "output"}
    })");
  Result found = run(program);
  std::vector<double> expected;
  for (int image = 0; image < 3; ++image)
    for (int y = -2; y < kHeight + 2; ++y)
      for (int x = -1; x < kWidth + 1; ++x)
        for (int c = 0; c < 4; ++c)
          expected.push_back(at(image, y, x, c));
  expectNear(found.outputs[0], expected, 0);
}

TEST_F(Images, Pool) {
  for (std::string kind : {"max", "average"}) {
    KernelProgram program(fillIn(R"(
      kernel.program @p(%pixels: tensor<?x360xf32>, %offsets: tensor<?xi32>) {
        %0 = kernel.pool2d $K %pixels image [9, 10, 4] window [3, 2]
            stride [2, 2] padding [1, 1]
            : tensor<?x360xf32> -> tensor<?x120xf32> {stage = "pool"}
        kernel.output %0 width 120 : tensor<?x120xf32> {stage = "output"}
      })",
                                 {{"$K", kind}}));
    Result found = run(program);
    std::vector<double> expected;
    for (int image = 0; image < 3; ++image)
      for (int y = 0; y < 5; ++y)
        for (int x = 0; x < 6; ++x)
          for (int c = 0; c < 4; ++c) {
            double sum = 0, most = -std::numeric_limits<double>::infinity();
            for (int i = 2 * y - 1; i < 2 * y + 2; ++i)
              for (int j = 2 * x - 1; j < 2 * x + 1; ++j) {
                sum += at(image, i, j, c);
                if (i >= 0 && i < kHeight && j >= 0 && j < kWidth)
                  most = std::max(most, at(image, i, j, c));
              }
            expected.push_back(kind == "max" ? most : sum / 6);
          }
    expectNear(found.outputs[0], expected, 1e-6, 1e-6);
  }
}

TEST_F(Images, Convolution) {
  // Narrow images are narrowed by a padding of none.
  for (std::string element : {"f32", "bf16", "f16"}) {
    KernelProgram program(fillIn(R"(
      kernel.program @p(%pixels: tensor<?x360xf32>, %offsets: tensor<?xi32>) {
        %w = kernel.weight matrix ["weight"] : tensor<5x24x$E>
        %b = kernel.weight row ["bias"] : tensor<5xf32>
        %x = kernel.pad2d %pixels image [9, 10, 4] padding [0, 0]
            : tensor<?x360xf32> -> tensor<?x360x$E> {stage = "pad"}
        %0 = kernel.conv2d %x, %w bias(%b : tensor<5xf32>) activation relu
            image [9, 10, 4] window [3, 2] stride [2, 3] outputs 5
            : tensor<?x360x$E>, tensor<5x24x$E> -> tensor<?x60xf32>
            {stage = "conv"}
        kernel.output %0 width 60 : tensor<?x60xf32> {stage = "output"}
      })",
                                 {{"$E", element}}));
    std::vector<float> weight = makeNumbers(5 * 24, 2),
                       bias = makeNumbers(5, 3);
    program.setWeight("weight", weight);
    program.setWeight("bias", bias);
    Result found = run(program);
    std::vector<double> expected;
    for (int image = 0; image < 3; ++image)
      for (int y = 0; y < 4; ++y)
        for (int x = 0; x < 3; ++x)
          for (int o = 0; o < 5; ++o) {
            double sum = bias[o];
            for (int k = 0; k < 24; ++k)
              sum += weight[o * 24 + k] *
                     at(image, 2 * y + k / 8, 3 * x + k % 8 / 4, k % 4);
            expected.push_back(std::max(sum, 0.0));
          }
    bool isNarrow = element != "f32";
    expectNear(found.outputs[0], expected, isNarrow ? 4e-3 : 1e-5,
               isNarrow ? 5e-2 : 1e-5);
  }
}

class AttentionPool : public testing::TestWithParam<int> {};

TEST_P(AttentionPool, Heads) {
  constexpr int kHeads = 3;
  int size = GetParam(), width = 2 * kHeads * size;
  RowProgram rows(
      width, R"(
    %q = kernel.weight row ["query"] : tensor<$Hxf32>
    %0 = kernel.attention_pool %rows, %offsets query(%q : tensor<$Hxf32>)
        heads 3 head_size $D scale 0.25
        : tensor<?x$Wxf32>, tensor<?xi32> -> tensor<?x$Hxf32> {stage = "pool"}
    kernel.output %0 width $H : tensor<?x$Hxf32> {stage = "output"}
  )",
      "f32",
      {{"$H", std::to_string(kHeads * size)}, {"$D", std::to_string(size)}});
  std::vector<float> query = makeNumbers(kHeads * size, 2);
  rows.program.setWeight("query", query);
  Batch batch = makeBatch({1, 2, 7, 33, 200});
  Result found = rows.program.run(batch);
  EXPECT_EQ(found.faults, "");
  std::vector<double> expected;
  int64_t begin = 0;
  for (int32_t length : batch.lengths) {
    for (int head = 0; head < kHeads; ++head) {
      std::vector<double> scores(length), sums(size, 0.0);
      double total = 0;
      for (int t = 0; t < length; ++t)
        for (int i = 0; i < size; ++i)
          scores[t] += 0.25 * query[head * size + i] *
                       rows.getRow(batch, begin + t)[head * size + i];
      double most = *std::max_element(scores.begin(), scores.end());
      for (int t = 0; t < length; ++t) {
        double weight = std::exp(scores[t] - most);
        total += weight;
        for (int i = 0; i < size; ++i)
          sums[i] += weight *
                     rows.getRow(batch, begin + t)[(kHeads + head) * size + i];
      }
      for (double sum : sums)
        expected.push_back(sum / total);
    }
    begin += length;
  }
  expectNear(found.outputs[0], expected, 1e-5, 1e-5);
  expectSameBits(rows.program, /*perText=*/true);
}

INSTANTIATE_TEST_SUITE_P(Sizes, AttentionPool, testing::Values(8, 32, 64, 72));
