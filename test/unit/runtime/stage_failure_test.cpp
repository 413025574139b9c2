//===- stage_failure_test.cpp - A stage that returns no zero --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/unit/runtime/small_model.h"

#include <atomic>
#include <gtest/gtest.h>

namespace {

/// What the stage `breaks` returns where a batch has the id 13.
std::atomic<int32_t> status{0};

int32_t breaks(EmblemSpan *, EmblemSpan *, EmblemSpan *ids, EmblemSpan *,
               EmblemSpan *, EmblemSpan *, EmblemSpan *, EmblemSpan *, int64_t,
               int64_t, int64_t, int64_t) {
  const auto *id = static_cast<const int32_t *>(ids->aligned);
  for (int64_t t = 0; t < ids->size; ++t)
    if (id[t] == 13)
      return status;
  return 0;
}

/// The small model with one stage more, first, whose run or finish may fail.
struct BreakingModel {
  explicit BreakingModel(bool inFinish) : table(smallModel()) {
    stages[0] = {"layer.3.breaks",
                 breaks,
                 nullptr,
                 EMBLEM_ROWS_ARE_TOKENS,
                 1,
                 1,
                 0,
                 0,
                 0,
                 0,
                 0,
                 -1,
                 0};
    stages[1] = table.stages[0];
    stages[2] = table.stages[1];
    if (inFinish) {
      stages[1].finish = breaks;
      stages[1].name = "layer.3.breaks";
      stages[0].run = table.stages[0].run;
    }
    table.stages = stages;
    table.stage_count = 3;
  }
  EmblemModelTable table;
  EmblemStage stages[3];
};

void inOrder(void *, int64_t count, EmblemTask task, void *context) {
  for (int64_t i = 0; i < count; ++i)
    task(context, i);
}

class StageFailure : public testing::TestWithParam<bool> {};

} // namespace

TEST_P(StageFailure, EveryCallSaysSoAndTheNextOneRuns) {
  const BreakingModel breaking(GetParam());
  for (int threads : {1, 2, 5})
    for (EmblemParallelFor parallelFor : {EmblemParallelFor(nullptr), &inOrder})
      // One sequence, split by rows; and many, in groups.
      for (size_t count : {size_t(1), size_t(2000)}) {
        EmblemOptions options = defaultOptions();
        options.threads = threads;
        options.parallel_for = parallelFor;
        OwnedModel model = openModel(breaking.table, options);
        Sequences sequences = randomSequences(count, 3);
        sequences.ids[sequences.ids.size() / 2] = 13;
        std::vector<float> vectors(2 * count);
        const auto embed = [&] {
          return emblem_embed_ids(model.get(), sequences.ids.data(),
                                  sequences.offsets.data(), count,
                                  vectors.data());
        };
        status = -7;
        EXPECT_EQ(embed(), EMBLEM_STAGE_FAILED);
        EXPECT_STREQ(emblem_last_error(),
                     "the model's stage layer.3.breaks failed with status -7; "
                     "this call gives no vectors");
        status = 0;
        EXPECT_EQ(embed(), EMBLEM_OK);
        EXPECT_EQ(vectors, expectedVectors(sequences));
      }
}

TEST_P(StageFailure, OfTextsToo) {
  const BreakingModel breaking(GetParam());
  OwnedModel model = openModel(breaking.table);
  // The fake tokenizer's id of a word of three letters is 13.
  const EmblemText good = {"a bb", 4}, bad = {"a bbb", 5};
  float vector[2];
  status = 2;
  EXPECT_EQ(emblem_embed(model.get(), &good, 1, vector, nullptr), EMBLEM_OK);
  EXPECT_EQ(emblem_embed(model.get(), &bad, 1, vector, nullptr),
            EMBLEM_STAGE_FAILED);
  status = 0;
}

INSTANTIATE_TEST_SUITE_P(Where, StageFailure, testing::Bool(),
                         [](const auto &where) {
                           return where.param ? "Finish" : "Run";
                         });
