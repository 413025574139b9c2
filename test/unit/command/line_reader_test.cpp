//===- line_reader_test.cpp - Lines, however they arrive ------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/line_reader.h"

#include <cerrno>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <string>
#include <thread>
#include <unistd.h>

using namespace emblem::command;

namespace {

using Lines = std::vector<std::string>;

/// What the reader makes of `bytes` that arrive through a pipe in `pieces`.
Lines readThroughPipe(const std::vector<std::string> &pieces) {
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  std::thread writer([&] {
    for (const std::string &piece : pieces)
      EXPECT_EQ(write(ends[1], piece.data(), piece.size()),
                static_cast<ssize_t>(piece.size()));
    close(ends[1]);
  });
  LineReader reader(ends[0]);
  Lines lines;
  std::string_view line;
  while (reader.next(line))
    lines.emplace_back(line);
  EXPECT_EQ(reader.error(), 0);
  // The end stays the end.
  EXPECT_FALSE(reader.next(line));
  writer.join();
  close(ends[0]);
  return lines;
}

TEST(LineReader, SplitsAsPythonDoes) {
  EXPECT_EQ(readThroughPipe({"a\nb\n"}), (Lines{"a", "b"}));
  EXPECT_EQ(readThroughPipe({"a\r\n\r\nb\r"}), (Lines{"a", "", "b"}));
  EXPECT_EQ(readThroughPipe({"a\rb\n\rc\n\nd\r\re"}),
            (Lines{"a", "b", "", "c", "", "d", "", "e"}));
  EXPECT_EQ(readThroughPipe({"\r\n"}), (Lines{""}));
  EXPECT_EQ(readThroughPipe({"a\x0b\x0c\xc2\x85\xe2\x80\xa8z"}),
            (Lines{"a\x0b\x0c\xc2\x85\xe2\x80\xa8z"}));
  EXPECT_EQ(readThroughPipe({std::string("a\0b\n\0\n", 6)}),
            (Lines{std::string("a\0b", 3), std::string("\0", 1)}));
}

TEST(LineReader, CountsEmptyLinesAndALastLineWithoutEnd) {
  EXPECT_EQ(readThroughPipe({}), Lines{});
  EXPECT_EQ(readThroughPipe({"\n"}), (Lines{""}));
  EXPECT_EQ(readThroughPipe({"\n\nx"}), (Lines{"", "", "x"}));
}

TEST(LineReader, JoinsPieces) {
  EXPECT_EQ(readThroughPipe({"a", "b", "\n", "c\nd", "e"}),
            (Lines{"ab", "c", "de"}));
}

TEST(LineReader, GrowsForLongLines) {
  std::string longLine(3'000'000, 'x'), other(200'000, 'y');
  EXPECT_EQ(readThroughPipe({"a\n" + longLine + "\n" + other, other + "\nb"}),
            (Lines{"a", longLine, other + other, "b"}));
}

TEST(LineReader, KeepsManyLinesApart) {
  std::string bytes;
  Lines expected;
  for (int i = 0; i < 50'000; ++i) {
    expected.push_back(std::string(i % 23, 'a' + i % 26));
    bytes += expected.back() + "\n";
  }
  EXPECT_EQ(readThroughPipe({bytes}), expected);
}

TEST(LineReader, KeepsAnEndThatComesInTwoPieces) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  LineReader reader(ends[0]);
  std::string_view line;
  ASSERT_EQ(write(ends[1], "a\r", 2), 2);
  EXPECT_TRUE(reader.ready()); // nobody waits for what may follow
  ASSERT_TRUE(reader.next(line));
  EXPECT_EQ(line, "a");
  ASSERT_EQ(write(ends[1], "\n", 1), 1);
  EXPECT_FALSE(reader.ready());
  ASSERT_EQ(write(ends[1], "\nb", 2), 2);
  ASSERT_TRUE(reader.next(line));
  EXPECT_EQ(line, "");
  close(ends[1]);
  ASSERT_TRUE(reader.next(line));
  EXPECT_EQ(line, "b");
  EXPECT_FALSE(reader.next(line));
  close(ends[0]);
}

TEST(LineReader, ReadsManyCarriageReturnsOnce) {
  std::string bytes;
  Lines expected;
  for (int i = 0; i < 50'000; ++i) {
    expected.push_back(std::string(i % 7, 'x'));
    bytes += expected.back() + "\r";
  }
  EXPECT_EQ(readThroughPipe({bytes}), expected);
}

TEST(LineReader, KnowsWhetherItWouldWait) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  LineReader reader(ends[0]);
  std::string_view line;
  EXPECT_FALSE(reader.ready());
  ASSERT_EQ(write(ends[1], "par", 3), 3);
  EXPECT_FALSE(reader.ready()); // there is input, but no line yet
  ASSERT_EQ(write(ends[1], "t\nrest", 6), 6);
  EXPECT_TRUE(reader.ready());
  ASSERT_TRUE(reader.next(line));
  EXPECT_EQ(line, "part");
  EXPECT_FALSE(reader.ready());
  close(ends[1]);
  EXPECT_TRUE(reader.ready());
  ASSERT_TRUE(reader.next(line));
  EXPECT_EQ(line, "rest");
  EXPECT_TRUE(reader.ready());
  EXPECT_FALSE(reader.next(line));
  close(ends[0]);
}

TEST(LineReader, ReportsWhatCannotBeRead) {
  int folder = open("/", O_RDONLY);
  ASSERT_GE(folder, 0);
  LineReader reader(folder);
  std::string_view line;
  EXPECT_FALSE(reader.next(line));
  EXPECT_EQ(reader.error(), EISDIR);
  close(folder);
}

} // namespace
