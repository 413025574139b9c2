//===- graph_builder.h - Small ONNX files, made by tests --------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_UNIT_FILES_ONNX_GRAPH_BUILDER_H
#define EMBLEM_TEST_UNIT_FILES_ONNX_GRAPH_BUILDER_H

#include "onnx.pb.h"

#include <string>
#include <vector>

namespace emblem::frontend {

/// A graph of opset 17 with the inputs input_ids and attention_mask, both
/// [batch, tokens].
class GraphBuilder {
public:
  GraphBuilder() {
    model.set_ir_version(8);
    model.add_opset_import()->set_version(17);
    for (const char *name : {"input_ids", "attention_mask"}) {
      auto *input = model.mutable_graph()->add_input();
      input->set_name(name);
      auto *type = input->mutable_type()->mutable_tensor_type();
      type->set_elem_type(::onnx::TensorProto::INT64);
      for (const char *side : {"batch", "tokens"})
        type->mutable_shape()->add_dim()->set_dim_param(side);
    }
  }

  /// A weight whose element i is i / 8.
  std::string weight(const std::string &name, std::vector<int64_t> shape) {
    auto *tensor = model.mutable_graph()->add_initializer();
    tensor->set_name(name);
    tensor->set_data_type(::onnx::TensorProto::FLOAT);
    int64_t count = 1;
    for (int64_t side : shape) {
      tensor->add_dims(side);
      count *= side;
    }
    for (int64_t i = 0; i < count; ++i)
      tensor->add_float_data(float(i) / 8);
    return name;
  }
  std::string number(float value) {
    std::string name = next();
    auto *tensor = model.mutable_graph()->add_initializer();
    tensor->set_name(name);
    tensor->set_data_type(::onnx::TensorProto::FLOAT);
    tensor->add_float_data(value);
    return name;
  }
  std::string integers(std::vector<int64_t> values) {
    std::string name = next();
    auto *tensor = model.mutable_graph()->add_initializer();
    tensor->set_name(name);
    tensor->set_data_type(::onnx::TensorProto::INT64);
    tensor->add_dims(values.size());
    for (int64_t value : values)
      tensor->add_int64_data(value);
    return name;
  }

  /// A tensor of bytes whose element i is i, as INT8, UINT8 or the like.
  std::string bytes(const std::string &name, std::vector<int64_t> shape,
                    int type) {
    auto *tensor = model.mutable_graph()->add_initializer();
    tensor->set_name(name);
    tensor->set_data_type(type);
    int64_t count = 1;
    for (int64_t side : shape) {
      tensor->add_dims(side);
      count *= side;
    }
    std::string data;
    for (int64_t i = 0; i < count; ++i)
      data += char(i);
    tensor->set_raw_data(data);
    return name;
  }

  /// An operator of onnxruntime's own.
  std::string fused(const std::string &operation,
                    std::vector<std::string> inputs) {
    std::string result = node(operation, std::move(inputs));
    lastNode()->set_domain("com.microsoft");
    return result;
  }
  /// Another result of the last node.
  std::string result() {
    lastNode()->add_output(next());
    return lastNode()->output(lastNode()->output_size() - 1);
  }

  /// Adds a node, and returns the name of its result.
  std::string node(const std::string &operation,
                   std::vector<std::string> inputs) {
    auto *added = model.mutable_graph()->add_node();
    added->set_op_type(operation);
    for (const std::string &input : inputs)
      added->add_input(input);
    std::string result = next();
    added->add_output(result);
    return result;
  }
  /// Of the last node.
  void attribute(const std::string &name, int64_t value) {
    auto *added = lastNode()->add_attribute();
    added->set_name(name);
    added->set_type(::onnx::AttributeProto::INT);
    added->set_i(value);
  }
  void number(const std::string &name, float value) {
    auto *added = lastNode()->add_attribute();
    added->set_name(name);
    added->set_type(::onnx::AttributeProto::FLOAT);
    added->set_f(value);
  }
  void attribute(const std::string &name, std::vector<int64_t> values) {
    auto *added = lastNode()->add_attribute();
    added->set_name(name);
    added->set_type(::onnx::AttributeProto::INTS);
    for (int64_t value : values)
      added->add_ints(value);
  }
  ::onnx::NodeProto *lastNode() {
    auto *nodes = model.mutable_graph()->mutable_node();
    return nodes->Mutable(nodes->size() - 1);
  }

  /// Rows of a table of 20 by `width`, as looked up by the ids.
  std::string embed(int64_t width) {
    return node("Gather", {weight("words", {20, width}), "input_ids"});
  }

  /// A graph of the last node, whose own nodes are those from `first` on.
  void branch(const std::string &name, int first, const std::string &output) {
    auto *added = lastNode()->add_attribute();
    added->set_name(name);
    added->set_type(::onnx::AttributeProto::GRAPH);
    auto *nodes = model.mutable_graph()->mutable_node();
    for (int i = first; i + 1 < nodes->size(); ++i)
      *added->mutable_g()->add_node() = nodes->Get(i);
    added->mutable_g()->add_output()->set_name(output);
    nodes->DeleteSubrange(first, nodes->size() - 1 - first);
  }

  /// The file, with this one output.
  std::string write(const std::string &output) {
    model.mutable_graph()->add_output()->set_name(output);
    return model.SerializeAsString();
  }

  ::onnx::ModelProto model;

private:
  std::string next() { return "v" + std::to_string(count++); }
  int count = 0;
};

} // namespace emblem::frontend

#endif // EMBLEM_TEST_UNIT_FILES_ONNX_GRAPH_BUILDER_H
