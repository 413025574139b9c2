//===- weight_segment.cpp - Weights behind a linked file ------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/emit/weight_segment.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <numeric>

using namespace emblem::emit;
namespace ELF = llvm::ELF;
using Types = ElfImage::Types;

// Pages can have 64 KB; those of large weights 2 MB, so that the kernel may use
// huge ones.
static constexpr int64_t kPage = 64 << 10, kHugePage = 2 << 20;
static constexpr int64_t kWorthHugePages = 32 << 20;

static constexpr llvm::StringLiteral kSectionName(".emblem.weights");

llvm::Expected<WeightSegment> WeightSegment::plan(ElfImage image,
                                                  int64_t bytes) {
  WeightSegment result(std::move(image));
  auto segments = result.image.getSegments();
  auto isLoad = [](const Types::Phdr &header) {
    return header.p_type == ELF::PT_LOAD;
  };
  uint64_t end = 0;
  size_t note = segments.size(), lastLoad = segments.size();
  for (auto [index, header] : llvm::enumerate(segments)) {
    if (header.p_type == ELF::PT_NOTE)
      note = index;
    if (!isLoad(header))
      continue;
    lastLoad = index;
    end = std::max<uint64_t>(end, header.p_vaddr + header.p_memsz);
  }
  if (note == segments.size() || lastLoad == segments.size())
    return llvm::createStringError(
        "the linker left no note for the weights' segment; link with "
        "GNU ld, gold or lld, or write --emit=obj");
  // Headers of loaded segments go by address, and this one's is the highest.
  Types::Phdr moved = segments[note];
  if (note < lastLoad) {
    std::move(segments.begin() + note + 1, segments.begin() + lastLoad + 1,
              segments.begin() + note);
    result.segment = lastLoad;
  } else {
    std::move_backward(segments.begin() + lastLoad + 1, segments.begin() + note,
                       segments.begin() + note + 1);
    result.segment = lastLoad + 1;
  }
  segments[result.segment] = moved;

  result.alignment = bytes >= kWorthHugePages ? kHugePage : kPage;
  result.place =
      llvm::alignTo(result.image.getBytes().size(), result.alignment);
  result.address = llvm::alignTo(end, result.alignment);
  return result;
}

llvm::Error
WeightSegment::setDistances(llvm::ArrayRef<package::DistanceWord> words) {
  for (const package::DistanceWord &word : words) {
    auto found = image.findWord(word.mark);
    if (!found)
      return found.takeError();
    auto wordAddress = image.getAddress(*found);
    if (!wordAddress)
      return wordAddress.takeError();
    int64_t table = *wordAddress - word.within;
    image.setWord(*found, address + word.to - table);
  }
  return llvm::Error::success();
}

void WeightSegment::setSize(int64_t bytes) {
  Types::Phdr &header = image.getSegments()[segment];
  header.p_type = ELF::PT_LOAD;
  header.p_flags = ELF::PF_R;
  header.p_offset = place;
  header.p_vaddr = address;
  header.p_paddr = address;
  header.p_filesz = bytes;
  header.p_memsz = bytes;
  header.p_align = alignment;

  // The names, one more among them, and then the headers.
  std::string names = image.getSectionNames().str();
  size_t name = names.size();
  names += kSectionName.str() + std::string(1, '\0');
  names.resize(llvm::alignTo(names.size(), alignof(uint64_t)));
  std::vector<Types::Shdr> sections(image.getSections().begin(),
                                    image.getSections().end());
  tailPlace = llvm::alignTo(place + bytes, alignof(uint64_t));
  Types::Shdr &nameSection = sections[image.getHeader().e_shstrndx];
  nameSection.sh_offset = tailPlace;
  nameSection.sh_size = names.size();
  Types::Shdr weights = {};
  weights.sh_name = name;
  weights.sh_type = ELF::SHT_PROGBITS;
  weights.sh_flags = ELF::SHF_ALLOC;
  weights.sh_addr = address;
  weights.sh_offset = place;
  weights.sh_size = bytes;
  weights.sh_addralign = alignment;
  sections.push_back(weights);

  tail.assign(names.begin(), names.end());
  const auto *headers = reinterpret_cast<const char *>(sections.data());
  tail.insert(tail.end(), headers,
              headers + sections.size() * sizeof(Types::Shdr));
  image.getHeader().e_shoff = tailPlace + names.size();
  image.getHeader().e_shnum = sections.size();
}
