//===- batch_test.cpp - Token ids written down ----------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/evaluator/batch.h"

#include "gtest/gtest.h"

using namespace emblem::evaluator;
using Ids = std::vector<int32_t>;

static std::string errorOf(llvm::StringRef text) {
  llvm::Expected<Batch> batch = parseBatch(text);
  return batch ? "" : llvm::toString(batch.takeError());
}

TEST(Batch, SeparatesIdsBySpacesAndTextsByCommas) {
  llvm::Expected<Batch> batch = parseBatch("1 2 3, 4 5,6");
  ASSERT_TRUE(bool(batch));
  EXPECT_EQ(batch->ids, (Ids{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(batch->offsets, (Ids{0, 3, 5, 6}));
}

TEST(Batch, TakesAnyBlanks) {
  llvm::Expected<Batch> batch = parseBatch("  7\t8\n ");
  ASSERT_TRUE(bool(batch));
  EXPECT_EQ(batch->ids, (Ids{7, 8}));
  EXPECT_EQ(batch->offsets, (Ids{0, 2}));
}

TEST(Batch, RefusesATextWithoutIds) {
  EXPECT_EQ(errorOf("1 2,, 3"),
            "text 2 has no token ids: give each at least one, such as "
            "\"1 2 3, 4 5\"");
  EXPECT_NE(errorOf(""), "");
  EXPECT_NE(errorOf("1,"), "");
}

TEST(Batch, RefusesWhatIsNotAnId) {
  for (llvm::StringRef text : {"one", "1.5", "0x10", "2147483648", "1;2"})
    EXPECT_EQ(errorOf(text),
              ("'" + text +
               "' is not a token id: write whole numbers, with spaces between "
               "ids and commas between texts")
                  .str());
}

TEST(Batch, LeavesOutTrailingIds) {
  llvm::Expected<Batch> batch = parseBatch("0 1 | 0 2 0 0, 0 0, 3 | 4");
  ASSERT_TRUE(bool(batch));
  Batch shown = withoutTrailing(*batch, 0);
  EXPECT_EQ(shown.ids, (Ids{0, 1, 0, 2, 0, 3, 4}));
  EXPECT_EQ(shown.types, (Ids{0, 0, 1, 1, 0, 0, 1}));
  EXPECT_EQ(shown.offsets, (Ids{0, 4, 5, 7}));
}
