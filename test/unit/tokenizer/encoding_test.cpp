//===- encoding_test.cpp - Words, pieces, truncation, broken UTF-8 --------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiled_tokenizer.h"

using namespace emblem;

static frontend::TokenizerDescription describe() {
  //                        4    5      6        7      8    9    10   11
  return describeTokenizer({"a", "##b", "##bcd", "the", ",", "中", "x", "##c"});
}

TEST(Encoding, TakesTheLongestPieceFirst) {
  CompiledTokenizer tokenizer(describe());
  EXPECT_EQ(tokenizer.encode("abcd"), Ids({2, 4, 6, 3}));
  EXPECT_EQ(tokenizer.encode("abc"), Ids({2, 4, 5, 11, 3}));
  EXPECT_EQ(tokenizer.encode("abcc"), Ids({2, 4, 5, 11, 11, 3}));
}

TEST(Encoding, AWordWithAnUnknownPartIsUnknownAsAWhole) {
  CompiledTokenizer tokenizer(describe());
  EXPECT_EQ(tokenizer.encode("abz a"), Ids({2, 1, 4, 3}));
  EXPECT_EQ(tokenizer.encode("b"), Ids({2, 1, 3}));
}

TEST(Encoding, SplitsAtSpacePunctuationAndChineseCharacters) {
  CompiledTokenizer tokenizer(describe());
  EXPECT_EQ(tokenizer.encode("the,a\t\u00a0THE中a"),
            Ids({2, 7, 8, 4, 7, 9, 4, 3}));
  // The text "##b" is no piece: "#" is a word, and unknown.
  EXPECT_EQ(tokenizer.encode("##b"), Ids({2, 1, 1, 1, 3}));
}

TEST(Encoding, AnEmptyTextHasItsSpecialTokens) {
  CompiledTokenizer tokenizer(describe());
  bool truncated = true;
  EXPECT_EQ(tokenizer.encode("", 100, &truncated), Ids({2, 3}));
  EXPECT_FALSE(truncated);
  EXPECT_EQ(tokenizer.encode(" \u200d\x01 "), Ids({2, 3}));
}

// Cut first, as model2vec does; a text that is left with none has one all the
// same.
TEST(Encoding, AnIdMayBeDropped) {
  frontend::TokenizerDescription description = describe();
  description.single = {{runtime::firstText, 0}};
  description.droppedId = 1;
  description.emptyId = 12;
  CompiledTokenizer tokenizer(description);
  EXPECT_EQ(tokenizer.encode("a z the z"), Ids({4, 7}));
  EXPECT_EQ(tokenizer.encode("a [UNK] the"), Ids({4, 7}));
  bool truncated = false;
  EXPECT_EQ(tokenizer.encode("a z the z", 3, &truncated), Ids({4, 7}));
  EXPECT_TRUE(truncated);
  EXPECT_EQ(tokenizer.encode("z"), Ids({12}));
  EXPECT_EQ(tokenizer.encode(""), Ids({12}));
  EXPECT_EQ(tokenizer.encode("", 0), Ids());
}

// Code points, before all else: model2vec's.
TEST(Encoding, OnlyTheFirstCharactersAreRead) {
  frontend::TokenizerDescription description = describe();
  description.maxCharacters = 3;
  CompiledTokenizer tokenizer(description);
  bool truncated = false;
  EXPECT_EQ(tokenizer.encode("the a", 100, &truncated), Ids({2, 7, 3}));
  EXPECT_TRUE(truncated);
  EXPECT_EQ(tokenizer.encode("中中中a", 100, &truncated), Ids({2, 9, 9, 9, 3}));
  EXPECT_TRUE(truncated);
  EXPECT_EQ(tokenizer.encode("a中a", 100, &truncated), Ids({2, 4, 9, 4, 3}));
  EXPECT_FALSE(truncated);
}

// What is behind it is not read: CLIP's vector is that of the first one.
TEST(Encoding, ATextEndsWithTheFirstEndToken) {
  frontend::TokenizerDescription description = describe();
  description.endId = 3;
  CompiledTokenizer tokenizer(description);
  EXPECT_EQ(tokenizer.encode("a the"), Ids({2, 4, 7, 3}));
  bool truncated = true;
  EXPECT_EQ(tokenizer.encode("a [SEP] the [SEP]", 100, &truncated),
            Ids({2, 4, 3}));
  EXPECT_FALSE(truncated);
  EXPECT_EQ(tokenizer.encode("a the a", 3, &truncated), Ids({2, 4, 3}));
  EXPECT_TRUE(truncated);
}

TEST(Encoding, ATextIsFilledUp) {
  frontend::TokenizerDescription description = describe();
  description.paddingId = 0;
  description.paddedTokens = 5;
  CompiledTokenizer tokenizer(description);
  EXPECT_EQ(tokenizer.encode("a the"), Ids({2, 4, 7, 3, 0}));
  EXPECT_EQ(tokenizer.encode(""), Ids({2, 3, 0, 0, 0}));
  EXPECT_EQ(tokenizer.encode("a the a the"), Ids({2, 4, 7, 4, 7, 3}));
  EXPECT_EQ(tokenizer.encode("a the", 4), Ids({2, 4, 7, 3}));
  EXPECT_EQ(tokenizer.encode("", 3), Ids({2, 3, 0}));
}

TEST(Encoding, AWordLongerThanTheLimitIsUnknown) {
  frontend::TokenizerDescription description = describe();
  wordPiece(description).maxInputCharsPerWord = 4;
  CompiledTokenizer tokenizer(description);
  EXPECT_EQ(tokenizer.encode("abbb"), Ids({2, 4, 5, 5, 5, 3}));
  EXPECT_EQ(tokenizer.encode("abbbb"), Ids({2, 1, 3}));
  EXPECT_EQ(tokenizer.encode("ábbb́"), Ids({2, 4, 5, 5, 5, 3}));
  wordPiece(description).maxInputCharsPerWord = 0;
  EXPECT_EQ(CompiledTokenizer(description).encode("a"), Ids({2, 1, 3}));
}

TEST(Encoding, TruncationKeepsTheFirstTokens) {
  CompiledTokenizer tokenizer(describe());
  Ids whole = tokenizer.encode("the abcd abz , a");
  ASSERT_EQ(whole, Ids({2, 7, 4, 6, 1, 8, 4, 3}));
  for (int64_t room = 2; room < 12; ++room) {
    bool truncated;
    Ids ids = tokenizer.encode("the abcd abz , a", room, &truncated);
    Ids expected = whole;
    if (room < int64_t(whole.size()))
      expected.erase(expected.begin() + room - 1, expected.end() - 1);
    EXPECT_EQ(ids, expected) << room;
    EXPECT_EQ(truncated, room < int64_t(whole.size())) << room;
  }
}

TEST(Encoding, TruncationOnTheLeftKeepsTheLastTokens) {
  frontend::TokenizerDescription description = describe();
  description.truncateLeft = true;
  CompiledTokenizer tokenizer(description);
  Ids whole = tokenizer.encode("the abcd abz , a");
  for (int64_t room = 2; room < 12; ++room) {
    bool truncated;
    Ids ids = tokenizer.encode("the abcd abz , a", room, &truncated);
    Ids expected = whole;
    if (room < int64_t(whole.size()))
      expected.erase(expected.begin() + 1,
                     expected.begin() + 1 + int64_t(whole.size()) - room);
    EXPECT_EQ(ids, expected) << room;
    EXPECT_EQ(truncated, room < int64_t(whole.size())) << room;
  }
}

// The pieces of "abz" already fill the room when its end makes them one unknown
// token, which fits.
TEST(Encoding, AnUnknownWordAtTheEndIsNotCountedByItsPieces) {
  CompiledTokenizer tokenizer(describe());
  bool truncated;
  EXPECT_EQ(tokenizer.encode("abbbz", 3, &truncated), Ids({2, 1, 3}));
  EXPECT_FALSE(truncated);
}

TEST(Encoding, LessRoomThanSpecialTokens) {
  for (bool left : {false, true}) {
    frontend::TokenizerDescription description = describe();
    description.truncateLeft = left;
    CompiledTokenizer tokenizer(description);
    for (int64_t room : {-1, 0, 1}) {
      bool truncated = false;
      EXPECT_EQ(tokenizer.encode("a", room, &truncated),
                room == 1 ? Ids({2}) : Ids());
      EXPECT_TRUE(truncated);
    }
    bool truncated = false;
    EXPECT_EQ(tokenizer.encode("a", 2, &truncated), Ids({2, 3}));
    EXPECT_TRUE(truncated);
    EXPECT_EQ(tokenizer.encode("", 2, &truncated), Ids({2, 3}));
    EXPECT_FALSE(truncated);
  }
}

// With U+FFFD in the vocabulary and no cleaning, each replacement shows.
TEST(Encoding, ReplacesEachMaximalPartThatIsNotUtf8) {
  frontend::TokenizerDescription description =
      describeTokenizer({"\ufffd", "##\ufffd", "a", "##a"});
  description.normalizer.clear();
  CompiledTokenizer tokenizer(description);
  auto replaced = [&](std::string_view text) {
    Ids ids = tokenizer.encode(text);
    return Ids(ids.begin() + 1, ids.end() - 1);
  };
  EXPECT_EQ(replaced("\xff"), Ids({4}));
  EXPECT_EQ(replaced("a\xc3"), Ids({6, 5}));
  EXPECT_EQ(replaced("a\xe2\x82"), Ids({6, 5}));              // cut short
  EXPECT_EQ(replaced("a\xe2\x82\x61"), Ids({6, 5, 7}));       // and then "a"
  EXPECT_EQ(replaced("\xf0\x9f\x98\x61"), Ids({4, 7}));       // three of four
  EXPECT_EQ(replaced("\xed\xa0\x80"), Ids({4, 5, 5}));        // a surrogate
  EXPECT_EQ(replaced("\xc0\xaf"), Ids({4, 5}));               // overlong
  EXPECT_EQ(replaced("\xe0\x80\xaf"), Ids({4, 5, 5}));        // overlong
  EXPECT_EQ(replaced("\xf4\x90\x80\x80"), Ids({4, 5, 5, 5})); // too large
  EXPECT_EQ(replaced("\xf8\x88"), Ids({4, 5}));
}

TEST(Encoding, DropsWhatIsNotUtf8WhereItCleans) {
  CompiledTokenizer tokenizer(describe());
  EXPECT_EQ(tokenizer.encode("t\xffhe\xc3"), Ids({2, 7, 3}));
}

TEST(Encoding, TheByteZeroEndsNoPieceEarly) {
  frontend::TokenizerDescription description = describeTokenizer({"a", "##b"});
  description.normalizer.clear();
  CompiledTokenizer tokenizer(description);
  EXPECT_EQ(tokenizer.encode(std::string_view("a\0", 2)), Ids({2, 1, 3}));
  EXPECT_EQ(tokenizer.encode(std::string_view("\0", 1)), Ids({2, 1, 3}));
}

// One text, without special tokens; cut, it ends as all of them do.
TEST(Encoding, APairAsOneText) {
  frontend::TokenizerDescription description = describeTokenizer(
      {"q", "d", "a", "b", "##b", "end", ".", "0", "##0", "4"});
  description.pairText = {"q ", " d", " end."};
  CompiledTokenizer tokenizer(description);
  auto encodePair = [&](std::string_view first, std::string_view second,
                        int64_t room, bool truncated) {
    Ids ids(20, -7), types(20, -7);
    runtime::Encoding encoding = tokenizer.tokenizer.encodePair(
        first, second, room, ids.data(), types.data(), tokenizer.scratch);
    EXPECT_EQ(encoding.truncated, truncated);
    EXPECT_EQ(ids[size_t(encoding.count)], -7);
    EXPECT_EQ(types[size_t(encoding.count)], -7);
    types.resize(size_t(encoding.count));
    EXPECT_EQ(types, Ids(types.size(), 0));
    ids.resize(size_t(encoding.count));
    return ids;
  };
  EXPECT_EQ(encodePair("a b", "", 20, false), Ids({4, 6, 7, 5, 9, 10}));
  EXPECT_EQ(encodePair("a", "bb a", 20, false), Ids({4, 6, 5, 8, 8, 6, 9, 10}));
  EXPECT_EQ(encodePair("a", " a a a", 5, true), Ids({4, 6, 5, 9, 10}));
  EXPECT_EQ(encodePair("a", " a a a", 1, true), Ids({10}));
  EXPECT_EQ(encodePair("a", "", 0, true), Ids());
}
