//===- whole_file.cpp - Whether a model's file is all there ---------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/model/whole_file.h"

#include <algorithm>
#include <cstring>
#include <elf.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

template <typename T> static bool readAt(int file, T &value, uint64_t place) {
  return pread(file, &value, sizeof(T), off_t(place)) == ssize_t(sizeof(T));
}

/// Where the last of the segments that are mapped ends in the file; 0 where
/// that is not known.
static int64_t endOfSegments(int file) {
  Elf64_Ehdr header;
  if (!readAt(file, header, 0) ||
      std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
      header.e_ident[EI_CLASS] != ELFCLASS64 ||
      header.e_phentsize != sizeof(Elf64_Phdr))
    return 0;
  uint64_t end = 0;
  for (unsigned i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr segment;
    if (!readAt(file, segment, header.e_phoff + i * sizeof(segment)))
      return 0;
    if (segment.p_type == PT_LOAD)
      end = std::max(end, segment.p_offset + segment.p_filesz);
  }
  return int64_t(end);
}

int64_t emblem::runtime::countMissingBytes(const char *path) {
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0)
    return 0;
  struct stat status;
  const int64_t end = fstat(file, &status) == 0 ? endOfSegments(file) : 0;
  close(file);
  return end > 0 ? std::max<int64_t>(end - status.st_size, 0) : 0;
}
