//===- normalize_test.cpp - The normaliser's steps at compile time --------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/compile/tokenizer_compiler.h"

#include "gtest/gtest.h"

using namespace emblem;
using namespace emblem::frontend;

static const BertNormalizer uncased = {true, true, true, true};

static std::string normalize(NormalizerPart part, llvm::StringRef text) {
  return llvm::cantFail(frontend::normalize(NormalizerParts{part}, text));
}

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

TEST(Normalize, UnicodeForms) {
  auto form = [](bool compatible, bool composed) {
    return UnicodeForm{compatible, composed};
  };
  EXPECT_EQ(normalize(form(false, true), "e\u0323\u0302 \u1100\u1161\u11a8"),
            "\u1ec7 \uac01");
  EXPECT_EQ(normalize(form(false, false), "\u1ec7 \uac01"),
            "e\u0323\u0302 \u1100\u1161\u11a8");
  EXPECT_EQ(normalize(form(true, true), "ﬁ Ⅷ e\u0301"), "fi VIII é");
  EXPECT_EQ(normalize(form(true, false), "é²"), "e\u0301"
                                                "2");
  EXPECT_EQ(normalize(form(false, true), "ﬁ \u212b \u0958"),
            "ﬁ Å \u0915\u093c"); // U+0958 is excluded from composition
}

TEST(Normalize, PartsRunInTheirOrder) {
  auto run = [](NormalizerParts parts, llvm::StringRef text) {
    return llvm::cantFail(frontend::normalize(parts, text));
  };
  EXPECT_EQ(run({Lowercase(), Replace{{"a", false}, "Bb"}, Prepend{"<"}}, "aA"),
            "<BbBb");
  EXPECT_EQ(run({Replace{{" {2,}", true}, "_"}, Strip{true, true}}, " a   b "),
            "a_b");
  EXPECT_EQ(run({Strip{false, true}, Prepend{"x"}}, "  "), "");
  EXPECT_EQ(run({UnicodeForm{true, false}, StripAccents()}, "Crème ﬁ"),
            "Creme fi");
}

TEST(Normalize, RefusesAMapThatIsDamaged) {
  auto text = frontend::normalize({Precompiled{"\x08"}}, "a");
  ASSERT_FALSE(bool(text));
  EXPECT_EQ(llvm::toString(text.takeError()),
            "the normalizer's precompiled_charsmap is damaged; save the "
            "tokenizer again");
}
