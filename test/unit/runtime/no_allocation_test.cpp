//===- no_allocation_test.cpp - Embedding takes no memory -----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/unit/runtime/allocation_counter.h"
#include "test/unit/runtime/small_model.h"

#include <gtest/gtest.h>

TEST(NoAllocation, TheCounterSeesWhatOpeningTakes) {
  const EmblemModelTable table = smallModel();
  const int64_t before = allocationCount();
  OwnedModel model = openModel(table);
  // The arena and the rows are mapped, the model and the scheduler are new.
  EXPECT_GE(allocationCount() - before, 4);
}

TEST(NoAllocation, EmbeddingAllocatesNothing) {
  const EmblemModelTable table = smallModel();
  for (int threads : {1, 2, 4}) {
    EmblemOptions options = defaultOptions();
    options.threads = threads;
    options.max_batch_tokens = 512;
    OwnedModel model = openModel(table, options);
    const Sequences sequences = randomSequences(3000, 1);
    const std::vector<EmblemText> texts(3000, EmblemText{"a bb ccc", 8});
    std::vector<float> vectors(2 * 3000);
    std::vector<EmblemTextInfo> infos(3000);
    int32_t ids[8];
    size_t count;

    // From the very first call on.
    const int64_t before = allocationCount();
    for (size_t number : {1, 3000, 17}) {
      emblem_embed_ids(model.get(), sequences.ids.data(),
                       sequences.offsets.data(), number, vectors.data());
      emblem_embed(model.get(), texts.data(), number, vectors.data(),
                   infos.data());
      emblem_tokenize(model.get(), texts[0], ids, 8, &count, nullptr);
    }
    EXPECT_EQ(allocationCount() - before, 0) << threads << " threads";
    EXPECT_EQ(infos[16].tokens, 5) << "it did run";
  }
}

TEST(NoAllocation, ErrorsAllocateNothing) {
  const EmblemModelTable table = smallModel();
  OwnedModel model = openModel(table);
  const int32_t id = 1000;
  const int64_t offsets[] = {0, 1};
  float vector[2];
  const int64_t before = allocationCount();
  EXPECT_EQ(emblem_embed_ids(model.get(), &id, offsets, 1, vector),
            EMBLEM_ID_OUT_OF_RANGE);
  EXPECT_EQ(allocationCount() - before, 0);
}
