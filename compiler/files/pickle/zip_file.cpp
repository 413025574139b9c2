//===- zip_file.cpp - Entries of a zip archive, in place ------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/files/pickle/zip_file.h"

#include "compiler/files/model_file.h"
#include "compiler/files/printable_text.h"

#include "llvm/ADT/Twine.h"
#include "llvm/Support/Endian.h"

using namespace llvm;
using namespace emblem::frontend;
using support::endian::read16le;
using support::endian::read32le;
using support::endian::read64le;

// A record's signature, and its size without names.
static constexpr StringLiteral entryMark("PK\x03\x04");
static constexpr uint64_t entrySize = 30;
static constexpr StringLiteral listedMark("PK\x01\x02");
static constexpr uint64_t listedSize = 46;
static constexpr StringLiteral endMark("PK\x05\x06");
static constexpr uint64_t endSize = 22;
static constexpr StringLiteral end64Mark("PK\x06\x06");
static constexpr uint64_t end64Size = 56;
static constexpr StringLiteral locatorMark("PK\x06\x07");
static constexpr uint64_t locatorSize = 20;
static constexpr uint64_t longestComment = 0xFFFF;
// In a field of 16 or 32 bits: zip64 has it.
static constexpr uint64_t in64 = 0xFFFFFFFF, in64Short = 0xFFFF;

namespace {
/// Where the directory is, and how many entries it lists.
struct Directory {
  uint64_t begin, size, count;
};

/// An entry as the directory has it.
struct Listed {
  StringRef name;
  uint64_t begin; // of its header
  uint64_t size;
  uint64_t stored; // bytes in the archive
  uint16_t flags, method;
};

class ZipReader {
public:
  ZipReader(StringRef path, StringRef bytes) : path(path), bytes(bytes) {}

  Expected<std::map<std::string, StringRef, std::less<>>> read() const;

private:
  Error damaged(const Twine &what) const { return damagedFile(path, what); }
  Error refuse(StringRef entry, const Twine &what) const {
    return createStringError("'" + path + "': the entry '" +
                             printableText(entry) + "' " + what +
                             ", which PyTorch does not write; save the model "
                             "again, as safetensors");
  }
  /// Whether a record of that mark and size is at a place.
  bool has(StringLiteral mark, uint64_t size, uint64_t begin) const {
    return begin <= bytes.size() && size <= bytes.size() - begin &&
           bytes.substr(begin).starts_with(mark);
  }
  const char *at(uint64_t place) const { return bytes.data() + place; }

  Expected<Directory> findDirectory() const;
  Expected<Directory> findDirectory64(uint64_t endRecord) const;
  /// Reads the entry at `place`, and moves that behind it.
  Expected<Listed> readListed(uint64_t &place, uint64_t end) const;
  Error readExtra(StringRef extra, Listed &entry) const;
  Expected<StringRef> findBytes(const Listed &entry) const;

  StringRef path, bytes;
};
} // namespace

Expected<Directory> ZipReader::findDirectory64(uint64_t endRecord) const {
  if (endRecord < locatorSize ||
      !has(locatorMark, locatorSize, endRecord - locatorSize))
    return damaged("its zip64 directory is not to be found");
  uint64_t record = read64le(at(endRecord - locatorSize + 8));
  if (!has(end64Mark, end64Size, record))
    return damaged("its zip64 directory is not where it says");
  if (read32le(at(record + 16)) != 0 || read32le(at(record + 20)) != 0 ||
      read64le(at(record + 24)) != read64le(at(record + 32)))
    return damaged("it is one of several parts");
  return Directory{.begin = read64le(at(record + 48)),
                   .size = read64le(at(record + 40)),
                   .count = read64le(at(record + 32))};
}

Expected<Directory> ZipReader::findDirectory() const {
  // A comment may follow the record.
  for (uint64_t comment = 0; comment <= longestComment; ++comment) {
    if (bytes.size() < endSize + comment)
      break;
    uint64_t record = bytes.size() - endSize - comment;
    if (!has(endMark, endSize, record) || read16le(at(record + 20)) != comment)
      continue;
    Directory directory{.begin = read32le(at(record + 16)),
                        .size = read32le(at(record + 12)),
                        .count = read16le(at(record + 10))};
    if (directory.begin == in64 || directory.size == in64 ||
        directory.count == in64Short)
      return findDirectory64(record);
    if (read16le(at(record + 4)) != 0 || read16le(at(record + 6)) != 0 ||
        read16le(at(record + 8)) != directory.count)
      return damaged("it is one of several parts");
    return directory;
  }
  return damaged("it is not whole: the end of a zip archive is missing");
}

// Of an entry's extra fields, the one of zip64 has those of these numbers that
// did not fit, in this order.
Error ZipReader::readExtra(StringRef extra, Listed &entry) const {
  while (extra.size() >= 4) {
    uint16_t kind = read16le(extra.data()), size = read16le(extra.data() + 2);
    extra = extra.drop_front(4);
    if (size > extra.size())
      break;
    StringRef field = extra.take_front(size);
    extra = extra.drop_front(size);
    if (kind != 1)
      continue;
    for (uint64_t *number : {&entry.size, &entry.stored, &entry.begin}) {
      if (*number != in64)
        continue;
      if (field.size() < 8)
        return damaged("entry '" + printableText(entry.name) +
                       "' has no size or place");
      *number = read64le(field.data());
      field = field.drop_front(8);
    }
    return Error::success();
  }
  return Error::success();
}

Expected<Listed> ZipReader::readListed(uint64_t &place, uint64_t end) const {
  if (!has(listedMark, listedSize, place) || end - place < listedSize)
    return damaged("its directory ends too early");
  uint64_t names = uint64_t(read16le(at(place + 28))) +
                   read16le(at(place + 30)) + read16le(at(place + 32));
  if (names > end - place - listedSize)
    return damaged("its directory ends too early");
  Listed entry{.name =
                   bytes.substr(place + listedSize, read16le(at(place + 28))),
               .begin = read32le(at(place + 42)),
               .size = read32le(at(place + 24)),
               .stored = read32le(at(place + 20)),
               .flags = read16le(at(place + 8)),
               .method = read16le(at(place + 10))};
  StringRef extra = bytes.substr(place + listedSize + entry.name.size(),
                                 read16le(at(place + 30)));
  if (Error error = readExtra(extra, entry))
    return error;
  place += listedSize + names;
  return entry;
}

Expected<StringRef> ZipReader::findBytes(const Listed &entry) const {
  if (entry.flags & 1)
    return refuse(entry.name, "is encrypted");
  if (entry.method != 0)
    return refuse(entry.name, "is compressed");
  if (entry.stored != entry.size)
    return damaged("entry '" + printableText(entry.name) + "' has two sizes, " +
                   Twine(entry.stored) + " and " + Twine(entry.size));
  if (!has(entryMark, entrySize, entry.begin))
    return damaged("entry '" + printableText(entry.name) +
                   "' is not where it says");
  uint64_t nameSize = read16le(at(entry.begin + 26));
  uint64_t begin =
      entry.begin + entrySize + nameSize + read16le(at(entry.begin + 28));
  if (bytes.substr(entry.begin + entrySize, nameSize) != entry.name)
    return damaged("entry '" + printableText(entry.name) +
                   "' has another name in its place");
  uint64_t ownSize = read32le(at(entry.begin + 22));
  bool saysLater = read16le(at(entry.begin + 6)) & 8;
  if (!saysLater && ownSize != in64 && ownSize != entry.size)
    return damaged("entry '" + printableText(entry.name) + "' has two sizes, " +
                   Twine(ownSize) + " and " + Twine(entry.size));
  if (begin > bytes.size() || entry.size > bytes.size() - begin)
    return damaged("entry '" + printableText(entry.name) + "' needs " +
                   Twine(entry.size) + " bytes, and the file ends before that");
  return bytes.substr(begin, entry.size);
}

Expected<std::map<std::string, StringRef, std::less<>>>
ZipReader::read() const {
  auto directory = findDirectory();
  if (!directory)
    return directory.takeError();
  if (directory->begin > bytes.size() ||
      directory->size > bytes.size() - directory->begin)
    return damaged("its directory is not where it says");
  std::map<std::string, StringRef, std::less<>> entries;
  uint64_t place = directory->begin, end = place + directory->size;
  for (uint64_t i = 0; i < directory->count; ++i) {
    auto entry = readListed(place, end);
    if (!entry)
      return entry.takeError();
    auto content = findBytes(*entry);
    if (!content)
      return content.takeError();
    if (!entries.try_emplace(entry->name.str(), *content).second)
      return damaged("entry '" + printableText(entry->name) +
                     "' is there twice");
  }
  return entries;
}

Expected<std::map<std::string, StringRef, std::less<>>>
emblem::frontend::readZip(StringRef path, StringRef bytes) {
  return ZipReader(path, bytes).read();
}
