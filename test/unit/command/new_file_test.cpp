//===- new_file_test.cpp - A file that gets its name when it is whole -----===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/platform/new_file.h"
#include "test/unit/command/scratch_folder.h"

#include <cerrno>
#include <csignal>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace emblem::command;
using emblem::platform::NewFile;

namespace {

using Names = std::set<std::string>;

class NewFiles : public testing::TestWithParam<bool> {
protected:
  ScratchFolder folder;
};

TEST_P(NewFiles, TakesThePlaceOfAnother) {
  for (const char *old : {"", "old"}) {
    if (*old)
      folder.write("out", old);
    NewFile file;
    ASSERT_TRUE(file.create(folder.path("out").c_str(), GetParam()));
    ASSERT_EQ(write(file.descriptor(), "new", 3), 3);
    file.allowToRun();
    ASSERT_TRUE(file.keep(folder.path("out").c_str())) << strerror(errno);
    EXPECT_EQ(folder.read("out"), "new");
    EXPECT_EQ(folder.names(), Names{"out"});
    EXPECT_EQ(access(folder.path("out").c_str(), X_OK), 0);
  }
}

TEST_P(NewFiles, LeavesNothingOfItself) {
  {
    NewFile file;
    ASSERT_TRUE(file.create(folder.path("out").c_str(), GetParam()));
    if (file.isNamed() && !GetParam())
      GTEST_SKIP() << "the file system has no files without a name";
    EXPECT_EQ(file.isNamed(), GetParam());
    EXPECT_EQ(access(file.temporaryPath(), R_OK | W_OK), 0);
    EXPECT_EQ(folder.names().size(), size_t(GetParam()));
  }
  EXPECT_EQ(folder.names(), Names{});
  NewFile file;
  EXPECT_FALSE(file.create(folder.path("missing/out").c_str(), GetParam()));
  EXPECT_EQ(errno, ENOENT);
}

TEST_P(NewFiles, SignalsLeaveNothing) {
  for (int number : {SIGTERM, SIGQUIT, SIGABRT, SIGXCPU, SIGUSR1, SIGSEGV}) {
    auto end = [&] {
      NewFile file;
      file.create(folder.path("out").c_str(), GetParam());
      raise(number);
    };
    EXPECT_EXIT(end(), testing::KilledBySignal(number), "");
    EXPECT_EQ(folder.names(), Names{}) << number;
  }
}

INSTANTIATE_TEST_SUITE_P(NewFile, NewFiles, testing::Bool(),
                         [](const testing::TestParamInfo<bool> &info) {
                           return info.param ? "Named" : "Unnamed";
                         });

} // namespace
