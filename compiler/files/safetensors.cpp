//===- safetensors.cpp - A mapped reader of safetensors files -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/files/safetensors.h"

#include "compiler/files/json_file.h"
#include "compiler/files/model_file.h"

#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/FormatVariadic.h"

#include <algorithm>

using namespace llvm;
using namespace emblem::frontend;

// The format's own bound; a larger header is a lie or a trap.
static constexpr uint64_t maxHeaderSize = 100'000'000;

namespace {
/// One entry of the header, its range counted from the header's end.
struct Entry {
  ElementType type;
  SmallVector<int64_t, 4> shape;
  uint64_t begin, end;
};
} // namespace

// Reads what the header says of one tensor; `dataSize` bytes follow the header.
static Expected<Entry> readEntry(StringRef path, StringRef name,
                                 const json::Value &value, uint64_t dataSize) {
  auto wrong = [&](const Twine &what) {
    return damagedFile(path, "tensor '" + name + "' " + what);
  };
  const json::Object *object = value.getAsObject();
  const json::Value *dtype = object ? object->get("dtype") : nullptr;
  const json::Array *shape = object ? object->getArray("shape") : nullptr;
  const json::Array *range =
      object ? object->getArray("data_offsets") : nullptr;
  if (!dtype || !dtype->getAsString() || !shape || !range || range->size() != 2)
    return wrong("has no dtype, shape and data_offsets [begin, end]");

  std::optional<ElementType> type = parseElementType(*dtype->getAsString());
  if (!type)
    return createStringError("'" + path + "': tensor '" + name +
                             "' has the dtype '" + *dtype->getAsString() +
                             "', which is not known here; save the model as "
                             "F32, F16 or BF16");
  Entry entry;
  entry.type = *type;
  std::optional<uint64_t> bytes = getInfo(*type).size;
  for (const json::Value &extent : *shape) {
    std::optional<int64_t> size = extent.getAsInteger();
    if (!size || *size < 0)
      return wrong("has a shape that is not a list of sizes");
    entry.shape.push_back(*size);
    if (bytes)
      bytes = checkedMulUnsigned<uint64_t>(*bytes, *size);
  }
  if (!bytes || *bytes > INT64_MAX)
    return wrong("has a shape of more than 2^63 bytes");

  std::optional<uint64_t> begin = (*range)[0].getAsUINT64();
  std::optional<uint64_t> end = (*range)[1].getAsUINT64();
  if (!begin || !end)
    return wrong("has data_offsets that are not byte offsets");
  if (*begin > *end)
    return wrong("ends before it begins");
  if (*end > dataSize)
    return wrong(formatv("reaches to byte {0} of the data, which has {1}", *end,
                         dataSize));
  if (*end - *begin != *bytes)
    return wrong(formatv("needs {0} bytes for its shape and dtype, and has {1}",
                         *bytes, *end - *begin));
  entry.begin = *begin;
  entry.end = *end;
  return entry;
}

// The tensors' ranges must tile the data: no overlap, no gap, nothing behind.
static Error checkTiling(StringRef path,
                         ArrayRef<std::pair<std::string, Entry>> entries,
                         uint64_t dataSize) {
  std::vector<const std::pair<std::string, Entry> *> byBegin;
  for (const auto &entry : entries)
    byBegin.push_back(&entry);
  llvm::sort(byBegin, [](const auto *a, const auto *b) {
    return std::tie(a->second.begin, a->second.end, a->first) <
           std::tie(b->second.begin, b->second.end, b->first);
  });
  uint64_t covered = 0;
  StringRef previous;
  for (const auto *entry : byBegin) {
    if (entry->second.begin < covered)
      return damagedFile(path, "tensors '" + previous + "' and '" +
                                   entry->first + "' overlap");
    if (entry->second.begin > covered)
      return damagedFile(path, "bytes before tensor '" + entry->first +
                                   "' belong to no tensor");
    covered = entry->second.end;
    previous = entry->first;
  }
  if (covered != dataSize)
    return damagedFile(path, formatv("its last {0} bytes belong to no tensor",
                                     dataSize - covered)
                                 .str());
  return Error::success();
}

Error Safetensors::readHeader() {
  StringRef bytes = buffer->getBuffer(), path = getPath();
  if (bytes.size() < 8)
    return damagedFile(path, "it is too short for a safetensors file");
  uint64_t headerSize = support::endian::read64le(bytes.data());
  if (headerSize == 0)
    return damagedFile(path, "its header is empty");
  if (headerSize > maxHeaderSize)
    return damagedFile(path,
                       formatv("its header claims {0} bytes, and the format "
                               "allows {1}",
                               headerSize, maxHeaderSize)
                           .str());
  if (headerSize > bytes.size() - 8)
    return damagedFile(path,
                       formatv("its header claims {0} bytes, and the file "
                               "has {1}",
                               headerSize, bytes.size())
                           .str());
  auto header =
      parseJson(bytes.substr(8, headerSize), path.str() + " (header)");
  if (!header)
    return header.takeError();
  const json::Object *object = header->getAsObject();
  if (!object)
    return damagedFile(path, "its header is not a JSON object");

  StringRef data = bytes.substr(8 + headerSize);
  std::vector<std::pair<std::string, Entry>> entries;
  for (const auto &[name, value] : *object) {
    if (StringRef(name) == "__metadata__")
      continue;
    auto entry = readEntry(path, name, value, data.size());
    if (!entry)
      return entry.takeError();
    entries.emplace_back(StringRef(name).str(), std::move(*entry));
  }
  // JSON objects have no order; errors should.
  llvm::sort(entries, llvm::less_first());
  if (Error error = checkTiling(path, entries, data.size()))
    return error;

  for (auto &[name, entry] : entries)
    tensors[name] = {entry.type, std::move(entry.shape),
                     data.data() + entry.begin};
  return Error::success();
}

Expected<std::unique_ptr<Safetensors>>
Safetensors::parse(std::unique_ptr<MemoryBuffer> buffer) {
  std::unique_ptr<Safetensors> file(new Safetensors(std::move(buffer)));
  if (Error error = file->readHeader())
    return error;
  return file;
}

Expected<std::unique_ptr<Safetensors>> Safetensors::open(StringRef path) {
  auto buffer = mapFile(path);
  if (!buffer)
    return buffer.takeError();
  return parse(std::move(*buffer));
}
