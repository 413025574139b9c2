//===- weight_segment_test.cpp - Weights behind a linked file -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/emit/weight_segment.h"

#include "llvm/Support/MathExtras.h"
#include "gtest/gtest.h"

#include <cstring>

using namespace emblem;
using namespace emblem::emit;
namespace ELF = llvm::ELF;
using Types = ElfImage::Types;

namespace {

constexpr uint64_t kMark = 0x1122334455667788;
constexpr int64_t kTableWord = 40; // within the table

/// Headers, the names of the sections, and a table in the second of two loaded
/// segments, which lies 4096 bytes further in memory than in the file.
struct LinkedBytes {
  explicit LinkedBytes(std::vector<uint32_t> kinds = {ELF::PT_LOAD,
                                                      ELF::PT_NOTE,
                                                      ELF::PT_LOAD})
      : bytes(4096) {
    Types::Ehdr header = {};
    std::memcpy(header.e_ident, ELF::ElfMagic, 4);
    header.e_ident[ELF::EI_CLASS] = ELF::ELFCLASS64;
    header.e_ident[ELF::EI_DATA] = ELF::ELFDATA2LSB;
    header.e_phoff = sizeof(header);
    header.e_phnum = kinds.size();
    header.e_shoff = 1024;
    header.e_shnum = 2;
    header.e_shstrndx = 1;
    std::memcpy(bytes.data(), &header, sizeof(header));
    uint64_t place = 0;
    for (size_t i = 0; i < kinds.size(); ++i) {
      Types::Phdr segment = {};
      segment.p_type = kinds[i];
      if (kinds[i] == ELF::PT_LOAD) {
        segment.p_offset = place;
        segment.p_vaddr = place ? place + 4096 : 0;
        segment.p_filesz = 2048;
        segment.p_memsz = 2048;
        place += 2048;
      }
      std::memcpy(&bytes[sizeof(header) + i * sizeof(segment)], &segment,
                  sizeof(segment));
    }
    Types::Shdr sections[2] = {};
    sections[1].sh_type = ELF::SHT_STRTAB;
    sections[1].sh_offset = 1536;
    sections[1].sh_size = 11;
    std::memcpy(&bytes[1024], sections, sizeof(sections));
    std::memcpy(&bytes[1536], "\0.shstrtab", 11);
    std::memcpy(&bytes[3000 + kTableWord], &kMark, sizeof(kMark));
  }

  std::vector<char> bytes;
};

ElfImage parse(std::vector<char> bytes) {
  return llvm::cantFail(ElfImage::parse(std::move(bytes), "linked"));
}

std::string problemOf(std::vector<char> bytes) {
  auto image = ElfImage::parse(std::move(bytes), "linked");
  if (!image)
    return llvm::toString(image.takeError());
  auto segment = WeightSegment::plan(std::move(*image), 1000);
  return segment ? "" : llvm::toString(segment.takeError());
}

TEST(WeightSegment, LiesBehindEverythingElse) {
  auto segment =
      llvm::cantFail(WeightSegment::plan(parse(LinkedBytes().bytes), 1000));
  EXPECT_EQ(segment.getPlace(), 64 << 10);
  EXPECT_EQ(segment.getAddress(), 64 << 10);
  auto large = llvm::cantFail(
      WeightSegment::plan(parse(LinkedBytes().bytes), INT64_C(5) << 30));
  EXPECT_EQ(large.getPlace(), 2 << 20);
}

TEST(WeightSegment, TakesTheNotesHeader) {
  auto segment =
      llvm::cantFail(WeightSegment::plan(parse(LinkedBytes().bytes), 1000));
  int64_t size = INT64_C(5) << 30;
  segment.setSize(size);
  llvm::ArrayRef<char> head = segment.getHead();
  ElfImage image = parse([&] {
    // The section headers lie behind the weights: here they are looked for at
    // their old place.
    std::vector<char> bytes(head.begin(), head.end());
    auto *header = reinterpret_cast<Types::Ehdr *>(bytes.data());
    EXPECT_EQ(header->e_shnum, 3);
    EXPECT_GE(header->e_shoff, uint64_t(segment.getPlace() + size));
    header->e_shoff = uint64_t(1024);
    header->e_shnum = uint16_t(2);
    return bytes;
  }());
  auto segments = image.getSegments();
  ASSERT_EQ(segments.size(), 3u);
  const Types::Phdr &weights = segments[2];
  EXPECT_EQ(weights.p_type, uint32_t(ELF::PT_LOAD));
  EXPECT_EQ(weights.p_flags, uint32_t(ELF::PF_R));
  EXPECT_EQ(weights.p_filesz, uint64_t(size));
  EXPECT_EQ(weights.p_offset, uint64_t(segment.getPlace()));
  EXPECT_EQ(weights.p_vaddr, uint64_t(segment.getAddress()));
  EXPECT_EQ(segments[1].p_vaddr, 2048u + 4096u);
}

TEST(WeightSegment, ItsSectionIsNamed) {
  auto segment =
      llvm::cantFail(WeightSegment::plan(parse(LinkedBytes().bytes), 1000));
  segment.setSize(999);
  EXPECT_EQ(segment.getTailPlace() % 8, 0);
  llvm::ArrayRef<char> tail = segment.getTail();
  EXPECT_NE(llvm::StringRef(tail.data(), tail.size()).find(".emblem.weights"),
            llvm::StringRef::npos);
  Types::Shdr last;
  std::memcpy(&last, tail.end() - sizeof(last), sizeof(last));
  EXPECT_EQ(last.sh_size, 999u);
  EXPECT_EQ(last.sh_flags, uint64_t(ELF::SHF_ALLOC));
}

TEST(WeightSegment, DistancesCountFromTheTable) {
  auto segment =
      llvm::cantFail(WeightSegment::plan(parse(LinkedBytes().bytes), 1000));
  llvm::cantFail(segment.setDistances(
      package::DistanceWord{.mark = kMark, .within = kTableWord, .to = 4096}));
  int64_t distance;
  std::memcpy(&distance, &segment.getHead()[3000 + kTableWord],
              sizeof(distance));
  int64_t table = 3000 + 4096; // in memory
  EXPECT_EQ(table + distance, segment.getAddress() + 4096);
}

TEST(WeightSegment, AMarkStandsOnce) {
  LinkedBytes linked;
  package::DistanceWord word = {.mark = kMark, .within = 0, .to = 0};
  std::memcpy(&linked.bytes[2600], &kMark, sizeof(kMark));
  auto twice = llvm::cantFail(WeightSegment::plan(parse(linked.bytes), 1));
  EXPECT_NE(llvm::toString(twice.setDistances(word)).find("does not hold"),
            std::string::npos);
  word.mark = kMark + 1;
  auto never = llvm::cantFail(WeightSegment::plan(parse(linked.bytes), 1));
  EXPECT_NE(llvm::toString(never.setDistances(word)).find("does not hold"),
            std::string::npos);
}

TEST(WeightSegment, WhatIsNoLinkedFileIsRefused) {
  EXPECT_NE(problemOf({}).find("no 64-bit little-endian ELF"),
            std::string::npos);
  EXPECT_NE(problemOf(LinkedBytes({ELF::PT_LOAD}).bytes).find("no note"),
            std::string::npos);
  std::vector<char> cut = LinkedBytes().bytes;
  cut.resize(1200);
  EXPECT_NE(problemOf(cut).find("out of order"), std::string::npos);
}

} // namespace
