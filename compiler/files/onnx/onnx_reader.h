//===- onnx_reader.h - The parts of the reader of ONNX files ----*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FILES_ONNX_ONNX_READER_H
#define EMBLEM_COMPILER_FILES_ONNX_ONNX_READER_H

#include "compiler/files/onnx/onnx_file.h"

#include "llvm/ADT/StringSet.h"

#include "onnx.pb.h"

namespace emblem::frontend::onnx {

struct OnnxFile::Storage {
  std::unique_ptr<llvm::MemoryBuffer> buffer; // the file itself
  ::onnx::ModelProto message;                 // but for its tensors' bytes
  std::map<std::string, std::unique_ptr<llvm::MemoryBuffer>> externalFiles;
  std::vector<std::unique_ptr<std::vector<char>>> converted;
};

class OnnxFile::Reader {
public:
  Reader(OnnxFile &file, llvm::StringRef folder)
      : file(file), message(file.storage->message), folder(folder) {}

  llvm::Error read();

private:
  llvm::Error damaged(const llvm::Twine &what) const {
    return llvm::createStringError("'" + file.path + "' is damaged: " + what +
                                   "; download or export it again");
  }

  llvm::Error readOpset();
  llvm::Expected<Node> readNode(const ::onnx::NodeProto &proto);
  llvm::Error readInitializers(const ::onnx::GraphProto &graph);
  llvm::Expected<std::shared_ptr<const Branch>>
  readBranch(const ::onnx::GraphProto &proto);
  llvm::Expected<Attribute> readAttribute(const ::onnx::AttributeProto &proto,
                                          const Node &node);
  llvm::Expected<WeightView> readTensor(const ::onnx::TensorProto &proto);
  llvm::Expected<llvm::StringRef> readExternal(const ::onnx::TensorProto &proto,
                                               uint64_t size);
  llvm::StringRef readFields(const ::onnx::TensorProto &proto,
                             ElementType type);
  llvm::StringRef widenHalfBytes(llvm::StringRef bytes, int64_t count,
                                 bool isSigned);
  llvm::Error checkNames();
  llvm::Error checkNodes(llvm::ArrayRef<Node> nodes,
                         llvm::StringSet<> &known) const;

  OnnxFile &file;
  const ::onnx::ModelProto &message;
  std::string folder;
};

} // namespace emblem::frontend::onnx

#endif // EMBLEM_COMPILER_FILES_ONNX_ONNX_READER_H
