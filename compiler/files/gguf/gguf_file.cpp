//===- gguf_file.cpp - A mapped reader of GGUF files ----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/files/gguf/gguf_file.h"

#include "compiler/files/gguf/metadata.h"
#include "compiler/files/model_file.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"

#include <fmt/format.h>

using namespace llvm;
using namespace emblem::frontend;
using Cursor = DataExtractor::Cursor;

namespace {
/// A tensor's header; its range is counted from where the data begins.
struct TensorInfo {
  std::string name;
  ElementType type;
  SmallVector<int64_t, 4> shape;
  uint64_t begin, end;
};

/// enum ggml_type of ggml.h. Gaps are types that were given up.
struct TypeName {
  uint32_t id;
  StringLiteral name;
  std::optional<ElementType> type; // none: not supported
};
} // namespace

static constexpr TypeName typeNames[] = {{0, "F32", ElementType::F32},
                                         {1, "F16", ElementType::F16},
                                         {2, "Q4_0", ElementType::Q4_0},
                                         {3, "Q4_1", ElementType::Q4_1},
                                         {6, "Q5_0", ElementType::Q5_0},
                                         {7, "Q5_1", ElementType::Q5_1},
                                         {8, "Q8_0", ElementType::Q8_0},
                                         {9, "Q8_1", {}},
                                         {10, "Q2_K", ElementType::Q2_K},
                                         {11, "Q3_K", ElementType::Q3_K},
                                         {12, "Q4_K", ElementType::Q4_K},
                                         {13, "Q5_K", ElementType::Q5_K},
                                         {14, "Q6_K", ElementType::Q6_K},
                                         {15, "Q8_K", {}},
                                         {16, "IQ2_XXS", {}},
                                         {17, "IQ2_XS", {}},
                                         {18, "IQ3_XXS", {}},
                                         {19, "IQ1_S", {}},
                                         {20, "IQ4_NL", ElementType::IQ4_NL},
                                         {21, "IQ3_S", {}},
                                         {22, "IQ2_S", {}},
                                         {23, "IQ4_XS", ElementType::IQ4_XS},
                                         {24, "I8", ElementType::I8},
                                         {25, "I16", ElementType::I16},
                                         {26, "I32", ElementType::I32},
                                         {27, "I64", ElementType::I64},
                                         {28, "F64", ElementType::F64},
                                         {29, "IQ1_M", {}},
                                         {30, "BF16", ElementType::BF16},
                                         {34, "TQ1_0", {}},
                                         {35, "TQ2_0", {}},
                                         {39, "MXFP4", {}},
                                         {40, "NVFP4", {}},
                                         {41, "Q1_0", {}}};

static Error refuseType(StringRef path, StringRef tensor, const Twine &type) {
  return createStringError(
      "'" + path + "': tensor '" + tensor + "' is of the type " + type +
      "; supported are F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q2_K to "
      "Q6_K, IQ4_NL and IQ4_XS: quantise the model to one of them");
}

static Expected<ElementType> findType(StringRef path, StringRef tensor,
                                      uint32_t id) {
  for (const TypeName &known : typeNames)
    if (known.id == id) {
      if (known.type)
        return *known.type;
      return refuseType(path, tensor, known.name);
    }
  return refuseType(path, tensor, "number " + Twine(id));
}

// Sizes and ranges; the data's own size is not known yet.
static Expected<TensorInfo> readTensor(StringRef path, uint64_t alignment,
                                       DataExtractor &data, Cursor &cursor) {
  TensorInfo tensor;
  tensor.name = readGgufString(data, cursor).str();
  auto wrong = [&](const Twine &what) {
    return damagedFile(path, "tensor '" + tensor.name + "' " + what);
  };
  uint32_t sides = data.getU32(cursor);
  if (cursor && (sides < 1 || sides > 4))
    return wrong("has " + Twine(sides) + " sides, and 1 to 4 are possible");
  std::optional<uint64_t> elements = 1;
  for (uint32_t i = 0; i < sides && cursor; ++i) {
    uint64_t extent = data.getU64(cursor);
    if (cursor && (extent < 1 || extent > INT64_MAX))
      return wrong("has a side of " + Twine(extent));
    if (elements)
      elements = checkedMulUnsigned(*elements, extent);
    tensor.shape.insert(tensor.shape.begin(), int64_t(extent));
  }
  uint32_t typeId = data.getU32(cursor);
  tensor.begin = data.getU64(cursor);
  if (!cursor)
    return tensor;

  auto type = findType(path, tensor.name, typeId);
  if (!type)
    return type.takeError();
  tensor.type = *type;
  const ElementTypeInfo &info = getInfo(*type);
  if (tensor.shape.back() % info.count != 0)
    return wrong("has rows of " + Twine(tensor.shape.back()) +
                 ", and the blocks of " + info.name + " hold " +
                 Twine(info.count));
  std::optional<uint64_t> bytes;
  if (elements)
    bytes = checkedMulUnsigned<uint64_t>(*elements / info.count, info.size);
  if (!bytes || *bytes > INT64_MAX || *elements > INT64_MAX)
    return wrong("has a shape of more than 2^63 bytes");
  if (tensor.begin % alignment != 0)
    return wrong("begins at byte " + Twine(tensor.begin) +
                 " of the data, which is no multiple of " + Twine(alignment));
  std::optional<uint64_t> end = checkedAddUnsigned(tensor.begin, *bytes);
  if (!end)
    return wrong("reaches beyond 2^64 bytes");
  tensor.end = *end;
  return tensor;
}

// No tensor may reach beyond the data, or into another.
static Error checkRanges(StringRef path, std::vector<TensorInfo> &tensors,
                         uint64_t dataSize) {
  llvm::sort(tensors, [](const TensorInfo &a, const TensorInfo &b) {
    return std::tie(a.begin, a.name) < std::tie(b.begin, b.name);
  });
  for (size_t i = 0; i < tensors.size(); ++i) {
    const TensorInfo &tensor = tensors[i];
    if (tensor.end > dataSize)
      return damagedFile(path, "tensor '" + tensor.name + "' reaches to byte " +
                                   Twine(tensor.end) +
                                   " of the data, which has " +
                                   Twine(dataSize));
    if (i > 0 && tensors[i - 1].end > tensor.begin)
      return damagedFile(path, "tensors '" + tensors[i - 1].name + "' and '" +
                                   tensor.name + "' overlap");
  }
  return Error::success();
}

static Error checkVersion(StringRef path, StringRef bytes) {
  if (bytes.size() < 24 || !bytes.starts_with("GGUF"))
    return damagedFile(path, "it does not begin as a GGUF file does");
  uint32_t version = support::endian::read32le(bytes.data() + 4);
  if (version == 2 || version == 3)
    return Error::success();
  if (version % 65536 == 0)
    return createStringError("'" + path +
                             "' is a big-endian GGUF file, which is not "
                             "supported; convert the model again");
  return createStringError("'" + path + "' is of GGUF version " +
                           Twine(version) +
                           "; supported are 2 and 3: convert the model again");
}

static Expected<uint64_t> readAlignment(StringRef path,
                                        const json::Object &metadata) {
  const json::Value *value = metadata.get("general.alignment");
  if (!value)
    return 32;
  std::optional<int64_t> alignment = value->getAsInteger();
  if (!alignment || *alignment < 1 || *alignment > 65536 ||
      !isPowerOf2_64(*alignment))
    return damagedFile(path, "its 'general.alignment' is not a power of two up "
                             "to 65536");
  return *alignment;
}

// All but the data. Where the file ends too early, the cursor has the error.
static Expected<std::vector<TensorInfo>>
readHeader(StringRef path, DataExtractor &data, Cursor &cursor,
           json::Object &metadata, uint64_t &alignment) {
  uint64_t tensorCount = data.getU64(cursor);
  uint64_t keyCount = data.getU64(cursor);
  auto keys = readGgufMetadata(path, keyCount, data, cursor);
  if (!keys)
    return keys.takeError();
  metadata = std::move(*keys);
  if (Error error = readAlignment(path, metadata).moveInto(alignment))
    return error;
  std::vector<TensorInfo> tensors;
  for (uint64_t i = 0; i < tensorCount && cursor; ++i) {
    auto tensor = readTensor(path, alignment, data, cursor);
    if (!tensor)
      return tensor.takeError();
    tensors.push_back(std::move(*tensor));
  }
  return tensors;
}

Error GgufFile::read() {
  StringRef bytes = buffer->getBuffer(), path = getPath();
  if (Error error = checkVersion(path, bytes))
    return error;
  DataExtractor data(bytes, /*IsLittleEndian=*/true, /*AddressSize=*/8);
  Cursor cursor(8); // behind the version
  uint64_t alignment = 1;
  auto infos = readHeader(path, data, cursor, metadata, alignment);
  uint64_t headerSize = cursor.tell();
  bool endsEarly = errorToBool(cursor.takeError());
  if (!infos)
    return infos.takeError();
  if (endsEarly)
    return damagedFile(path, "it ends within its header");
  StringRef content = bytes.drop_front(
      std::min<uint64_t>(alignTo(headerSize, alignment), bytes.size()));
  if (Error error = checkRanges(path, *infos, content.size()))
    return error;
  for (TensorInfo &info : *infos)
    if (!tensors
             .try_emplace(info.name, WeightView{info.type, info.shape,
                                                content.data() + info.begin})
             .second)
      return damagedFile(path, "tensor '" + info.name + "' is there twice");
  return Error::success();
}

Expected<std::unique_ptr<GgufFile>>
GgufFile::parse(std::unique_ptr<MemoryBuffer> buffer) {
  std::unique_ptr<GgufFile> file(new GgufFile(std::move(buffer)));
  if (Error error = file->read())
    return error;
  return file;
}

//===----------------------------------------------------------------------===//
// Several files
//===----------------------------------------------------------------------===//

static constexpr StringLiteral partKey = "split.no";
static constexpr StringLiteral partsKey = "split.count";

// "-00001-of-00003.gguf"; llama.cpp's parts are counted from 1 in names, and
// from 0 in keys.
static std::string partEnding(int64_t part, int64_t count) {
  return fmt::format("-{0:05}-of-{1:05}.gguf", part + 1, count);
}

Error GgufFile::openParts(int64_t count) {
  StringRef stem = getPath();
  if (!stem.consume_back(partEnding(0, count)))
    return createStringError(
        "'" + getPath() + "' is the first of " + Twine(count) +
        " files of one model, and its name must end in '" +
        partEnding(0, count) + "', by which the others are found");
  for (int64_t part = 1; part < count; ++part) {
    std::string path = (stem + partEnding(part, count)).str();
    auto buffer = mapFile(path);
    if (!buffer)
      return createStringError(toString(buffer.takeError()) + "; it is part " +
                               Twine(part + 1) + " of " + Twine(count) +
                               " of the model '" + getPath() + "'");
    auto file = parse(std::move(*buffer));
    if (!file)
      return file.takeError();
    const json::Object &keys = (*file)->getMetadata();
    if (keys.getInteger(partKey) != part || keys.getInteger(partsKey) != count)
      return createStringError("'" + path + "' is not part " + Twine(part + 1) +
                               " of " + Twine(count) + ", as its name says");
    for (const auto &[name, view] : (*file)->getTensors())
      if (!tensors.try_emplace(name, view).second)
        return damagedFile(path,
                           "tensor '" + name + "' is in another part as well");
    parts.push_back(std::move(*file));
  }
  std::optional<int64_t> said = metadata.getInteger("split.tensors.count");
  if (said && *said != int64_t(tensors.size()))
    return damagedFile(getPath(), "its parts hold " + Twine(tensors.size()) +
                                      " tensors, and it says " + Twine(*said));
  return Error::success();
}

Expected<std::unique_ptr<GgufFile>> GgufFile::open(StringRef path) {
  auto buffer = mapFile(path);
  if (!buffer)
    return buffer.takeError();
  auto file = parse(std::move(*buffer));
  if (!file)
    return file;
  const json::Object &keys = (*file)->getMetadata();
  int64_t count = keys.getInteger(partsKey).value_or(1);
  if (count < 2)
    return file;
  // Five digits of a name.
  if (count > 99999)
    return damagedFile(path, "its 'split.count' is " + Twine(count));
  if (int64_t part = keys.getInteger(partKey).value_or(0); part != 0)
    return createStringError("'" + path + "' is part " + Twine(part + 1) +
                             " of " + Twine(count) +
                             " of a model; name the first");
  if (Error error = (*file)->openParts(count))
    return error;
  return file;
}
