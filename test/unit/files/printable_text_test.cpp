//===- printable_text_test.cpp - Strangers' text within a sentence --------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/files/printable_text.h"

#include "compiler/files/error_sentence.h"

#include <gtest/gtest.h>

using namespace emblem::frontend;
using namespace llvm;

TEST(PrintableText, LeavesWhatIsPrintable) {
  for (const char *text :
       {"", "name", "caf\xC3\xA9", "\xF0\x9F\x90\x88", "a\\n"})
    EXPECT_EQ(printableText(text), text);
}

TEST(PrintableText, EscapesBytesThatAreNoText) {
  EXPECT_EQ(printableText("a\xFF"
                          "b\xC3"),
            "a\\xFFb\\xC3");
  EXPECT_EQ(printableText("\xC0\x80\xED\xA0\x80"), "\\xC0\\x80\\xED\\xA0\\x80");
}

// The last three: next line of C1, a turn of the direction, a mark.
TEST(PrintableText, EscapesControls) {
  EXPECT_EQ(printableText("a\nb\r\x1B[2J"), "a\\nb\\x0D\\x1B[2J");
  EXPECT_EQ(printableText(StringRef("\0", 1)), "\\x00");
  EXPECT_EQ(printableText("\xC2\x85\xE2\x80\xAE\xEF\xBB\xBF"),
            "\\xC2\\x85\\u202E\\uFEFF");
}

TEST(PrintableText, ShortensWithoutCuttingACharacter) {
  EXPECT_EQ(printableText("0123456789", 9), "012345...789");
  std::string cats;
  for (int i = 0; i < 100; ++i)
    cats += "\xF0\x9F\x90\x88";
  for (size_t most = 10; most < 30; ++most) {
    std::string text = printableText(cats, most);
    EXPECT_EQ(text.find('\\'), std::string::npos) << text;
    EXPECT_LE(text.size(), most + 3);
  }
}

TEST(ErrorSentence, ShortensEachName) {
  std::string name(300'000, 'x');
  std::string sentence =
      toSentence(createStringError("weight '" + name + "' is '\xFF\n'; stop"));
  EXPECT_LT(sentence.size(), 600u);
  EXPECT_EQ(StringRef(sentence).take_front(10), "weight 'xx");
  EXPECT_TRUE(StringRef(sentence).ends_with("xx' is '\\xFF\\n'; stop"));
}

TEST(ErrorSentence, IsSaidOfWhatLlvmCannotGoOnAfter) {
  auto fail = [](const char *why) {
    sayFatalErrors("emblemc");
    report_fatal_error(why);
  };
  EXPECT_EXIT(fail("pthread_create failed: Resource temporarily unavailable"),
              testing::ExitedWithCode(1),
              "^emblemc: error: the system gives no more threads; ask for "
              "fewer with --threads=1[^\n]*\n$");
  EXPECT_EXIT(fail("Allocation failed"), testing::ExitedWithCode(1),
              "^emblemc: error: out of memory\n$");
}
