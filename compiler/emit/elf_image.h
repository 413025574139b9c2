//===- elf_image.h - The headers of an ELF file, in memory ------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_EMIT_ELF_IMAGE_H
#define EMBLEM_COMPILER_EMIT_ELF_IMAGE_H

#include "llvm/Object/ELFTypes.h"
#include "llvm/Support/Error.h"

#include <vector>

namespace emblem::emit {

/// A linked file or an object file of 64 bits, little-endian, without the
/// weights: a few megabytes, of which places are changed.
class ElfImage {
public:
  using Types = llvm::object::ELF64LE;

  /// `path` names the file in errors.
  static llvm::Expected<ElfImage> parse(std::vector<char> bytes,
                                        llvm::StringRef path);

  Types::Ehdr &getHeader() { return *at<Types::Ehdr>(0); }
  llvm::MutableArrayRef<Types::Phdr> getSegments();
  llvm::MutableArrayRef<Types::Shdr> getSections();
  /// The section of that name, or null.
  Types::Shdr *findSection(llvm::StringRef name);
  llvm::StringRef getSectionNames();

  /// Where the one word of this value lies in the file; the error says that
  /// there is none, or more than one.
  llvm::Expected<int64_t> findWord(uint64_t value) const;
  /// The address at which a loaded file has that byte.
  llvm::Expected<int64_t> getAddress(int64_t place);
  void setWord(int64_t place, uint64_t value);

  llvm::ArrayRef<char> getBytes() const { return bytes; }

private:
  ElfImage(std::vector<char> bytes, llvm::StringRef path)
      : bytes(std::move(bytes)), path(path) {}

  template <typename T> T *at(uint64_t place) {
    return reinterpret_cast<T *>(bytes.data() + place);
  }
  llvm::Error damaged(llvm::StringRef what) const;

  std::vector<char> bytes;
  std::string path;
};

} // namespace emblem::emit

#endif // EMBLEM_COMPILER_EMIT_ELF_IMAGE_H
