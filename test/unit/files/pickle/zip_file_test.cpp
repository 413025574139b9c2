//===- zip_file_test.cpp - An archive that lies is refused ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/files/pickle/zip_file.h"
#include "test/unit/files/pickle/zip_bytes.h"
#include "test/unit/files/test_files.h"

using namespace emblem::frontend;
using namespace llvm;

static std::string problemOf(StringRef bytes) {
  return messageOf(readZip("a.pt", bytes));
}

static const std::vector<ZipPart> two = {{"a/one", "first"}, {"a/two", "2nd"}};

TEST(Zip, ReadsEntriesInPlace) {
  for (bool isZip64 : {false, true})
    for (StringRef comment : {"", "a comment PK\x05\x06 of any bytes"}) {
      std::string bytes = zipBytes(two, isZip64, comment);
      auto entries = readZip("a.pt", bytes);
      ASSERT_TRUE(bool(entries)) << toString(entries.takeError());
      ASSERT_EQ(entries->size(), 2u);
      EXPECT_EQ(entries->at("a/one"), "first");
      EXPECT_EQ(entries->at("a/two"), "2nd");
      EXPECT_GE(entries->at("a/one").data(), bytes.data());
      EXPECT_LT(entries->at("a/one").data(), bytes.data() + bytes.size());
    }
}

TEST(Zip, ReadsSizesThatFollowTheContent) {
  std::string bytes = zipBytes({{"a", "content", 8}});
  EXPECT_EQ(cantFail(readZip("a.pt", bytes)).at("a"), "content");
}

TEST(Zip, RefusesWhatIsCutAnywhere) {
  for (bool isZip64 : {false, true}) {
    std::string bytes = zipBytes(two, isZip64);
    for (size_t size = 0; size < bytes.size(); ++size)
      expectParts(problemOf(StringRef(bytes).take_front(size)),
                  {"'a.pt' is damaged"});
  }
}

// No byte that changes makes it read outside of its bytes.
TEST(Zip, SurvivesEveryChangedByte) {
  for (bool isZip64 : {false, true}) {
    std::string bytes = zipBytes(two, isZip64);
    for (size_t i = 0; i < bytes.size(); ++i)
      for (unsigned char value : {0x00, 0x01, 0x7F, 0xFF}) {
        std::string changed = bytes;
        changed[i] = char(value);
        auto entries = readZip("a.pt", changed);
        if (!entries) {
          consumeError(entries.takeError());
          continue;
        }
        for (const auto &[name, content] : *entries) {
          EXPECT_GE(content.data(), changed.data());
          EXPECT_LE(content.data() + content.size(),
                    changed.data() + changed.size());
        }
      }
  }
}

TEST(Zip, RefusesWhatIsNotStoredAsItIs) {
  expectParts(problemOf(zipBytes({{"a", "x", 0, 8}})),
              {"'a.pt': the entry 'a' is compressed", "save the model again"});
  expectParts(problemOf(zipBytes({{"a", "x", 1}})), {"'a' is encrypted"});
}

TEST(Zip, RefusesLies) {
  expectParts(problemOf(zipBytes({{"a", "content", 0, 0, 1000}})),
              {"two sizes, 7 and 1000"});
  expectParts(problemOf(zipBytes({{"a", "content", 8, 0, 1000}})),
              {"entry 'a' needs 1000 bytes"});
  expectParts(problemOf(zipBytes({{"a", "content", 8, 0, -1 + (1LL << 62)}},
                                 /*isZip64=*/true)),
              {"entry 'a' needs", "ends before that"});
  expectParts(problemOf(zipBytes({{"a", "content", 0, 0, -1, 3}})),
              {"two sizes, 3 and 7"});
  expectParts(problemOf(zipBytes({{"a", "content", 0, 0, -1, -1, 5}})),
              {"entry 'a' is not where it says"});
  expectParts(problemOf(zipBytes({{"a", "x", 0, 0, -1, -1, -1, "b"}})),
              {"another name in its place"});
  expectParts(problemOf(zipBytes({{"a", "x"}, {"a", "y"}})),
              {"entry 'a' is there twice"});
}

TEST(Zip, RefusesHugeCounts) {
  std::string bytes = zipBytes(two, /*isZip64=*/true);
  size_t record = bytes.rfind("PK\x06\x06");
  for (size_t at : {record + 24, record + 32})
    bytes.replace(at, 8, little(uint64_t(1) << 60, 8));
  expectParts(problemOf(bytes), {"its directory ends too early"});
}
