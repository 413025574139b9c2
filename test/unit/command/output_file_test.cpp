//===- output_file_test.cpp - A whole file, or none -----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/output_file.h"
#include "test/unit/command/scratch_folder.h"

#include <cerrno>
#include <gtest/gtest.h>
#include <sys/stat.h>

using namespace emblem::command;

namespace {

using Names = std::set<std::string>;

TEST(OutputFile, AppearsWhenItIsWhole) {
  ScratchFolder folder;
  OutputFile output;
  ASSERT_TRUE(output.open(folder.path("out").c_str()));
  std::string expected;
  for (int i = 0; i < 1000; ++i) {
    std::string piece(i, 'a' + i % 26);
    output.write(piece);
    expected += piece;
  }
  output.write(std::string(300'000, 'z')); // past the buffer
  expected += std::string(300'000, 'z');
  output.print("%d\n", 42);
  output.patch(2, "XY", 2);
  expected.replace(2, 2, "XY");
  ASSERT_TRUE(output.flush());
  EXPECT_FALSE(folder.names().contains("out"));
  ASSERT_TRUE(output.commit());
  EXPECT_EQ(folder.names(), Names{"out"});
  EXPECT_EQ(folder.read("out"), expected + "42\n");
}

TEST(OutputFile, LeavesNothingBehind) {
  ScratchFolder folder;
  folder.write("old", "old");
  {
    OutputFile output, replacement;
    ASSERT_TRUE(output.open(folder.path("out").c_str()));
    ASSERT_TRUE(replacement.open(folder.path("old").c_str()));
    output.write("half");
    replacement.write("half");
    EXPECT_TRUE(output.flush() && replacement.flush());
  }
  EXPECT_EQ(folder.names(), Names{"old"});
  EXPECT_EQ(folder.read("old"), "old");
}

TEST(OutputFile, KeepsLinksAndPermissions) {
  ScratchFolder folder;
  folder.write("file", "old");
  ASSERT_EQ(chmod(folder.path("file").c_str(), 0640), 0);
  std::filesystem::create_symlink("file", folder.path("link"));
  OutputFile output;
  ASSERT_TRUE(output.open(folder.path("link").c_str()));
  output.write("new");
  ASSERT_TRUE(output.commit());
  EXPECT_TRUE(std::filesystem::is_symlink(folder.path("link")));
  EXPECT_EQ(folder.read("file"), "new");
  struct stat status;
  ASSERT_EQ(stat(folder.path("file").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0640u);
}

TEST(OutputFile, NoticesAFullDisk) {
  OutputFile output;
  ASSERT_TRUE(output.open("/dev/full"));
  output.write("text");
  EXPECT_FALSE(output.failed()); // it is in the buffer
  EXPECT_FALSE(output.flush());
  EXPECT_EQ(output.error(), ENOSPC);
  testing::internal::CaptureStderr();
  EXPECT_EQ(output.finish(), 1);
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "emblem: error: cannot write /dev/full: No space left on device\n");
}

TEST(OutputFile, RefusesAFolderThatIsNotThere) {
  ScratchFolder folder;
  OutputFile output;
  EXPECT_FALSE(output.open(folder.path("missing/out").c_str()));
  EXPECT_EQ(output.error(), ENOENT);
  EXPECT_EQ(folder.names(), Names{});
}

TEST(OutputFile, RefusesAFolder) {
  ScratchFolder folder;
  OutputFile output;
  EXPECT_FALSE(output.open(folder.path(".").c_str()));
  EXPECT_EQ(output.error(), EISDIR);
}

TEST(OutputFile, AppendsATemporaryFile) {
  ScratchFolder folder;
  OutputFile output, temporary;
  ASSERT_TRUE(output.open(folder.path("out").c_str()));
  ASSERT_TRUE(temporary.openTemporary());
  std::string bytes(500'000, 'q');
  temporary.write(bytes);
  temporary.write("end");
  output.write("begin");
  output.append(temporary);
  ASSERT_TRUE(output.commit());
  EXPECT_EQ(folder.read("out"), "begin" + bytes + "end");
}

TEST(OutputFile, SaysWhichTemporaryFolderFails) {
  ScratchFolder folder;
  std::string missing = folder.path("missing");
  setenv("TMPDIR", missing.c_str(), 1);
  OutputFile output, temporary;
  EXPECT_FALSE(temporary.openTemporary());
  unsetenv("TMPDIR");
  ASSERT_TRUE(output.open(folder.path("out").c_str()));
  output.append(temporary);
  testing::internal::CaptureStderr();
  EXPECT_EQ(output.finish(), 1);
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "emblem: error: cannot write a temporary file in " + missing +
                ": No such file or directory\n");
}

} // namespace
