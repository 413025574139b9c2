//===- row_programs.cpp - Programs over rows of any numbers ---------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/kernels/row_programs.h"

#include <cstring>
#include <numeric>

using namespace emblem;
using namespace emblem::gpu_test;

std::string gpu_test::fillIn(std::string text,
                             const std::map<std::string, std::string> &words) {
  for (const auto &[word, value] : words)
    for (size_t at = 0; (at = text.find(word, at)) != std::string::npos;
         at += value.size())
      text.replace(at, word.size(), value);
  return text;
}

static std::string makeText(int64_t width, const std::string &body,
                            const std::string &element,
                            std::map<std::string, std::string> words) {
  words["$W"] = std::to_string(width);
  words["$E"] = element;
  return fillIn(R"(
    kernel.program @p(%ids: tensor<?xi32>, %offsets: tensor<?xi32>,
                      %types: tensor<?xi32>) {
      %table = kernel.weight table ["rows"] : tensor<61x$Wxf32>
      %rows = kernel.gather offsets(%offsets : tensor<?xi32>)
          table(%ids, %table : tensor<?xi32>, tensor<61x$Wxf32>)
          -> tensor<?x$Wx$E> {stage = "rows"}
  )" + body + "}",
                words);
}

RowProgram::RowProgram(int64_t width, const std::string &body,
                       const std::string &element,
                       const std::map<std::string, std::string> &words,
                       bool plainF32)
    : width(width), program(makeText(width, body, element, words), plainF32),
      table(makeNumbers(kRows * width)) {
  program.setWeight("rows", table);
  table = narrowTo(element, table);
}

Batch gpu_test::makeBatch(std::vector<int32_t> lengths) {
  Batch batch = {.lengths = std::move(lengths)};
  int32_t tokens = batch.countTokens();
  batch.ids = countFrom(5, tokens, RowProgram::kRows);
  batch.types = countFrom(0, tokens, 2);
  return batch;
}

Batch gpu_test::takeTexts(const Batch &batch, int64_t first, int64_t count) {
  auto text = batch.lengths.begin() + first;
  int64_t begin = std::accumulate(batch.lengths.begin(), text, 0);
  int64_t end = std::accumulate(text, text + count, begin);
  auto take = [&](const std::vector<int32_t> &values) {
    return std::vector<int32_t>(values.begin() + begin, values.begin() + end);
  };
  return {std::vector<int32_t>(text, text + count), take(batch.ids),
          take(batch.types)};
}

void gpu_test::expectSameBits(KernelProgram &program, bool perText,
                              const RunOptions &options) {
  std::vector<int32_t> lengths = {1, 2, 7, 33, 5, 1, 12};
  lengths.resize(33, 3);
  lengths.back() = 40;
  Batch batch = makeBatch(lengths);
  Result all = program.run(batch, options);
  EXPECT_EQ(all.faults, "");
  size_t rows = perText ? lengths.size() : batch.countTokens();
  for (int64_t count : {1, 2, 7}) {
    size_t row = 0;
    for (size_t text = 0; text + count <= lengths.size(); text += count) {
      Batch part = takeTexts(batch, text, count);
      Result some = program.run(part, options);
      EXPECT_EQ(some.faults, "");
      size_t someRows = perText ? part.lengths.size() : part.countTokens();
      for (size_t i = 0; i < all.outputs.size(); ++i) {
        size_t width = all.outputs[i].size() / rows;
        ASSERT_EQ(std::memcmp(some.outputs[i].data(),
                              all.outputs[i].data() + row * width,
                              4 * someRows * width),
                  0)
            << "text " << text << " of " << count << " texts";
      }
      row += someRows;
    }
  }
}
