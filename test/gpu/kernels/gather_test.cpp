//===- gather_test.cpp - A token, its position and its segment ------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/kernels/row_programs.h"

#include <algorithm>

using namespace emblem;
using namespace emblem::gpu_test;

namespace {

constexpr const char *kOutput = R"(
  kernel.output %0 width $W : tensor<?x$Wx$R> {stage = "output"}
)";

/// All that a row may consist of, with a table of the element `$T`.
constexpr const char *kAll = R"(
  %t = kernel.weight table ["words"] : tensor<61x$Wx$T>
  %r = kernel.weight row ["row"] : tensor<$Wxf32>
  %s = kernel.weight table ["segments"] : tensor<2x$Wxf32>
  %q = kernel.weight table ["positions"] : tensor<210x$Wx$P>
  %0 = kernel.gather offsets(%offsets : tensor<?xi32>)
      table(%ids, %t : tensor<?xi32>, tensor<61x$Wx$T>)
      input(%rows : tensor<?x$Wx$E>)
      segments(%types, %s : tensor<?xi32>, tensor<2x$Wxf32>)
      positions(%q : tensor<210x$Wx$P>) position_offset 2
      -> tensor<?x$Wx$R> {stage = "gather"}
)";

class Gather : public testing::TestWithParam<int64_t> {
protected:
  void expectAll(const std::string &table, const std::string &element,
                 const std::string &result) {
    int64_t width = GetParam();
    std::string positionsIn = table == "f16" ? "f16" : "bf16";
    RowProgram rows(width, std::string(kAll) + kOutput, element,
                    {{"$T", table}, {"$R", result}, {"$P", positionsIn}});
    std::vector<float> words = makeNumbers(61 * width, 2),
                       segments = makeNumbers(2 * width, 3),
                       positions =
                           narrowTo(positionsIn, makeNumbers(210 * width, 4));
    rows.program.setWeight("words", words);
    rows.program.setWeight("segments", segments);
    rows.program.setWeight("positions", positions);
    words = narrowTo(table, words);
    Batch batch = makeBatch({1, 2, 7, 33, 200});
    Result found = rows.program.run(batch);
    EXPECT_EQ(found.faults, "");
    // Floats, in the order of the sum: no bit may differ.
    std::vector<double> expected;
    int64_t token = 0;
    for (int32_t length : batch.lengths)
      for (int32_t place = 0; place < length; ++place, ++token)
        for (int64_t i = 0; i < width; ++i) {
          float sum = words[batch.ids[token] * width + i];
          sum += rows.getRow(batch, token)[i];
          sum += segments[batch.types[token] * width + i];
          sum += positions[(place + 2) * width + i];
          expected.push_back(narrowTo(result, {sum})[0]);
        }
    expectNear(found.outputs[0], expected, 0);
  }
};

} // namespace

TEST_P(Gather, Sum) { expectAll("f32", "f32", "f32"); }
TEST_P(Gather, NarrowSum) {
  for (const char *element : {"bf16", "f16"})
    expectAll(element, element, element);
}

TEST_P(Gather, QuantizedTableAndRow) {
  int64_t width = GetParam();
  RowProgram rows(width, std::string(R"(
    %t = kernel.weight table ["words"] : tensor<61x$Wxi8>
    %c = kernel.weight scales ["scales"] : tensor<61xf32>
    %r = kernel.weight row ["row"] : tensor<$Wxf32>
    %0 = kernel.gather offsets(%offsets : tensor<?xi32>)
        table(%ids, %t : tensor<?xi32>, tensor<61x$Wxi8>)
        table_scale(%c : tensor<61xf32>) row(%r : tensor<$Wxf32>)
        -> tensor<?x$Wxf32> {stage = "gather"}
  )") + kOutput,
                  "f32", {{"$R", "f32"}});
  std::vector<float> words = makeNumbers(61 * width, 2, 50.0f),
                     scales = makeNumbers(61, 3), row = makeNumbers(width, 4);
  for (float &word : words)
    word = std::clamp(std::rint(word), -127.0f, 127.0f);
  rows.program.setWeight("words", words);
  rows.program.setWeight("scales", scales);
  rows.program.setWeight("row", row);
  Batch batch = makeBatch({1, 2, 61});
  Result found = rows.program.run(batch);
  EXPECT_EQ(found.faults, "");
  std::vector<double> expected;
  for (int32_t id : batch.ids)
    for (int64_t i = 0; i < width; ++i) {
      float scaled = words[id * width + i] * scales[id];
      expected.push_back(scaled + row[i]);
    }
  expectNear(found.outputs[0], expected, 0);
}

INSTANTIATE_TEST_SUITE_P(Widths, Gather,
                         testing::Values(8, 48, 77, 384, 1000, 1030, 4096));
