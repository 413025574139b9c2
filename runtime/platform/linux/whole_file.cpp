//===- whole_file.cpp - Whether a model's file can be used ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/platform/whole_file.h"

#include <algorithm>
#include <cstring>
#include <elf.h>
#include <fcntl.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

/// This file's own header, in memory. Set by the linker.
extern "C" const Elf64_Ehdr __ehdr_start __attribute__((visibility("hidden")));

static bool readHeader(int file, Elf64_Ehdr &header) {
  return pread(file, &header, sizeof(header), 0) == ssize_t(sizeof(header)) &&
         std::memcmp(header.e_ident, ELFMAG, SELFMAG) == 0 &&
         header.e_ident[EI_CLASS] == ELFCLASS64;
}

/// Where the last of the segments that are mapped ends in the file; 0 where
/// that is not known.
static int64_t endOfSegments(int file) {
  constexpr size_t mostSegments = 64; // linkers write about a dozen
  Elf64_Ehdr header;
  Elf64_Phdr segments[mostSegments];
  if (!readHeader(file, header) || header.e_phentsize != sizeof(Elf64_Phdr) ||
      header.e_phnum > mostSegments)
    return 0;
  const size_t bytes = header.e_phnum * sizeof(Elf64_Phdr);
  if (pread(file, segments, bytes, off_t(header.e_phoff)) != ssize_t(bytes))
    return 0;
  uint64_t end = 0;
  for (size_t i = 0; i < header.e_phnum; ++i)
    if (segments[i].p_type == PT_LOAD)
      end = std::max(end, segments[i].p_offset + segments[i].p_filesz);
  return int64_t(end);
}

static int64_t countMissingBytes(int file) {
  if (file < 0)
    return 0;
  struct stat status;
  const int64_t end = fstat(file, &status) == 0 ? endOfSegments(file) : 0;
  close(file);
  return end > 0 ? std::max<int64_t>(end - status.st_size, 0) : 0;
}

int64_t emblem::platform::countMissingBytes(const char *path) {
  return ::countMissingBytes(open(path, O_RDONLY | O_CLOEXEC));
}

int64_t emblem::platform::countMissingBytesOfProgram() {
  return ::countMissingBytes(openOwnProgram());
}

bool emblem::platform::isForeign(const char *path) {
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0)
    return false;
  Elf64_Ehdr header;
  const bool isElf = readHeader(file, header);
  close(file);
  return isElf && header.e_machine != __ehdr_start.e_machine;
}

int emblem::platform::openOwnProgram() {
  const int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  if (file >= 0)
    return file;
  // A container may have no /proc; this is the path that was started.
  const auto *path = reinterpret_cast<const char *>(getauxval(AT_EXECFN));
  return path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
}
