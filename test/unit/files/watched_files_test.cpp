//===- watched_files_test.cpp - Files that change while they are read -----===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/files/watched_files.h"

#include "compiler/files/model_file.h"
#include "test/unit/files/test_files.h"

using namespace emblem::frontend;
using namespace llvm;

static const std::string manyPages(1 << 20, 'x');

TEST(WatchedFiles, AFileThatIsCutEndsTheProcessWithASentence) {
  TestFolder folder;
  std::string path = folder.write("w.safetensors", manyPages);
  auto cutAndRead = [&] {
    auto buffer = mapFile(path);
    reportCutFiles("emblemc");
    folder.write("w.safetensors", "short");
    volatile char last = (*buffer)->getBufferEnd()[-1];
    (void)last;
    std::exit(0);
  };
  EXPECT_EXIT(cutAndRead(), testing::ExitedWithCode(1),
              "^emblemc: error: '.*w.safetensors' was cut while it was read");
}

TEST(WatchedFiles, AFileThatIsWrittenIsNamed) {
  TestFolder folder;
  std::string path = folder.write("w.json", "{}");
  ASSERT_TRUE(bool(readTextFile(path)));
  EXPECT_FALSE(bool(checkWatchedFiles()));
  folder.write("w.json", "{ }");
  expectParts(messageOf(checkWatchedFiles()),
              {"w.json' was written while it was read"});
}

// As those who download files do it.
TEST(WatchedFiles, AFileThatAnotherTakesThePlaceOfHolds) {
  TestFolder folder;
  std::string path = folder.write("w.gguf", manyPages);
  auto buffer = mapFile(path);
  ASSERT_TRUE(bool(buffer));
  std::string other = folder.write("new", "other");
  ASSERT_FALSE(sys::fs::rename(other, path));
  EXPECT_FALSE(bool(checkWatchedFiles()));
  EXPECT_EQ((*buffer)->getBuffer(), manyPages);
}
