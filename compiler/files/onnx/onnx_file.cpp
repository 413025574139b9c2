//===- onnx_file.cpp - A checked reader of ONNX files ---------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/files/onnx/onnx_file.h"

#include "compiler/files/model_file.h"
#include "compiler/files/onnx/raw_data.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/Path.h"

#include "onnx.pb.h"

using namespace llvm;
using namespace emblem::frontend;
using namespace emblem::frontend::onnx;

// Older operators take as attributes what is an input today.
static constexpr int64_t oldestOpset = 13;

// Elements of a Constant from which on it is a weight, not a setting.
static constexpr int64_t leastWeight = 1 << 16;

struct OnnxFile::Storage {
  std::unique_ptr<MemoryBuffer> buffer; // the file itself
  ::onnx::ModelProto message;           // but for its tensors' bytes
  std::map<std::string, std::unique_ptr<MemoryBuffer>> externalFiles;
  std::vector<std::unique_ptr<std::vector<char>>> converted;
};

OnnxFile::OnnxFile(std::string path)
    : path(std::move(path)), storage(std::make_unique<Storage>()) {}
OnnxFile::~OnnxFile() = default;

//===----------------------------------------------------------------------===//
// The reader
//===----------------------------------------------------------------------===//

class OnnxFile::Reader {
public:
  Reader(OnnxFile &file, StringRef folder)
      : file(file), message(file.storage->message), folder(folder) {}

  Error read();

private:
  Error damaged(const Twine &what) const {
    return createStringError("'" + file.path + "' is damaged: " + what +
                             "; download or export it again");
  }

  Error readOpset();
  Expected<Node> readNode(const ::onnx::NodeProto &proto);
  Error readInitializers(const ::onnx::GraphProto &graph);
  Expected<std::shared_ptr<const Branch>>
  readBranch(const ::onnx::GraphProto &proto);
  Expected<Attribute> readAttribute(const ::onnx::AttributeProto &proto,
                                    const Node &node);
  Expected<WeightView> readTensor(const ::onnx::TensorProto &proto);
  Expected<StringRef> readExternal(const ::onnx::TensorProto &proto,
                                   uint64_t size);
  StringRef readFields(const ::onnx::TensorProto &proto, ElementType type);
  Error checkNames();
  Error checkNodes(ArrayRef<Node> nodes, StringSet<> &known) const;

  OnnxFile &file;
  const ::onnx::ModelProto &message;
  std::string folder;
};

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
  std::optional<uint64_t> size = getInfo(*type).size;
  for (int64_t extent : proto.dims()) {
    if (extent < 0)
      return damaged("tensor '" + proto.name() + "' has a negative side");
    view.shape.push_back(extent);
    if (size)
      size = checkedMulUnsigned<uint64_t>(*size, extent);
  }
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
  view.data = bytes.data();
  return view;
}

Expected<Attribute>
OnnxFile::Reader::readAttribute(const ::onnx::AttributeProto &proto,
                                const Node &node) {
  switch (proto.type()) {
  case ::onnx::AttributeProto::INT:
    return proto.i();
  case ::onnx::AttributeProto::FLOAT:
    return static_cast<double>(proto.f());
  case ::onnx::AttributeProto::STRING:
    return proto.s();
  case ::onnx::AttributeProto::INTS:
    return std::vector<int64_t>(proto.ints().begin(), proto.ints().end());
  case ::onnx::AttributeProto::FLOATS:
    return std::vector<double>(proto.floats().begin(), proto.floats().end());
  case ::onnx::AttributeProto::TENSOR: {
    auto tensor = readTensor(proto.t());
    if (!tensor)
      return tensor.takeError();
    return *tensor;
  }
  case ::onnx::AttributeProto::GRAPH: {
    auto branch = readBranch(proto.g());
    if (!branch)
      return branch.takeError();
    return *branch;
  }
  default:
    return std::monostate();
  }
}

Expected<std::shared_ptr<const Branch>>
OnnxFile::Reader::readBranch(const ::onnx::GraphProto &proto) {
  auto branch = std::make_shared<Branch>();
  if (Error error = readInitializers(proto))
    return error;
  for (const ::onnx::NodeProto &inner : proto.node()) {
    auto node = readNode(inner);
    if (!node)
      return node.takeError();
    branch->nodes.push_back(std::move(*node));
  }
  for (const ::onnx::ValueInfoProto &output : proto.output())
    branch->outputs.push_back(output.name());
  return branch;
}

Expected<Node> OnnxFile::Reader::readNode(const ::onnx::NodeProto &proto) {
  Node node;
  node.operation = proto.op_type();
  node.domain = proto.domain() == "ai.onnx" ? "" : proto.domain();
  node.name = proto.name();
  node.inputs.assign(proto.input().begin(), proto.input().end());
  node.outputs.assign(proto.output().begin(), proto.output().end());
  if (node.operation.empty())
    return damaged("node '" + node.name + "' has no operation");
  for (const ::onnx::AttributeProto &attribute : proto.attribute()) {
    auto value = readAttribute(attribute, node);
    if (!value)
      return value.takeError();
    node.attributes[attribute.name()] = std::move(*value);
  }
  return node;
}

Error OnnxFile::Reader::readInitializers(const ::onnx::GraphProto &graph) {
  for (const ::onnx::TensorProto &proto : graph.initializer()) {
    auto tensor = readTensor(proto);
    if (!tensor)
      return tensor.takeError();
    if (!file.tensors.emplace(proto.name(), *tensor).second)
      return damaged("tensor '" + proto.name() + "' is given twice");
  }
  return Error::success();
}

Error OnnxFile::Reader::readOpset() {
  for (const auto &import : message.opset_import())
    if (import.domain().empty() || import.domain() == "ai.onnx")
      file.opset = import.version();
  if (file.opset >= oldestOpset)
    return Error::success();
  return createStringError(
      "'" + file.path + "' is of opset " + Twine(file.opset) +
      ", and the oldest that is read "
      "is " +
      Twine(oldestOpset) + "; export it with a newer opset_version");
}

// Each value is named once, and before it is used.
Error OnnxFile::Reader::checkNodes(ArrayRef<Node> nodes,
                                   StringSet<> &known) const {
  auto checkBranch = [&](const Node &node, const Branch &branch) -> Error {
    if (Error error = checkNodes(branch.nodes, known))
      return error;
    for (const std::string &output : branch.outputs)
      if (!known.contains(output))
        return damaged("a branch of " + node.describe() + " gives '" + output +
                       "', which nothing writes");
    if (branch.outputs.size() != node.outputs.size())
      return damaged("a branch of " + node.describe() + " gives " +
                     Twine(branch.outputs.size()) + " values");
    // They are the branch's alone.
    for (const Node &inner : branch.nodes)
      for (const std::string &output : inner.outputs)
        known.erase(output);
    return Error::success();
  };
  for (const Node &node : nodes) {
    for (const std::string &input : node.inputs)
      if (!input.empty() && !known.contains(input))
        return damaged(node.describe() + " reads '" + input +
                       "', which nothing before it writes");
    for (const auto &[name, attribute] : node.attributes)
      if (const Branch *branch = node.branch(name))
        if (Error error = checkBranch(node, *branch))
          return error;
    for (const std::string &output : node.outputs)
      if (!output.empty() && !known.insert(output).second)
        return damaged(node.describe() + " writes '" + output +
                       "', which is written already");
  }
  return Error::success();
}

Error OnnxFile::Reader::checkNames() {
  StringSet<> known;
  for (const auto &entry : file.tensors)
    known.insert(entry.first);
  for (const Port &input : file.inputs)
    if (!known.insert(input.name).second)
      return damaged("input '" + input.name + "' is given twice");
  if (Error error = checkNodes(file.nodes, known))
    return error;
  for (const Port &output : file.outputs)
    if (!known.contains(output.name))
      return damaged("nothing writes the output '" + output.name + "'");
  return Error::success();
}

static Port readPort(const ::onnx::ValueInfoProto &proto) {
  Port port{proto.name(), std::nullopt};
  if (!proto.type().has_tensor_type() ||
      !proto.type().tensor_type().has_shape())
    return port;
  port.shape.emplace();
  for (const auto &side : proto.type().tensor_type().shape().dim())
    port.shape->push_back(side.has_dim_value() ? side.dim_value() : -1);
  return port;
}

// Some writers have no initializers: their weights are nodes.
static bool isLargeConstant(const Node &node) {
  const WeightView *value = node.tensor("value");
  return node.operation == "Constant" && node.domain.empty() && value &&
         node.outputs.size() == 1 && value->elementCount() >= leastWeight;
}

Error OnnxFile::Reader::read() {
  StringRef bytes = file.storage->buffer->getBuffer();
  if (bytes.size() > INT_MAX)
    return createStringError("'" + file.path +
                             "' has more than 2 GB, which "
                             "the format does not allow; save it with its "
                             "tensors in a file of their own");
  std::optional<std::string> stripped = withoutRawData(bytes);
  if (!stripped || !file.storage->message.ParseFromString(*stripped))
    return damaged("it is not an ONNX model");
  if (!message.has_graph() || message.graph().node_size() == 0)
    return damaged("it holds no graph");
  if (Error error = readOpset())
    return error;
  const ::onnx::GraphProto &graph = message.graph();
  if (graph.sparse_initializer_size() > 0)
    return createStringError("'" + file.path +
                             "' holds sparse weights, which "
                             "are not supported; export it with dense ones");
  if (Error error = readInitializers(graph))
    return error;
  for (const ::onnx::NodeProto &proto : graph.node()) {
    auto node = readNode(proto);
    if (!node)
      return node.takeError();
    if (!isLargeConstant(*node))
      file.nodes.push_back(std::move(*node));
    else if (!file.tensors
                  .emplace(node->outputs.front(), *node->tensor("value"))
                  .second)
      return damaged("tensor '" + node->outputs.front() + "' is given twice");
  }
  // Old files list the initializers among the inputs.
  for (const ::onnx::ValueInfoProto &proto : graph.input())
    if (file.tensors.find(proto.name()) == file.tensors.end())
      file.inputs.push_back(readPort(proto));
  for (const ::onnx::ValueInfoProto &proto : graph.output())
    file.outputs.push_back(readPort(proto));
  return checkNames();
}

Expected<std::unique_ptr<OnnxFile>>
OnnxFile::parse(std::unique_ptr<MemoryBuffer> buffer, StringRef folder) {
  std::unique_ptr<OnnxFile> file(
      new OnnxFile(buffer->getBufferIdentifier().str()));
  file->storage->buffer = std::move(buffer);
  if (Error error = Reader(*file, folder).read())
    return error;
  return file;
}

Expected<std::unique_ptr<OnnxFile>> OnnxFile::open(StringRef path) {
  auto buffer = mapFile(path);
  if (!buffer)
    return buffer.takeError();
  return parse(std::move(*buffer), folderOf(path));
}
