//===- output_file_test.cpp - Files that are whole or not there -----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/emit/output_file.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "gtest/gtest.h"

#include <csignal>
#include <sys/resource.h>

using namespace emblem::emit;
namespace fs = llvm::sys::fs;

namespace {

class OutputFileTest : public testing::Test {
protected:
  void SetUp() override {
    ASSERT_FALSE(fs::createUniqueDirectory("emblem", folder));
  }
  void TearDown() override { fs::remove_directories(folder); }

  std::string path(llvm::StringRef name) { return (folder + "/" + name).str(); }

  std::vector<std::string> files() {
    std::vector<std::string> names;
    std::error_code error;
    for (fs::directory_iterator file(folder, error), end; !error && file != end;
         file.increment(error))
      names.push_back(llvm::sys::path::filename(file->path()).str());
    return names;
  }

  std::string contents(llvm::StringRef name) {
    auto buffer = llvm::MemoryBuffer::getFile(path(name));
    return buffer ? (*buffer)->getBuffer().str() : "not there";
  }

  llvm::SmallString<128> folder;
};

std::string sentence(llvm::Expected<OutputFile> file) {
  return file ? "opened" : llvm::toString(file.takeError());
}

TEST_F(OutputFileTest, HasItsNameOnceItIsKept) {
  llvm::Expected<OutputFile> file = OutputFile::create(path("out"));
  ASSERT_TRUE(bool(file));
  file->stream() << "all of it";
  EXPECT_EQ(contents("out"), "not there");
  ASSERT_FALSE(bool(file->keep()));
  EXPECT_EQ(contents("out"), "all of it");
  EXPECT_EQ(files(), std::vector<std::string>{"out"});
  EXPECT_FALSE(fs::can_execute(path("out")));
}

TEST_F(OutputFileTest, LeavesNothingWhenItIsNotKept) {
  {
    llvm::Expected<OutputFile> file = OutputFile::create(path("out"));
    ASSERT_TRUE(bool(file));
    file->stream() << "half of it";
  }
  EXPECT_TRUE(files().empty());
}

TEST_F(OutputFileTest, LeavesWhatWasThereUntilItIsKept) {
  for (bool keep : {false, true}) {
    std::error_code error;
    llvm::raw_fd_ostream(path("out"), error) << "old";
    llvm::Expected<OutputFile> file = OutputFile::create(path("out"));
    ASSERT_TRUE(bool(file));
    file->stream() << "new";
    EXPECT_EQ(contents("out"), "old");
    if (keep) {
      ASSERT_FALSE(bool(file->keep(/*executable=*/true)));
    }
  }
  EXPECT_EQ(contents("out"), "new");
  EXPECT_TRUE(fs::can_execute(path("out")));
}

TEST_F(OutputFileTest, SaysWhyItCannotBeWritten) {
  EXPECT_EQ(sentence(OutputFile::create(path("none/out"))),
            "cannot write '" + path("none/out") +
                "': No such file or directory");
  EXPECT_EQ(sentence(OutputFile::create(folder)),
            "cannot write '" + folder.str().str() +
                "': it is a folder; name a file with -o");
  // Written to, and not replaced.
  EXPECT_EQ(sentence(OutputFile::create("/dev/null")), "opened");
}

TEST_F(OutputFileTest, SaysThatItCouldNotBeWritten) {
  // A limit on a file's size stands for a disk that is full.
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before;
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  rlimit small = {10, before.rlim_max};
  {
    llvm::Expected<OutputFile> file = OutputFile::create(path("out"));
    ASSERT_TRUE(bool(file));
    ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
    file->stream() << std::string(100, 'x');
    std::string why = llvm::toString(file->keep());
    setrlimit(RLIMIT_FSIZE, &before);
    EXPECT_EQ(why, "cannot write '" + path("out") + "': File too large");
  }
  EXPECT_TRUE(files().empty());
}

} // namespace
