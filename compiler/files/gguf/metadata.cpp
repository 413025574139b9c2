//===- metadata.cpp - The keys of a GGUF file -----------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/files/gguf/metadata.h"

#include "compiler/files/model_file.h"

#include <bit>
#include <charconv>

using namespace llvm;
using namespace emblem::frontend;
using Cursor = DataExtractor::Cursor;

namespace {
/// The types of values, by their numbers in the file.
enum class ValueType : uint32_t {
  Uint8,
  Int8,
  Uint16,
  Int16,
  Uint32,
  Int32,
  Float32,
  Bool,
  String,
  Array,
  Uint64,
  Int64,
  Float64
};
} // namespace

// The fewest bytes that a value takes.
static uint64_t leastSize(ValueType type) {
  switch (type) {
  case ValueType::Uint8:
  case ValueType::Int8:
  case ValueType::Bool:
    return 1;
  case ValueType::Uint16:
  case ValueType::Int16:
    return 2;
  case ValueType::Uint32:
  case ValueType::Int32:
  case ValueType::Float32:
    return 4;
  default:
    return 8;
  }
}

// The double of the float's shortest decimals.
static double readFloat(uint32_t bits) {
  char text[32];
  const char *end =
      std::to_chars(text, std::end(text), std::bit_cast<float>(bits)).ptr;
  double value = 0;
  std::from_chars(text, end, value);
  return value;
}

StringRef emblem::frontend::readGgufString(DataExtractor &data,
                                           Cursor &cursor) {
  uint64_t size = data.getU64(cursor);
  return data.getBytes(cursor, size);
}

static Error refuseType(ValueType type) {
  return createStringError("has a value of type " + Twine(uint32_t(type)) +
                           ", which the format does not have there");
}

// A value that is no array. What is not UTF-8 is refused by the caller's name.
static Expected<json::Value> readScalar(ValueType type, DataExtractor &data,
                                        Cursor &cursor) {
  switch (type) {
  case ValueType::Uint8:
    return int64_t(data.getU8(cursor));
  case ValueType::Int8:
    return int64_t(int8_t(data.getU8(cursor)));
  case ValueType::Uint16:
    return int64_t(data.getU16(cursor));
  case ValueType::Int16:
    return int64_t(int16_t(data.getU16(cursor)));
  case ValueType::Uint32:
    return int64_t(data.getU32(cursor));
  case ValueType::Int32:
    return int64_t(int32_t(data.getU32(cursor)));
  case ValueType::Uint64:
    return data.getU64(cursor);
  case ValueType::Int64:
    return int64_t(data.getU64(cursor));
  case ValueType::Float32:
    return readFloat(data.getU32(cursor));
  case ValueType::Float64:
    return std::bit_cast<double>(data.getU64(cursor));
  case ValueType::Bool: {
    uint8_t value = data.getU8(cursor);
    if (value > 1)
      return createStringError("is neither true nor false");
    return value == 1;
  }
  case ValueType::String: {
    StringRef text = readGgufString(data, cursor);
    if (!json::isUTF8(text))
      return createStringError("is not UTF-8");
    return text.str();
  }
  case ValueType::Array:
    break;
  }
  return refuseType(type);
}

static Expected<json::Value> readValue(DataExtractor &data, Cursor &cursor) {
  auto type = static_cast<ValueType>(data.getU32(cursor));
  if (type != ValueType::Array)
    return readScalar(type, data, cursor);
  auto elementType = static_cast<ValueType>(data.getU32(cursor));
  uint64_t count = data.getU64(cursor);
  if (!cursor)
    return nullptr;
  if (elementType == ValueType::Array || elementType > ValueType::Float64)
    return refuseType(elementType);
  if (count > (data.size() - cursor.tell()) / leastSize(elementType))
    return createStringError("claims " + Twine(count) +
                             " elements, more than the file has room for");
  json::Array elements;
  for (uint64_t i = 0; i < count && cursor; ++i) {
    auto element = readScalar(elementType, data, cursor);
    if (!element)
      return element.takeError();
    elements.push_back(std::move(*element));
  }
  return elements;
}

Expected<json::Object> emblem::frontend::readGgufMetadata(StringRef path,
                                                          uint64_t count,
                                                          DataExtractor &data,
                                                          Cursor &cursor) {
  json::Object metadata;
  for (uint64_t i = 0; i < count && cursor; ++i) {
    StringRef key = readGgufString(data, cursor);
    if (!json::isUTF8(key))
      return damagedFile(path, "its key number " + Twine(i) + " is not UTF-8");
    auto value = readValue(data, cursor);
    if (!cursor) {
      consumeError(value.takeError());
      break;
    }
    if (!value)
      return damagedFile(path, "'" + key + "' " + toString(value.takeError()));
    if (!metadata.try_emplace(key.str(), std::move(*value)).second)
      return damagedFile(path, "'" + key + "' is there twice");
  }
  return metadata;
}
