//===- added_tokens_test.cpp - Tokens found whole in the text -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiled_tokenizer.h"

using namespace emblem;

// "a" is 4, "b" 5, "##b" 6, and the added token 7.
static CompiledTokenizer compileWith(frontend::AddedToken token) {
  frontend::TokenizerDescription description =
      describeTokenizer({"a", "b", "##b"});
  token.id = 7;
  description.addedTokens.push_back(token);
  return CompiledTokenizer(description);
}

TEST(AddedTokens, SpecialTokensMatchInTheTextAsItCame) {
  CompiledTokenizer tokenizer(describeTokenizer({"a", "sep", "[", "]"}));
  EXPECT_EQ(tokenizer.encode("a[SEP]a"), Ids({2, 4, 3, 4, 3}));
  EXPECT_EQ(tokenizer.encode("[[SEP]]"), Ids({2, 6, 3, 7, 3}));
  EXPECT_EQ(tokenizer.encode("[sep]"), Ids({2, 6, 5, 7, 3}));
  EXPECT_EQ(tokenizer.encode("[SEP"), Ids({2, 6, 5, 3}));
}

TEST(AddedTokens, TheLongestWinsAtEachPlace) {
  frontend::TokenizerDescription description = describeTokenizer({"a", "b"});
  for (const char *content : {"<<", "<<>", "<>>"}) {
    frontend::AddedToken token;
    token.content = content;
    token.id = int32_t(6 + description.addedTokens.size() - 4);
    description.addedTokens.push_back(token);
  }
  CompiledTokenizer tokenizer(description);
  EXPECT_EQ(tokenizer.encode("<<a"), Ids({2, 6, 4, 3}));
  EXPECT_EQ(tokenizer.encode("<<>>"), Ids({2, 7, 1, 3})); // and ">" unknown
  EXPECT_EQ(tokenizer.encode("<>>"), Ids({2, 8, 3}));
}

TEST(AddedTokens, ASplitWordStartsAnew) {
  frontend::AddedToken token;
  token.content = "X";
  CompiledTokenizer tokenizer = compileWith(token);
  EXPECT_EQ(tokenizer.encode("ab"), Ids({2, 4, 6, 3}));
  EXPECT_EQ(tokenizer.encode("aXb"), Ids({2, 4, 7, 5, 3}));
}

TEST(AddedTokens, SingleWordWantsNoWordCharacterAround) {
  frontend::AddedToken token;
  token.content = "X";
  token.singleWord = true;
  CompiledTokenizer tokenizer = compileWith(token);
  EXPECT_EQ(tokenizer.encode("X a-X-a X"), Ids({2, 7, 4, 1, 7, 1, 4, 7, 3}));
  EXPECT_EQ(tokenizer.encode("Xa"), Ids({2, 1, 3}));
  EXPECT_EQ(tokenizer.encode("éX"), Ids({2, 1, 3}));
  EXPECT_EQ(tokenizer.encode("X\u0301"), Ids({2, 1, 3})); // a mark is one too
}

TEST(AddedTokens, StrippingTakesTheWhiteSpaceAround) {
  // Spaces make no tokens; what shows is whether "single" sees them, so the
  // stretch between is cut by the next token's own text.
  frontend::TokenizerDescription description = describeTokenizer({"a"});
  frontend::AddedToken strip, space;
  strip.content = "X";
  strip.id = 5;
  strip.lstrip = strip.rstrip = true;
  space.content = "\u3000Y"; // starts with white space of its own
  space.id = 6;
  description.addedTokens.push_back(strip);
  description.addedTokens.push_back(space);
  CompiledTokenizer tokenizer(description);
  EXPECT_EQ(tokenizer.encode("a \u00a0 X\u3000\t a"), Ids({2, 4, 5, 4, 3}));
  EXPECT_EQ(tokenizer.encode("X \u3000Ya"), Ids({2, 5, 6, 4, 3}));
  EXPECT_EQ(tokenizer.encode("  X  "), Ids({2, 5, 3}));
}

TEST(AddedTokens, NormalizedOnesMatchAfterNormalising) {
  frontend::AddedToken token;
  token.content = "Café"; // matches as "cafe"
  token.normalized = true;
  CompiledTokenizer tokenizer = compileWith(token);
  EXPECT_EQ(tokenizer.encode("CAFE\u0301 a cafe"), Ids({2, 7, 4, 7, 3}));
  EXPECT_EQ(tokenizer.encode("acafeb"), Ids({2, 4, 7, 5, 3}));
  EXPECT_EQ(tokenizer.encode("a\u200db 中 [SEP]"), Ids({2, 4, 6, 1, 3, 3}));
}

TEST(AddedTokens, CountForTruncation) {
  CompiledTokenizer tokenizer(describeTokenizer({"a"}));
  bool truncated;
  EXPECT_EQ(tokenizer.encode("a[PAD][UNK]", 4, &truncated), Ids({2, 4, 0, 3}));
  EXPECT_TRUE(truncated);
}

//===----------------------------------------------------------------------===//
// What cannot be compiled
//===----------------------------------------------------------------------===//

static std::string compileError(std::vector<frontend::AddedToken> tokens) {
  frontend::TokenizerDescription description = describeTokenizer({"a"});
  description.addedTokens = std::move(tokens);
  llvm::Expected<std::string> bytes = frontend::compileTokenizer(description);
  if (bytes)
    return "compiled";
  return llvm::toString(bytes.takeError());
}

static frontend::AddedToken named(std::string content, bool normalized) {
  frontend::AddedToken token;
  token.content = std::move(content);
  token.normalized = normalized;
  return token;
}

TEST(AddedTokens, RefusesOnesThatNormaliseToNothing) {
  EXPECT_EQ(compileError({named("\u0301", true)}),
            "the added token '\u0301' is empty once normalised; remove it");
}

TEST(AddedTokens, RefusesTwoForTheSameText) {
  EXPECT_EQ(compileError({named("A", true), named("á", true)}),
            "the added token 'á' matches the same text as another one; remove "
            "it");
  EXPECT_EQ(compileError({named("A", true), named("a", false)}), "compiled");
}

TEST(AddedTokens, RefusesANul) {
  std::string error = compileError({named(std::string("x\0", 2), false)});
  EXPECT_NE(error.find("holds a NUL character"), std::string::npos) << error;
}

TEST(AddedTokens, RefusesANulInTheVocabularyThatTextCouldReach) {
  frontend::TokenizerDescription description =
      describeTokenizer({std::string("a\0b", 3)});
  EXPECT_TRUE(bool(frontend::compileTokenizer(description)));
  bertNormalizer(description).cleanText = false;
  llvm::Expected<std::string> bytes = frontend::compileTokenizer(description);
  ASSERT_FALSE(bool(bytes));
  EXPECT_EQ(llvm::toString(bytes.takeError()),
            "the vocabulary's token of id 4 holds a NUL character, which is "
            "not supported without 'clean_text'; remove the token");
}
