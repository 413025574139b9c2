//===- pattern_test.cpp - Regular expressions as automata -----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/compile/grapheme_pattern.h"
#include "compiler/tokenizer/compile/table_writer.h"
#include "compiler/tokenizer/unicode_facts.h"
#include "runtime/tokenizer/pattern_scan.h"

#include "gtest/gtest.h"

using namespace emblem;
using namespace emblem::frontend;
using namespace llvm;

using Matches = std::vector<std::string>;

static Matches findAll(const PatternNode &pattern, StringRef text) {
  TableWriter writer;
  runtime::TokenizerHeader header = {};
  runtime::PatternTable table =
      writer.append(cantFail(buildAutomaton(pattern)));
  std::string bytes = writer.finish(header);
  const auto &placed =
      *reinterpret_cast<const runtime::TokenizerHeader *>(bytes.data());
  const auto *begin = reinterpret_cast<const uint8_t *>(text.data());
  runtime::PatternScan scan({placed, table}, begin, begin + text.size());
  runtime::PatternScan::Part part;
  Matches matches;
  while (scan.next(part))
    if (part.isMatch)
      matches.emplace_back(part.begin, part.end);
  return matches;
}

static Matches findAll(StringRef pattern, StringRef text) {
  return findAll(cantFail(parsePattern(pattern)), text);
}

TEST(Pattern, TakesTheFirstAlternativeThatLeadsToAMatch) {
  EXPECT_EQ(findAll("a|ab", "ab"), Matches({"a"}));
  EXPECT_EQ(findAll("(?:a|ab)c|d", "abcd"), Matches({"abc", "d"}));
  EXPECT_EQ(findAll("ab|a", "abaa"), Matches({"ab", "a", "a"}));
}

TEST(Pattern, Repeats) {
  EXPECT_EQ(findAll("a{1,3}", "aaaaa"), Matches({"aaa", "aa"}));
  EXPECT_EQ(findAll("ba*", "bbaa"), Matches({"b", "baa"}));
  EXPECT_EQ(findAll("a+?b?", "aab"), Matches({"a", "ab"}));
  EXPECT_EQ(findAll("a{2}", "aaaaa"), Matches({"aa", "aa"}));
  EXPECT_EQ(findAll("a{,2}b", "aaab"), Matches({"aab"}));
  EXPECT_EQ(findAll("a{x", "a{x"), Matches({"a{x"}));
}

TEST(Pattern, LooksAheadAtOneCharacter) {
  EXPECT_EQ(findAll("\\s+(?!\\S)|\\s+", "  a   "), Matches({" ", " ", "   "}));
  EXPECT_EQ(findAll("a(?=b)", "abaac"), Matches({"a"}));
  EXPECT_EQ(findAll("a(?!b)", "aba"), Matches({"a"}));
}

TEST(Pattern, AnchorsAtTheTextsEnds) {
  EXPECT_EQ(findAll("\\A +| +\\z", "  a  b "), Matches({"  ", " "}));
  EXPECT_EQ(findAll("\\A +| +\\z", "  "), Matches({"  "}));
  EXPECT_EQ(findAll("\\Aa|b", "aab"), Matches({"a", "b"}));
  EXPECT_EQ(findAll("(?:b|\\A)a", "abaa"), Matches({"a", "ba"}));
  EXPECT_EQ(findAll("(?=a)\\A.", "aa"), Matches({"a"}));
  EXPECT_EQ(findAll("b?\\Aa", "baa"), Matches());
  EXPECT_EQ(findAll("a\\z", "aa\n"), Matches());
}

// As Ruby's: at each line's end, and behind the last newline.
TEST(Pattern, DollarIsALinesEnd) {
  EXPECT_EQ(findAll("a$", "aa\na"), Matches({"a", "a"}));
  EXPECT_EQ(findAll("\n$", "\n\n"), Matches({"\n", "\n"}));
}

TEST(Pattern, Classes) {
  EXPECT_EQ(findAll("[^\\s\\p{L}\\p{N}]+", "a!? 1_"), Matches({"!?", "_"}));
  EXPECT_EQ(findAll("[a-c\\-\\]]+", "ab-]d"), Matches({"ab-]"}));
  EXPECT_EQ(findAll("\\p{Lu}\\p{Ll}*", "ÄbC"), Matches({"Äb", "C"}));
  EXPECT_EQ(findAll("[^\\P{N}]", "1²Ⅷa"), Matches({"1", "²", "Ⅷ"}));
  EXPECT_EQ(findAll("\\x41\\u00e9[\\x{1F600}]", "Aé😀"), Matches({"Aé😀"}));
}

// U+017F is a long s, and U+212A the sign of the kelvin.
TEST(Pattern, IgnoresCaseAsOnigurumaDoes) {
  EXPECT_EQ(findAll("(?i:'s|'k)", "'S'\u017f'K'\u212a's"),
            Matches({"'S", "'\u017f", "'K", "'\u212a", "'s"}));
  EXPECT_EQ(findAll("(?i:a)b", "AbAB"), Matches({"Ab"}));
  EXPECT_EQ(findAll("(?i)a|b", "AB"), Matches({"A", "B"}));
}

TEST(Pattern, GraphemeClusters) {
  EXPECT_EQ(
      findAll(
          graphemeClusterPattern(),
          "e\u0301x\r\n\n\u1100\u1161\u11a8각👨\u200d👩🏽🇩🇪🇫\u0301क\u094dष"),
      Matches({"e\u0301", "x", "\r\n", "\n", "\u1100\u1161\u11a8", "각",
               "👨\u200d👩🏽", "🇩🇪", "🇫\u0301", "क\u094dष"}));
}

TEST(Pattern, RefusesByName) {
  auto error = [](StringRef pattern) -> std::string {
    Expected<PatternNode> node = parsePattern(pattern);
    if (!node)
      return toString(node.takeError());
    Expected<PatternTables> tables = buildAutomaton(*node);
    return tables ? "accepted" : toString(tables.takeError());
  };
  EXPECT_EQ(error("a*"), "can match an empty text, which is not supported");
  EXPECT_EQ(error("a++"),
            "has a possessive quantifier, which is not supported");
  EXPECT_EQ(error("^a"), "has the anchor '^', which is not supported");
  EXPECT_EQ(error("\\Aa?"), "can match an empty text, which is not supported");
  EXPECT_EQ(error("\\A*a"),
            "repeats a lookahead or an anchor, which is not supported");
  EXPECT_EQ(error("\\ba"), "has the escape '\\b', which is not supported");
  EXPECT_EQ(error("(?<=a)b"),
            "has a group of the kind '(?<=', which is not supported");
  EXPECT_EQ(error("a(?!bc)"), "looks ahead at more than one character, which "
                              "is not supported");
  EXPECT_EQ(error("\\p{Greek}"),
            "has the property 'Greek', which is not supported; known are L, "
            "Lu, Ll, Lt, Lm, Lo, M, Mn, Mc, Me, N, Nd, Nl, No, P, S and Z");
  EXPECT_EQ(error("[a&&b]"),
            "has an intersection of classes, which is not supported");
  EXPECT_EQ(error("[[:alpha:]]"),
            "has a class in a class, which is not supported");
  EXPECT_EQ(error("(?i:ss)"), "ignores the case of 'ss', which one character "
                              "folds to; not supported");
  EXPECT_EQ(error("(?i:ä)"), "ignores case and has letters beyond ASCII, which "
                             "is not supported");
  EXPECT_EQ(error("(a"), "has a '(' that is not closed");
  EXPECT_EQ(error("a)"), "has a ')' that closes nothing");
  EXPECT_EQ(error("[a"), "has a '[' that is not closed");
  EXPECT_EQ(error("+"), "has a '+' that repeats nothing");
  EXPECT_EQ(error("(?:a{1000}){1000}"), "is too complex to be compiled");
}
