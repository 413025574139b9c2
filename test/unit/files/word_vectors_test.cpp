//===- word_vectors_test.cpp - Files of words and their vectors -----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/files/word_vectors.h"
#include "test/unit/files/test_files.h"

using namespace emblem::frontend;
using namespace llvm;
using Words = std::vector<std::string>;
using Floats = std::vector<float>;

namespace {
struct Contents {
  int64_t dimension = 0;
  Words words;
  Floats values;
};
} // namespace

static Expected<std::unique_ptr<WordVectors>> tryParse(StringRef bytes,
                                                       StringRef path) {
  return WordVectors::parse(MemoryBuffer::getMemBufferCopy(bytes, path));
}

static Contents parse(StringRef bytes, StringRef path) {
  auto vectors = tryParse(bytes, path);
  if (!vectors) {
    ADD_FAILURE() << toString(vectors.takeError());
    return {};
  }
  Contents contents{(*vectors)->getDimension(), {}, {}};
  for (StringRef word : (*vectors)->getWords())
    contents.words.push_back(word.str());
  contents.values.resize(contents.words.size() * contents.dimension);
  (*vectors)->read(0, contents.values);
  return contents;
}

static std::string binary(StringRef header,
                          std::vector<std::pair<std::string, Floats>> rows,
                          StringRef between) {
  std::string bytes = header.str();
  for (const auto &[word, vector] : rows) {
    bytes += word + " ";
    bytes.append(reinterpret_cast<const char *>(vector.data()),
                 vector.size() * sizeof(float));
    bytes += between;
  }
  return bytes;
}

TEST(WordVectors, GloVeHasNoHeader) {
  Contents got = parse("the 0.5 -1\n, 1e-3 +2\n", "glove.txt");
  EXPECT_EQ(got.dimension, 2);
  EXPECT_EQ(got.words, (Words{"the", ","}));
  EXPECT_EQ(got.values, (Floats{0.5f, -1, 1e-3f, 2}));
}

// fastText ends its lines with a space; Windows with a return.
TEST(WordVectors, Word2VecTextBeginsWithItsCounts) {
  Contents got = parse("2 3\na 1 2 3 \nb 4 5 6\r\n", "model.vec");
  EXPECT_EQ(got.words, (Words{"a", "b"}));
  EXPECT_EQ(got.values, (Floats{1, 2, 3, 4, 5, 6}));
}

TEST(WordVectors, AWordMayHoldSpacesAndAnyBytes) {
  Contents got = parse("x 1 2\n. . . 3 4\n\xc3\xa9 5 6", "glove.txt");
  EXPECT_EQ(got.words, (Words{"x", ". . .", "\xc3\xa9"}));
  EXPECT_EQ(got.values, (Floats{1, 2, 3, 4, 5, 6}));
}

TEST(WordVectors, AByteOrderMarkIsNoPartOfTheFirstWord) {
  EXPECT_EQ(parse("\xEF\xBB\xBF"
                  "1 2\na 1 2\n",
                  "v.txt")
                .words,
            (Words{"a"}));
  EXPECT_EQ(parse("\xEF\xBB\xBF"
                  "a 1 2\n",
                  "v.txt")
                .words,
            (Words{"a"}));
  EXPECT_EQ(parse("\xEF\xBB\xBF 1 2\n", "v.txt").words,
            (Words{"\xEF\xBB\xBF"}));
}

// Spaces may be several, and a number may say that it is positive.
TEST(WordVectors, NumbersAreReadWhereTheyStand) {
  Contents got = parse("2 3\na  1   -2.5 +3e1 \t\r\nb c 4 5 6", "model.vec");
  EXPECT_EQ(got.words, (Words{"a", "b c"}));
  EXPECT_EQ(got.values, (Floats{1, -2.5f, 30, 4, 5, 6}));
  auto vectors = tryParse("a 1 2\nb 3 4\nc 5 6\n", "glove.txt");
  ASSERT_TRUE(bool(vectors));
  Floats part(4);
  (*vectors)->read(2, part);
  EXPECT_EQ(part, (Floats{3, 4, 5, 6}));
}

// As tables are exported; a line may be blank, and a word may be empty.
TEST(WordVectors, TabsSeparateAndBlankLinesSayNothing) {
  Contents got = parse("\n2\t3 \r\n\r\na\t1\t2\t3\t\r\n \t\n"
                       "b c\t4 5\t6\r\n\r\n",
                       "model.vec");
  EXPECT_EQ(got.words, (Words{"a", "b c"}));
  EXPECT_EQ(got.values, (Floats{1, 2, 3, 4, 5, 6}));
  got = parse("\na 1 2\n 3 4\n\n", "glove.txt");
  EXPECT_EQ(got.words, (Words{"a", ""}));
  EXPECT_EQ(got.values, (Floats{1, 2, 3, 4}));
}

// The 840B words of GloVe have such, and may begin with one.
TEST(WordVectors, TheFirstWordMayHoldSpaces) {
  Contents got = parse(". . . 1 2\nat name@domain.com 3 4\nb 5 6\n", "g.txt");
  EXPECT_EQ(got.words, (Words{". . .", "at name@domain.com", "b"}));
  EXPECT_EQ(got.values, (Floats{1, 2, 3, 4, 5, 6}));
}

TEST(WordVectors, TheFirstOfTwoCounts) {
  Contents got = parse("3 1\na 1\na 2\nb 3\n", "model.vec");
  EXPECT_EQ(got.words, (Words{"a", "b"}));
  EXPECT_EQ(got.values, (Floats{1, 3}));
}

// word2vec puts a newline before each word but the first; gensim does not.
TEST(WordVectors, Binary) {
  for (const char *between : {"", "\n"}) {
    Contents got = parse(
        binary("2 2\n", {{"a", {1, 2}}, {"b", {3, 4}}}, between), "model.bin");
    EXPECT_EQ(got.words, (Words{"a", "b"}));
    EXPECT_EQ(got.values, (Floats{1, 2, 3, 4}));
  }
}

namespace {
struct BadFile {
  const char *name, *path;
  std::string bytes;
  const char *problem;
};
class BadWordVectors : public testing::TestWithParam<BadFile> {};
} // namespace

TEST_P(BadWordVectors, IsRefused) {
  EXPECT_EQ(messageOf(tryParse(GetParam().bytes, GetParam().path)),
            std::string("'") + GetParam().path +
                "' is not a file of word vectors: " + GetParam().problem);
}

INSTANTIATE_TEST_SUITE_P(
    WordVectors, BadWordVectors,
    testing::Values(
        BadFile{
            "Empty", "v.txt", "",
            "its first line is neither a word and its numbers, two or more, "
            "nor the counts of words and of numbers"},
        BadFile{
            "Prose", "v.txt", "hello\n",
            "its first line is neither a word and its numbers, two or more, "
            "nor the counts of words and of numbers"},
        BadFile{
            "CountsWrittenWrongly", "v.txt", "2 2.0\na 1 2\nb 3 4\n",
            "its first line is neither a word and its numbers, two or more, "
            "nor the counts of words and of numbers"},
        BadFile{"TooMany", "v.txt", "a 1 2\nb 3 4 5\n",
                "line 2 holds more than 2 numbers"},
        BadFile{"TooFew", "v.txt", "a 1 2\nb 3\n",
                "line 2 must hold a word and 2 numbers"},
        BadFile{"AfterABlankLine", "v.vec", "2 1\na 1\n\nb\n",
                "line 4 must hold a word and 1 numbers"},
        BadFile{"FirstLineAlone", "v.txt", "a 1 x 2\n",
                "its first line is neither a word and its numbers, two or "
                "more, nor the counts of words and of numbers"},
        BadFile{"NoNumber", "v.vec", "1 2\na 1 x\n",
                "line 2: 'x' is not a number"},
        BadFile{"Infinite", "v.vec", "1 1\na inf\n",
                "the vector of 'a' has a number that is not finite"},
        BadFile{"Count", "v.vec", "3 1\na 1\nb 2\n",
                "its first line says 3 words, and there are 2"},
        BadFile{"HeaderAlone", "v.vec", "3 1\n",
                "its first line says 3 words, and there are 0"},
        BadFile{"BinaryHeader", "v.bin", "a 1 2\n",
                "it must begin with the counts of words and of numbers, as "
                "word2vec's binary form does"},
        BadFile{"BinaryShort", "v.bin",
                binary("2 2\n", {{"a", {1, 2}}, {"b", {3}}}, ""),
                "it ends within word 2 of 2"},
        BadFile{"BinaryLong", "v.bin", binary("1 1\n", {{"a", {1}}}, "x"),
                "bytes follow the last of its 1 words"},
        BadFile{"BinaryNan", "v.bin", binary("1 1\n", {{"a", {NAN}}}, ""),
                "the vector of 'a' has a number that is not finite"}),
    [](const testing::TestParamInfo<BadFile> &info) {
      return info.param.name;
    });
