//===- pool_test.cpp - One row a text from one row a token ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/kernels/row_programs.h"

using namespace emblem;
using namespace emblem::gpu_test;

namespace {

/// Feature by feature: the numbers of a text, and what becomes of them.
double pool(const std::string &kind, const std::vector<double> &values) {
  double sum = 0, weighted = 0, most = values[0], count = double(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    sum += values[i];
    weighted += double(i + 1) * values[i];
    most = std::max(most, values[i]);
  }
  if (kind == "mean")
    return sum / count;
  if (kind == "max")
    return most;
  if (kind == "cls")
    return values.front();
  if (kind == "last")
    return values.back();
  if (kind == "weighted_mean")
    return weighted / (count * (count + 1) / 2);
  if (kind == "mean_sqrt")
    return sum / std::sqrt(count);
  return sum;
}

class Pool : public testing::TestWithParam<std::tuple<std::string, int64_t>> {};

} // namespace

TEST_P(Pool, Kind) {
  auto [kind, width] = GetParam();
  for (std::string element : {"f32", "bf16", "f16"}) {
    RowProgram rows(width, R"(
      %0 = kernel.pool $K %rows, %offsets
          : tensor<?x$Wx$E>, tensor<?xi32> -> tensor<?x$Wx$E> {stage = "pool"}
      kernel.output %0 width $W : tensor<?x$Wx$E> {stage = "output"}
    )",
                    element, {{"$K", kind}});
    Batch batch = makeBatch({1, 2, 7, 33, 200, 8, 9});
    Result found = rows.program.run(batch);
    EXPECT_EQ(found.faults, "");
    std::vector<double> expected;
    int64_t begin = 0;
    for (int32_t length : batch.lengths) {
      for (int64_t i = 0; i < width; ++i) {
        std::vector<double> values;
        for (int32_t place = 0; place < length; ++place)
          values.push_back(rows.getRow(batch, begin + place)[i]);
        expected.push_back(pool(kind, values));
      }
      begin += length;
    }
    expectNear(found.outputs[0], expected,
               element == "bf16"  ? 4e-3
               : element == "f16" ? 5e-4
                                  : 1e-6,
               2e-5);
    expectSameBits(rows.program, /*perText=*/true);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, Pool,
    testing::Combine(testing::Values("mean", "max", "cls", "last",
                                     "weighted_mean", "sum", "mean_sqrt"),
                     testing::Values(8, 77, 384, 1000)));

TEST(PoolNorm, FollowsThePool) {
  RowProgram rows(384, R"(
    %0 = kernel.pool mean %rows, %offsets norm l2 epsilon 1.0e-12
        : tensor<?x384xf32>, tensor<?xi32> -> tensor<?x384xf32>
        {stage = "pool"}
    kernel.output %0 width 384 : tensor<?x384xf32> {stage = "output"}
  )");
  Result found = rows.program.run(makeBatch({1, 7, 33}));
  EXPECT_EQ(found.faults, "");
  for (int text = 0; text < 3; ++text) {
    double squares = 0;
    for (int i = 0; i < 384; ++i)
      squares += std::pow(found.outputs[0][text * 384 + i], 2.0);
    EXPECT_NEAR(squares, 1.0, 1e-6);
  }
}
