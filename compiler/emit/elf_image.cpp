//===- elf_image.cpp - The headers of an ELF file, in memory --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/emit/elf_image.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Endian.h"

#include <cstring>

using namespace emblem::emit;
using llvm::ELF::PT_LOAD;

llvm::Error ElfImage::damaged(llvm::StringRef what) const {
  return llvm::createStringError("the linker's file '" + path + "' " + what +
                                 "; link with GNU ld, gold or lld for a 64-bit "
                                 "ELF system, or write --emit=obj");
}

llvm::Expected<ElfImage> ElfImage::parse(std::vector<char> bytes,
                                         llvm::StringRef path) {
  ElfImage image(std::move(bytes), path);
  const std::vector<char> &all = image.bytes;
  auto holds = [&](uint64_t place, uint64_t count, uint64_t size) {
    return place <= all.size() && count <= (all.size() - place) / size;
  };
  if (all.size() < sizeof(Types::Ehdr) ||
      std::memcmp(all.data(), llvm::ELF::ElfMagic, 4) != 0 ||
      all[llvm::ELF::EI_CLASS] != llvm::ELF::ELFCLASS64 ||
      all[llvm::ELF::EI_DATA] != llvm::ELF::ELFDATA2LSB)
    return image.damaged("is no 64-bit little-endian ELF file");
  const Types::Ehdr &header = image.getHeader();
  if (!holds(header.e_phoff, header.e_phnum, sizeof(Types::Phdr)) ||
      !holds(header.e_shoff, header.e_shnum, sizeof(Types::Shdr)) ||
      header.e_shstrndx >= header.e_shnum)
    return image.damaged("has headers out of order");
  for (const Types::Shdr &section : image.getSections())
    if (section.sh_type != llvm::ELF::SHT_NOBITS &&
        !holds(section.sh_offset, section.sh_size, 1))
      return image.damaged("has sections out of order");
  return image;
}

llvm::MutableArrayRef<ElfImage::Types::Phdr> ElfImage::getSegments() {
  const Types::Ehdr &header = getHeader();
  return {at<Types::Phdr>(header.e_phoff), header.e_phnum};
}

llvm::MutableArrayRef<ElfImage::Types::Shdr> ElfImage::getSections() {
  const Types::Ehdr &header = getHeader();
  return {at<Types::Shdr>(header.e_shoff), header.e_shnum};
}

llvm::StringRef ElfImage::getSectionNames() {
  const Types::Shdr &names = getSections()[getHeader().e_shstrndx];
  return {bytes.data() + names.sh_offset, names.sh_size};
}

ElfImage::Types::Shdr *ElfImage::findSection(llvm::StringRef name) {
  llvm::StringRef names = getSectionNames();
  auto *found = llvm::find_if(getSections(), [&](const Types::Shdr &section) {
    return section.sh_name < names.size() &&
           names.drop_front(section.sh_name).split('\0').first == name;
  });
  return found == getSections().end() ? nullptr : found;
}

llvm::Expected<int64_t> ElfImage::findWord(uint64_t value) const {
  char pattern[sizeof(value)];
  llvm::support::endian::write64le(pattern, value);
  llvm::StringRef all(bytes.data(), bytes.size());
  llvm::StringRef wanted(pattern, sizeof(pattern));
  size_t place = all.find(wanted);
  if (place == llvm::StringRef::npos ||
      all.find(wanted, place + 1) != llvm::StringRef::npos)
    return damaged("does not hold the model's table as it was written");
  return place;
}

llvm::Expected<int64_t> ElfImage::getAddress(int64_t place) {
  for (const Types::Phdr &segment : getSegments())
    if (segment.p_type == PT_LOAD && uint64_t(place) >= segment.p_offset &&
        uint64_t(place) < segment.p_offset + segment.p_filesz)
      return segment.p_vaddr + (place - segment.p_offset);
  return damaged("does not load the model's table");
}

void ElfImage::setWord(int64_t place, uint64_t value) {
  llvm::support::endian::write64le(bytes.data() + place, value);
}
