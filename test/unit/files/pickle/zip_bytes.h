//===- zip_bytes.h - Zip archives that tests make ---------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_UNIT_FILES_PICKLE_ZIP_BYTES_H
#define EMBLEM_TEST_UNIT_FILES_PICKLE_ZIP_BYTES_H

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <string>
#include <vector>

namespace emblem::frontend {

/// A little-endian number of `size` bytes.
inline std::string little(uint64_t number, int size) {
  std::string bytes;
  for (int i = 0; i < size; ++i)
    bytes += char(number >> (8 * i));
  return bytes;
}

/// An entry, and what it lies about.
struct ZipPart {
  std::string name, content;
  uint16_t flags = 0, method = 0;
  int64_t listedSize = -1; // in the directory; -1: the true one
  int64_t ownSize = -1;    // before the content
  int64_t place = -1;
  std::string ownName = ""; // before the content; empty: the same
};

/// The archive of the parts; with zip64 fields and records where asked for.
inline std::string zipBytes(const std::vector<ZipPart> &parts,
                            bool isZip64 = false,
                            llvm::StringRef comment = "") {
  std::string bytes, directory;
  for (const ZipPart &part : parts) {
    uint64_t place = part.place < 0 ? bytes.size() : uint64_t(part.place);
    uint64_t size = part.content.size();
    uint64_t listed = part.listedSize < 0 ? size : uint64_t(part.listedSize);
    uint64_t own = part.ownSize < 0 ? size : uint64_t(part.ownSize);
    std::string name = part.ownName.empty() ? part.name : part.ownName;
    bytes += "PK\x03\x04" + little(20, 2) + little(part.flags, 2) +
             little(part.method, 2) + little(0, 8) +
             little(part.flags & 8 ? 0 : own, 4) +
             little(part.flags & 8 ? 0 : own, 4) + little(name.size(), 2) +
             little(0, 2) + name + part.content;
    std::string extra;
    if (isZip64)
      extra = little(1, 2) + little(24, 2) + little(listed, 8) +
              little(listed, 8) + little(place, 8);
    auto short32 = [&](uint64_t number) {
      return little(isZip64 ? 0xFFFFFFFF : number, 4);
    };
    directory += "PK\x01\x02" + little(20, 2) + little(20, 2) +
                 little(part.flags, 2) + little(part.method, 2) + little(0, 8) +
                 short32(listed) + short32(listed) +
                 little(part.name.size(), 2) + little(extra.size(), 2) +
                 little(0, 10) + short32(place) + part.name + extra;
  }
  uint64_t begin = bytes.size();
  bytes += directory;
  if (isZip64) {
    uint64_t record = bytes.size();
    bytes += "PK\x06\x06" + little(44, 8) + little(45, 2) + little(45, 2) +
             little(0, 8) + little(parts.size(), 8) + little(parts.size(), 8) +
             little(directory.size(), 8) + little(begin, 8);
    bytes += "PK\x06\x07" + little(0, 4) + little(record, 8) + little(1, 4);
  }
  uint64_t count = isZip64 ? 0xFFFF : parts.size();
  return bytes + "PK\x05\x06" + little(0, 4) + little(count, 2) +
         little(count, 2) + little(isZip64 ? 0xFFFFFFFF : directory.size(), 4) +
         little(isZip64 ? 0xFFFFFFFF : begin, 4) + little(comment.size(), 2) +
         comment.str();
}

} // namespace emblem::frontend

#endif // EMBLEM_TEST_UNIT_FILES_PICKLE_ZIP_BYTES_H
