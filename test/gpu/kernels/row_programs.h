//===- row_programs.h - Programs over rows of any numbers -------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_GPU_KERNELS_ROW_PROGRAMS_H
#define EMBLEM_TEST_GPU_KERNELS_ROW_PROGRAMS_H

#include "test/gpu/kernels/kernel_program.h"
#include "test/gpu/kernels/numbers.h"

namespace emblem::gpu_test {

/// `$W` and its like in a text, by what stands for them.
std::string fillIn(std::string text,
                   const std::map<std::string, std::string> &words);

/// A program whose %rows have the columns `$W` of the element `$E`: token t's is
/// row ids[t] of `table`. The body has %ids, %offsets, %types and %rows.
struct RowProgram {
  static constexpr int32_t kRows = 61; // of the table

  RowProgram(int64_t width, const std::string &body,
             const std::string &element = "f32",
             const std::map<std::string, std::string> &words = {},
             bool plainF32 = false);

  /// The numbers of token t of a batch.
  const float *getRow(const Batch &batch, int64_t token) const {
    return table.data() + batch.ids[token] * width;
  }

  int64_t width;
  KernelProgram program;
  std::vector<float> table; // as the rows have it: narrowed
};

/// Texts of so many tokens, of ids that differ.
Batch makeBatch(std::vector<int32_t> lengths);

/// The texts [first, first + count) of a batch.
Batch takeTexts(const Batch &batch, int64_t first, int64_t count);

/// 33 texts have the bits that each has alone, and in batches of 2 and 7.
void expectSameBits(KernelProgram &program, bool perText,
                    const RunOptions &options = {});

} // namespace emblem::gpu_test

#endif // EMBLEM_TEST_GPU_KERNELS_ROW_PROGRAMS_H
