//===- onnx_file.h - A checked reader of ONNX files -------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// The format is onnx.proto of the ONNX project: a graph of nodes in topological
// order, each of whose values has a name, and the initializers, which are its
// weights. A tensor's bytes lie in the file, or in another file of its folder.
// The reader believes no shape, offset or size before it is checked.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FILES_ONNX_ONNX_FILE_H
#define EMBLEM_COMPILER_FILES_ONNX_ONNX_FILE_H

#include "compiler/files/safetensors.h"

#include <memory>
#include <optional>
#include <variant>

namespace emblem::frontend::onnx {

struct Branch;

/// What a node says beside its inputs. Kinds that no embedding model needs are
/// std::monostate.
using Attribute = std::variant<std::monostate, int64_t, double, std::string,
                               std::vector<int64_t>, std::vector<double>,
                               WeightView, std::shared_ptr<const Branch>>;

struct Node {
  std::string operation;           // "MatMul"
  std::string domain;              // empty: ONNX's own operators
  std::string name;                // may be empty
  std::vector<std::string> inputs; // an empty one is left out
  std::vector<std::string> outputs;
  std::map<std::string, Attribute> attributes;

  int64_t integer(llvm::StringRef attribute, int64_t fallback) const;
  double number(llvm::StringRef attribute, double fallback) const;
  std::string text(llvm::StringRef attribute) const;
  std::optional<std::vector<int64_t>> integers(llvm::StringRef attribute) const;
  /// Null where there is no such tensor.
  const WeightView *tensor(llvm::StringRef attribute) const;
  /// Null where there is no such graph.
  const Branch *branch(llvm::StringRef attribute) const;

  /// "MatMul '/encoder/MatMul'", for errors.
  std::string describe() const;
};

/// One of the graphs that an If chooses from. Its nodes read what has been
/// written before the If, too; its initializers are the file's.
struct Branch {
  std::vector<Node> nodes;
  std::vector<std::string> outputs;
};

/// An input or an output of the graph.
struct Port {
  std::string name;
  /// -1 for a side that changes from call to call; absent where the file says
  /// nothing.
  std::optional<std::vector<int64_t>> shape;
};

class OnnxFile {
public:
  /// Maps the file and those that its tensors lie in, and checks all that can
  /// be checked without knowing the operators. No tensor is copied, but for
  /// those whose values are in a field of their own type and are no floats.
  static llvm::Expected<std::unique_ptr<OnnxFile>> open(llvm::StringRef path);
  /// The same for bytes in memory; `folder` has the files of its tensors.
  static llvm::Expected<std::unique_ptr<OnnxFile>>
  parse(std::unique_ptr<llvm::MemoryBuffer> buffer, llvm::StringRef folder);
  ~OnnxFile();

  llvm::StringRef getPath() const { return path; }
  int64_t getOpset() const { return opset; }
  llvm::ArrayRef<Node> getNodes() const { return nodes; }
  /// Without those that are initializers too.
  llvm::ArrayRef<Port> getInputs() const { return inputs; }
  llvm::ArrayRef<Port> getOutputs() const { return outputs; }
  /// The initializers, and large Constants that are no nodes then, by name, in
  /// alphabetical order.
  const std::map<std::string, WeightView, std::less<>> &getTensors() const {
    return tensors;
  }

private:
  class Reader;
  struct Storage;
  explicit OnnxFile(std::string path);

  std::string path;
  int64_t opset = 0;
  std::vector<Node> nodes;
  std::vector<Port> inputs, outputs;
  std::map<std::string, WeightView, std::less<>> tensors;
  std::unique_ptr<Storage> storage; // what the tensors' bytes lie in
};

} // namespace emblem::frontend::onnx

#endif // EMBLEM_COMPILER_FILES_ONNX_ONNX_FILE_H
