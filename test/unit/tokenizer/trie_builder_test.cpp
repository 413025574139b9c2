//===- trie_builder_test.cpp - The double array beside a map --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/compile/trie_builder.h"
#include "runtime/tokenizer/table_view.h"

#include "gtest/gtest.h"

#include <map>
#include <random>
#include <string>

using namespace emblem;

using Words = std::map<std::string, int32_t>;

static std::string randomWord(std::mt19937 &rng, size_t longest) {
  // Few letters, so that words share beginnings; the extremes of a byte too.
  static constexpr char letters[] = {'a', 'b', 'c', '\x01', '\x7f', '\xff'};
  std::string word;
  for (size_t length = 1 + rng() % longest; word.size() < length;)
    word += letters[rng() % sizeof(letters)];
  return word;
}

static runtime::TrieMatch slowMatch(const Words &words, std::string_view text) {
  for (size_t length = text.size(); length; --length)
    if (auto found = words.find(std::string(text.substr(0, length)));
        found != words.end())
      return {length, uint32_t(found->second)};
  return {0, 0};
}

TEST(TrieBuilder, FindsTheLongestKeyOfEachTrie) {
  std::mt19937 rng(5);
  std::vector<Words> tries(3);
  frontend::TrieBuilder builder;
  std::vector<uint32_t> roots;
  for (Words &words : tries) {
    for (int i = 0; i < 3000; ++i)
      words.emplace(randomWord(rng, 9), int32_t(rng() >> 1));
    std::vector<frontend::TrieBuilder::Key> keys(words.begin(), words.end());
    roots.push_back(builder.add(std::move(keys)));
  }
  ASSERT_TRUE(builder.fits());
  ASSERT_EQ(builder.getUnits().size() % 256, 0u);
  for (int i = 0; i < 20000; ++i) {
    std::string text = randomWord(rng, 14);
    if (i % 7 == 0)
      text[rng() % text.size()] = '\0';
    const auto *begin = reinterpret_cast<const uint8_t *>(text.data());
    for (size_t t = 0; t < tries.size(); ++t) {
      runtime::TrieMatch expected = slowMatch(tries[t], text);
      runtime::TrieMatch found = runtime::longestMatch(
          builder.getUnits().data(), roots[t], begin, begin + text.size());
      ASSERT_EQ(found.length, expected.length);
      if (found.length) {
        ASSERT_EQ(found.leaf, expected.leaf);
      }
    }
  }
}

TEST(TrieBuilder, ATrieWithoutKeysMatchesNothing) {
  frontend::TrieBuilder builder;
  uint32_t empty = builder.add({});
  builder.add({{"a", 1}, {"b", 2}});
  const auto *text = reinterpret_cast<const uint8_t *>("ab");
  EXPECT_EQ(
      runtime::longestMatch(builder.getUnits().data(), empty, text, text + 2)
          .length,
      0u);
}
