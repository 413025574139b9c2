//===- rows_test.cpp - Sums of rows, rows side by side, outputs -----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/kernels/row_programs.h"

using namespace emblem;
using namespace emblem::gpu_test;

namespace {
class Rows : public testing::TestWithParam<int64_t> {};
} // namespace

TEST_P(Rows, Add) {
  RowProgram rows(GetParam(), R"(
    %narrow = kernel.quantize %rows width $W
        : tensor<?x$Wxf32> -> tensor<?x$Wxbf16> {stage = "narrow"}
    %0 = kernel.add %rows, %narrow
        : tensor<?x$Wxf32>, tensor<?x$Wxbf16> -> tensor<?x$Wxf32>
        {stage = "add"}
    kernel.output %0 width $W : tensor<?x$Wxf32> {stage = "output"}
  )");
  Batch batch = makeBatch({1, 2, 7, 33});
  Result found = rows.program.run(batch);
  EXPECT_EQ(found.faults, "");
  std::vector<double> expected;
  for (int64_t token = 0; token < batch.countTokens(); ++token)
    for (int64_t i = 0; i < GetParam(); ++i) {
      float x = rows.getRow(batch, token)[i];
      expected.push_back(x + toBf16(x));
    }
  expectNear(found.outputs[0], expected, 0);
}

TEST_P(Rows, Concatenate) {
  int64_t width = GetParam();
  RowProgram rows(width, R"(
    %w = kernel.weight table ["words"] : tensor<61x36xf32>
    %words = kernel.gather offsets(%offsets : tensor<?xi32>)
        table(%ids, %w : tensor<?xi32>, tensor<61x36xf32>)
        -> tensor<?x36xf32> {stage = "words"}
    %0 = kernel.concatenate %rows, %words, %rows widths [$W, 36, $W]
        : tensor<?x$Wx$E>, tensor<?x36xf32>, tensor<?x$Wx$E> -> tensor<?x$Sxbf16>
        {stage = "both"}
    kernel.output %0 width $S : tensor<?x$Sxbf16> {stage = "output"}
  )",
                  "bf16", {{"$S", std::to_string(2 * width + 36)}});
  std::vector<float> words = makeNumbers(61 * 36, 2);
  rows.program.setWeight("words", words);
  Batch batch = makeBatch({1, 2, 7, 33});
  Result found = rows.program.run(batch);
  EXPECT_EQ(found.faults, "");
  std::vector<double> expected;
  for (int64_t token = 0; token < batch.countTokens(); ++token) {
    const float *row = rows.getRow(batch, token);
    const float *word = words.data() + batch.ids[token] * 36;
    expected.insert(expected.end(), row, row + width);
    for (int i = 0; i < 36; ++i)
      expected.push_back(toBf16(word[i]));
    expected.insert(expected.end(), row, row + width);
  }
  expectNear(found.outputs[0], expected, 0);
}

INSTANTIATE_TEST_SUITE_P(Widths, Rows,
                         testing::Values(1, 8, 48, 77, 384, 1000, 1030, 4096));
