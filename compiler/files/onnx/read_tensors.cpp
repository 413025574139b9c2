//===- read_tensors.cpp - The tensors of an ONNX file ---------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/files/model_file.h"
#include "compiler/files/onnx/onnx_reader.h"
#include "compiler/files/onnx/raw_data.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace emblem::frontend;
using namespace emblem::frontend::onnx;

// Of onnx.proto's DataType, which older schemas do not name.
static constexpr int uint4Type = 21, int4Type = 22;

static bool isHalfByte(int type) {
  return type == uint4Type || type == int4Type;
}

static std::optional<ElementType> elementTypeOf(int type) {
  switch (type) {
  case ::onnx::TensorProto::FLOAT:
    return ElementType::F32;
  case ::onnx::TensorProto::FLOAT16:
    return ElementType::F16;
  case ::onnx::TensorProto::BFLOAT16:
    return ElementType::BF16;
  case ::onnx::TensorProto::DOUBLE:
    return ElementType::F64;
  case ::onnx::TensorProto::BOOL:
    return ElementType::Bool;
  case ::onnx::TensorProto::INT8:
    return ElementType::I8;
  case ::onnx::TensorProto::UINT8:
    return ElementType::U8;
  case ::onnx::TensorProto::INT32:
    return ElementType::I32;
  case ::onnx::TensorProto::INT64:
    return ElementType::I64;
  case uint4Type:
  case int4Type:
    return ElementType::I8;
  default:
    return std::nullopt;
  }
}

// The bytes of a tensor whose values are in a field of their own type.
StringRef OnnxFile::Reader::readFields(const ::onnx::TensorProto &proto,
                                       ElementType type) {
  auto bytes = std::make_unique<std::vector<char>>();
  auto append = [&](auto value) {
    const char *begin = reinterpret_cast<const char *>(&value);
    bytes->insert(bytes->end(), begin, begin + sizeof(value));
  };
  // int32_data holds whatever is narrower, halves as their bits.
  for (float value : proto.float_data())
    append(value);
  for (double value : proto.double_data())
    append(value);
  for (int64_t value : proto.int64_data())
    append(value);
  for (int32_t value : proto.int32_data())
    if (getInfo(type).size == 1)
      append(static_cast<int8_t>(value));
    else if (getInfo(type).size == 2)
      append(static_cast<int16_t>(value));
    else
      append(value);
  file.storage->converted.push_back(std::move(bytes));
  const std::vector<char> &kept = *file.storage->converted.back();
  return StringRef(kept.data(), kept.size());
}

// Two in a byte, the lower half first, as a byte each.
StringRef OnnxFile::Reader::widenHalfBytes(StringRef bytes, int64_t count,
                                           bool isSigned) {
  auto wide = std::make_unique<std::vector<char>>(count);
  for (int64_t i = 0; i < count; ++i) {
    int half = uint8_t(bytes[i / 2]) >> (i % 2 * 4) & 15;
    (*wide)[i] = char(isSigned && half > 7 ? half - 16 : half);
  }
  file.storage->converted.push_back(std::move(wide));
  const std::vector<char> &kept = *file.storage->converted.back();
  return StringRef(kept.data(), kept.size());
}

Expected<StringRef>
OnnxFile::Reader::readExternal(const ::onnx::TensorProto &proto,
                               uint64_t size) {
  std::string location;
  uint64_t offset = 0, length = size;
  for (const auto &entry : proto.external_data()) {
    bool wrong = false;
    if (entry.key() == "location")
      location = entry.value();
    else if (entry.key() == "offset")
      wrong = StringRef(entry.value()).getAsInteger(10, offset);
    else if (entry.key() == "length")
      wrong = StringRef(entry.value()).getAsInteger(10, length);
    if (wrong)
      return damaged("tensor '" + proto.name() + "' has the " + entry.key() +
                     " '" + entry.value() + "', which is no number");
  }
  // A path out of the folder could read any file of the system.
  if (location.empty() || sys::path::is_absolute(location) ||
      is_contained(
          make_range(sys::path::begin(location), sys::path::end(location)),
          StringRef("..")))
    return damaged("tensor '" + proto.name() +
                   "' must lie in a file of the "
                   "model's folder, not in '" +
                   location + "'");
  std::unique_ptr<MemoryBuffer> &buffer = file.storage->externalFiles[location];
  if (!buffer) {
    auto mapped = mapFile(resolvePath(folder, location));
    if (!mapped)
      return mapped.takeError();
    buffer = std::move(*mapped);
  }
  uint64_t available = buffer->getBufferSize();
  if (offset > available || length > available - offset)
    return damaged("tensor '" + proto.name() + "' reaches past the end of '" +
                   location + "', which has " + Twine(available) + " bytes");
  return buffer->getBuffer().substr(offset, length);
}

Expected<WeightView>
OnnxFile::Reader::readTensor(const ::onnx::TensorProto &proto) {
  auto type = elementTypeOf(proto.data_type());
  if (!type)
    return createStringError(
        "'" + file.path + "': tensor '" + proto.name() +
        "' has the element type " + Twine(proto.data_type()) +
        " of onnx.proto, which is not known here; export the model in float32");
  if (proto.has_segment())
    return damaged("tensor '" + proto.name() + "' is in segments");
  WeightView view{*type, {}, nullptr};
  std::optional<uint64_t> size = 1; // elements, and then bytes
  for (int64_t extent : proto.dims()) {
    if (extent < 0)
      return damaged("tensor '" + proto.name() + "' has a negative side");
    view.shape.push_back(extent);
    if (size)
      size = checkedMulUnsigned<uint64_t>(*size, extent);
  }
  if (size && isHalfByte(proto.data_type()))
    size = *size / 2 + *size % 2;
  else if (size)
    size = checkedMulUnsigned<uint64_t>(*size, getInfo(*type).size);
  if (!size || *size > INT64_MAX)
    return damaged("tensor '" + proto.name() + "' has more than 2^63 bytes");

  StringRef bytes;
  if (proto.data_location() == ::onnx::TensorProto::EXTERNAL) {
    auto external = readExternal(proto, *size);
    if (!external)
      return external.takeError();
    bytes = *external;
  } else {
    StringRef model = file.storage->buffer->getBuffer();
    bytes = proto.has_raw_data() ? findRawData(model, proto.raw_data())
                                 : readFields(proto, *type);
  }
  if (bytes.size() != *size)
    return damaged("tensor '" + proto.name() + "' needs " + Twine(*size) +
                   " bytes for its shape and type, and has " +
                   Twine(bytes.size()));
  if (isHalfByte(proto.data_type()))
    bytes = widenHalfBytes(bytes, view.elementCount(),
                           proto.data_type() == int4Type);
  view.data = bytes.data();
  return view;
}
