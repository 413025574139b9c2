//===- model_file_test.cpp - Paths of models ------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/files/model_file.h"
#include "test/unit/files/test_files.h"

#include <sys/stat.h>
#include <unistd.h>

using namespace emblem::frontend;
using namespace llvm;

TEST(ModelFile, ResolvesAgainstAFolder) {
  EXPECT_EQ(resolvePath("/models/tiny", "model.safetensors"),
            "/models/tiny/model.safetensors");
  EXPECT_EQ(resolvePath("/models/tiny", "/other/w"), "/other/w");
  EXPECT_EQ(resolvePath("/models/./tiny", ""), "/models/tiny");
  EXPECT_EQ(folderOf("a/b.yaml"), "a");
  EXPECT_EQ(folderOf("b.yaml"), ".");
}

TEST(ModelFile, RebasesFromFolderToFolder) {
  TestFolder folder;
  folder.write("model/2_Dense/w", "");
  folder.write("out/deep/x", "");
  std::string model = folder.getPath() + "/model";
  EXPECT_EQ(rebasePath("2_Dense/w", model, model), "2_Dense/w");
  EXPECT_EQ(rebasePath("w", model, folder.getPath()), "model/w");
  EXPECT_EQ(rebasePath("w", model, folder.getPath() + "/out/deep"),
            "../../model/w");
  EXPECT_EQ(rebasePath("/absolute/w", model, folder.getPath()), "/absolute/w");
}

// "links/.." is not the folder that holds the link.
TEST(ModelFile, FollowsLinksOfFolders) {
  TestFolder folder;
  folder.write("far/away/model/w", "");
  std::string link = folder.getPath() + "/link";
  ASSERT_FALSE(
      sys::fs::create_link(folder.getPath() + "/far/away/model", link));
  EXPECT_EQ(rebasePath("w", link, folder.getPath()), "far/away/model/w");
  EXPECT_EQ(rebasePath("w", folder.getPath() + "/far", link), "../../w");
}

TEST(ModelFile, IsAbsoluteWhereOnlyTheRootIsShared) {
  EXPECT_EQ(rebasePath("w", "/nowhere-a/model", "/nowhere-b"),
            "/nowhere-a/model/w");
}

TEST(ModelFile, IsAbsoluteWhereTheOutputHasNoFolder) {
  EXPECT_EQ(rebasePath("w", "/models/tiny", ""), "/models/tiny/w");
}

TEST(ModelFile, ReadsOrdinaryFilesAlone) {
  TestFolder folder;
  std::string pipe = folder.getPath() + "/pipe", link = folder.getPath() + "/z";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  ASSERT_FALSE(sys::fs::create_link("/dev/zero", link));
  for (const std::string &path : {pipe, link}) {
    expectParts(messageOf(readTextFile(path)),
                {"cannot read '", "it is no file, but a pipe, a socket or a "
                                  "device; copy what it gives to a file"});
    expectParts(messageOf(mapFile(path)), {"it is no file"});
  }
  expectParts(messageOf(readTextFile(folder.getPath())), {"Is a directory"});
}

// The file is sparse: nothing of it is on the disk.
TEST(ModelFile, ReadsNoEndlessText) {
  TestFolder folder;
  std::string path = folder.write("config.json", "");
  ASSERT_EQ(truncate(path.c_str(), INT64_C(5) << 30), 0);
  expectParts(messageOf(readTextFile(path)),
              {"config.json': it has 5368709120 bytes, and a text file of a "
               "model at most 268435456; is it the right file?"});
}
