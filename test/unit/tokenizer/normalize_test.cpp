//===- normalize_test.cpp - The normaliser's steps at compile time --------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/tokenizer/character_effects.h"

#include "gtest/gtest.h"

using namespace emblem::frontend;

static const BertNormalizer uncased = {true, true, true, true};

TEST(Normalize, RunsTheStepsInTheirOrder) {
  EXPECT_EQ(normalize(uncased, "H\u00c9llo\tW\x01\u200d\u00f6rld"),
            "hello world");
  EXPECT_EQ(normalize(uncased, "a中b"), "a 中 b");
  EXPECT_EQ(normalize(uncased, "豈"), " 豈 "); // decomposes inside its spaces
  EXPECT_EQ(normalize(uncased, "\uac01"), "\u1100\u1161\u11a8");
}

TEST(Normalize, LowercaseOfOneCharacterKnowsNoNeighbours) {
  EXPECT_EQ(normalize(uncased, "ΣΊΣ"), "σισ"); // no final sigma
  EXPECT_EQ(normalize(uncased, "İß"), "iß");
  BertNormalizer keepsAccents = uncased;
  keepsAccents.stripAccents = false;
  EXPECT_EQ(normalize(keepsAccents, "İÉ"), "i̇é");
}

TEST(Normalize, SortsTheMarksThatStay) {
  // U+302E (class 224) and U+1D165 (216) are no nonspacing marks.
  EXPECT_EQ(normalize(uncased, "a\u302e\u0301\U0001d165"), "a\U0001d165\u302e");
  // A nonspacing mark of class 0 goes too, and still stands between.
  EXPECT_EQ(normalize(uncased, "a\u302e\u0300\u034f\U0001d165"),
            "a\u302e\U0001d165");
}

TEST(Normalize, AStepLeftOutChangesNothing) {
  EXPECT_EQ(normalize(BertNormalizer(), "É\t中\u302e\U0001d165"),
            "É\t中\u302e\U0001d165");
}
