//===- onnx_file.cpp - A checked reader of ONNX files ---------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/files/onnx/onnx_file.h"

#include "compiler/files/model_file.h"
#include "compiler/files/onnx/onnx_reader.h"
#include "compiler/files/onnx/raw_data.h"

using namespace llvm;
using namespace emblem::frontend;
using namespace emblem::frontend::onnx;

// Before it, Slice has its bounds as attributes.
static constexpr int64_t oldestOpset = 10;

// Elements of a Constant from which on it is a weight, not a setting.
static constexpr int64_t leastWeight = 1 << 16;

OnnxFile::OnnxFile(std::string path)
    : path(std::move(path)), storage(std::make_unique<Storage>()) {}
OnnxFile::~OnnxFile() = default;

//===----------------------------------------------------------------------===//
// The reader
//===----------------------------------------------------------------------===//

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

// What operators on quantised values read: their scales are weights, too.
static StringSet<> findQuantised(const ::onnx::GraphProto &graph) {
  StringSet<> names;
  for (const ::onnx::NodeProto &node : graph.node()) {
    StringRef operation = node.op_type();
    if (operation.contains("Quantize") || operation.starts_with("Q") ||
        operation.contains("MatMulInteger") || operation == "MatMulNBits")
      for (const std::string &input : node.input())
        names.insert(input);
  }
  return names;
}

// Some writers have no initializers: their weights are nodes.
static bool isWeight(const Node &node, const StringSet<> &quantised) {
  const WeightView *value = node.tensor("value");
  return node.operation == "Constant" && node.domain.empty() && value &&
         node.outputs.size() == 1 &&
         (value->elementCount() >= leastWeight ||
          quantised.contains(node.outputs.front()));
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
  StringSet<> quantised = findQuantised(graph);
  for (const ::onnx::NodeProto &proto : graph.node()) {
    auto node = readNode(proto);
    if (!node)
      return node.takeError();
    if (!isWeight(*node, quantised))
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
