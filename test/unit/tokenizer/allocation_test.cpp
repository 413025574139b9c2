//===- allocation_test.cpp - A steady state allocates nothing -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiled_tokenizer.h"
#include "kind_fixture.h"

using namespace emblem;

static bool counting = false;
static int allocations = 0;

// The linker sends every call in this program here (see CMakeLists.txt).
extern "C" {
void *__real_realloc(void *memory, size_t bytes);
void *__real_malloc(size_t bytes);
void *__wrap_realloc(void *memory, size_t bytes) {
  allocations += counting;
  return __real_realloc(memory, bytes);
}
void *__wrap_malloc(size_t bytes) {
  allocations += counting;
  return __real_malloc(bytes);
}
}

TEST(Allocation, OnlyALongerTextAllocates) {
  frontend::TokenizerDescription description = describeTokenizer({"a", "##b"});
  frontend::AddedToken normalized;
  normalized.content = "x";
  normalized.id = 6;
  normalized.normalized = true;
  description.addedTokens.push_back(normalized);
  CompiledTokenizer tokenizer(description);

  std::string longText;
  for (int i = 0; i < 100; ++i)
    longText += "ab \xff a\u302e\U0001d165 中x [SEP] ";
  int32_t ids[1000];
  auto encode = [&](std::string_view text) {
    tokenizer.tokenizer.encode(text, 1000, ids, tokenizer.scratch);
  };
  counting = true;
  encode(longText);
  int first = allocations;
  for (int i = 0; i < 100; ++i)
    encode(std::string_view(longText).substr(size_t(i) * 17 % 900));
  counting = false;
  EXPECT_GT(first, 0);
  EXPECT_EQ(allocations, first);
}

TEST(Allocation, WithinWhatIsReservedNothingAllocates) {
  frontend::TokenizerDescription description = describeTokenizer({"a", "##b"});
  for (bool normalizedToken : {false, true}) {
    if (normalizedToken) {
      frontend::AddedToken token;
      token.content = "x";
      token.id = 6;
      token.normalized = true;
      description.addedTokens.push_back(token);
    }
    CompiledTokenizer tokenizer(description);
    constexpr size_t bytes = 3000;
    ASSERT_TRUE(tokenizer.tokenizer.reserve(bytes, tokenizer.scratch));
    // Each is the worst for some part of the working memory: bytes that are no
    // UTF-8, marks to sort (one, and two of two bytes), characters that become
    // many, long words.
    for (std::string_view part :
         {"\xff", "\u302e", "\u0344", "\ufdfa", "\u1f82", "a", "\u4e2d",
          "x\xf0\x9f", "\U0001d165\u0301"}) {
      std::string text;
      while (text.size() + part.size() <= bytes)
        text += part;
      int32_t ids[4000];
      allocations = 0;
      counting = true;
      const runtime::Encoding encoding = tokenizer.tokenizer.encode(
          text, std::size(ids), ids, tokenizer.scratch);
      counting = false;
      EXPECT_GE(encoding.count, 0);
      EXPECT_EQ(allocations, 0) << text.substr(0, 12);
    }
  }
}

// The same with normalisers that grow a text, words that are rewritten, merges
// and paths.
TEST(Allocation, WithinWhatIsReservedNoKindAllocates) {
  for (const char *kind :
       {"roberta_prefix", "qwen2", "gemma", "llama2", "mistral", "multilingual",
        "unigram_bytes", "word_level", "nfkd_words"}) {
    CompiledTokenizer tokenizer(describeKind(readKindFixture(kind)));
    constexpr size_t bytes = 2000;
    ASSERT_TRUE(tokenizer.tokenizer.reserve(bytes, tokenizer.scratch));
    for (std::string_view part :
         {"\xff", "\u0344", "\ufdfa", "\u1f82", "a", " ", "\u4e2d", "ab c  ",
          "e\u0323\u0301", "\uac01", "\u1100\u1161", "1\u00df-"}) {
      std::string text;
      while (text.size() + part.size() <= bytes)
        text += part;
      std::vector<int32_t> ids(100000);
      allocations = 0;
      counting = true;
      const runtime::Encoding encoding = tokenizer.tokenizer.encode(
          text, int64_t(ids.size()), ids.data(), tokenizer.scratch);
      counting = false;
      EXPECT_GT(encoding.count, 0);
      EXPECT_EQ(allocations, 0) << kind << ": " << text.substr(0, 12);
    }
  }
}

// In quadratic time this would take minutes.
TEST(Allocation, AWordOfAMegabyteIsEncoded) {
  for (const char *kind : {"qwen2", "llama2", "t5"}) {
    CompiledTokenizer tokenizer(describeKind(readKindFixture(kind)));
    for (const char *unit : {"a", "ab", "\u4e2d", " "}) {
      std::string text;
      while (text.size() < 1000000)
        text += unit;
      EXPECT_GT(tokenizer.encode(text, 4000000).size(), 1000u);
    }
  }
}
