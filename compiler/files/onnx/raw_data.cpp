//===- raw_data.cpp - Tensors' bytes where they lie in the file -----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/files/onnx/raw_data.h"

#include "llvm/Support/Endian.h"

#include "onnx.pb.h"

using namespace llvm;
using namespace emblem::frontend::onnx;
using ::onnx::AttributeProto;
using ::onnx::GraphProto;
using ::onnx::ModelProto;
using ::onnx::NodeProto;
using ::onnx::TensorProto;

// As many as protobuf's own parser allows.
static constexpr int maxDepth = 100;

// Where the bytes begin, and how many they are.
static constexpr size_t placeSize = 16;

namespace {
/// protobuf's wire types.
enum WireType { Varint = 0, Fixed64 = 1, Bytes = 2, Group = 3, Fixed32 = 5 };

/// One field of a message: its key and its content, each as it stands.
struct Field {
  uint64_t number = 0;
  unsigned wireType = 0;
  StringRef whole;    // key, length and content
  StringRef content;  // what Bytes has; else empty
  uint64_t value = 0; // of a Varint
};

enum class Message { Model, Graph, Node, Attribute, Tensor };
} // namespace

static bool takeVarint(StringRef &bytes, uint64_t &value) {
  value = 0;
  for (unsigned shift = 0; shift < 70 && !bytes.empty(); shift += 7) {
    uint8_t byte = bytes.front();
    bytes = bytes.drop_front();
    if (shift < 64)
      value |= uint64_t(byte & 0x7f) << shift;
    if (!(byte & 0x80))
      return true;
  }
  return false;
}

// Groups are old, and none is in the schema: the parser is left to skip them,
// what begins and ends one being a field that is its key alone.
static bool takeField(StringRef &bytes, Field &field) {
  field = Field();
  StringRef rest = bytes;
  uint64_t key, size = 0;
  // The parser would take a longer key for another one.
  if (!takeVarint(rest, key) || key > UINT32_MAX)
    return false;
  field.number = key >> 3;
  field.wireType = key & 7;
  if (field.wireType == Varint && !takeVarint(rest, field.value))
    return false;
  if (field.wireType == Bytes && !takeVarint(rest, size))
    return false;
  if (field.wireType == Fixed64)
    size = 8;
  if (field.wireType == Fixed32)
    size = 4;
  if (size > rest.size())
    return false;
  field.content = rest.take_front(size);
  field.whole = bytes.drop_back(rest.size() - size);
  bytes = rest.drop_front(size);
  return true;
}

static void putVarint(std::string &out, uint64_t value) {
  for (; value >= 0x80; value >>= 7)
    out += char(value | 0x80);
  out += char(value);
}

static void putBytes(std::string &out, uint64_t number, StringRef content) {
  putVarint(out, number << 3 | Bytes);
  putVarint(out, content.size());
  out += content;
}

// What a field of a message holds, where tensors are in it.
static std::optional<Message> findInner(Message outer, uint64_t number) {
  switch (outer) {
  case Message::Model:
    if (number == ModelProto::kGraphFieldNumber)
      return Message::Graph;
    break;
  case Message::Graph:
    if (number == GraphProto::kNodeFieldNumber)
      return Message::Node;
    if (number == GraphProto::kInitializerFieldNumber)
      return Message::Tensor;
    break;
  case Message::Node:
    if (number == NodeProto::kAttributeFieldNumber)
      return Message::Attribute;
    break;
  case Message::Attribute:
    if (number == AttributeProto::kTFieldNumber)
      return Message::Tensor;
    if (number == AttributeProto::kGFieldNumber)
      return Message::Graph;
    break;
  case Message::Tensor:
    break;
  }
  return std::nullopt;
}

// Whether a tensor's one float_data is all that it has, and is its bytes.
static bool hasPackedFloats(StringRef tensor) {
  int packed = 0;
  uint64_t type = 0;
  for (Field field; !tensor.empty() && takeField(tensor, field);) {
    if (field.number == TensorProto::kDataTypeFieldNumber)
      type = field.value;
    if (field.number == TensorProto::kRawDataFieldNumber)
      return false;
    if (field.number == TensorProto::kFloatDataFieldNumber)
      packed += field.wireType == Bytes ? 1 : 2;
  }
  return packed == 1 && type == TensorProto::FLOAT;
}

namespace {
struct Stripper {
  const char *begin; // of the file

  bool strip(Message kind, StringRef message, std::string &out, int depth) {
    if (depth > maxDepth)
      return false;
    bool packed = kind == Message::Tensor && hasPackedFloats(message);
    for (Field field; !message.empty();) {
      if (!takeField(message, field))
        return false;
      if (field.wireType != Bytes) {
        out += field.whole;
        continue;
      }
      if (auto inner = findInner(kind, field.number)) {
        std::string stripped;
        if (!strip(*inner, field.content, stripped, depth + 1))
          return false;
        putBytes(out, field.number, stripped);
        continue;
      }
      bool isRaw =
          kind == Message::Tensor &&
          (field.number == TensorProto::kRawDataFieldNumber ||
           (packed && field.number == TensorProto::kFloatDataFieldNumber));
      if (isRaw)
        putPlace(out, field.content);
      else
        out += field.whole;
    }
    return true;
  }

  void putPlace(std::string &out, StringRef bytes) const {
    char place[placeSize];
    support::endian::write64le(place, bytes.data() - begin);
    support::endian::write64le(place + 8, bytes.size());
    putBytes(out, TensorProto::kRawDataFieldNumber,
             StringRef(place, sizeof(place)));
  }
};
} // namespace

std::optional<std::string>
emblem::frontend::onnx::withoutRawData(StringRef model) {
  std::string stripped;
  if (!Stripper{model.data()}.strip(Message::Model, model, stripped, 0))
    return std::nullopt;
  return stripped;
}

StringRef emblem::frontend::onnx::findRawData(StringRef model,
                                              StringRef place) {
  if (place.size() != placeSize)
    return StringRef();
  return model.substr(support::endian::read64le(place.data()),
                      support::endian::read64le(place.data() + 8));
}
