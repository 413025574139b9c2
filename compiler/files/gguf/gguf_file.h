//===- gguf_file.h - A mapped reader of GGUF files --------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// The format (docs/gguf.md of github.com/ggml-org/ggml), versions 2 and 3, all
// numbers little-endian: "GGUF", the version, how many tensors and how many
// keys there are; each key with its type and value; each tensor with its name,
// its shape (the innermost side first), type and place; and the tensors' data,
// which begins at a multiple of the alignment, as each tensor does. A model may
// lie in several such files, NAME-00001-of-00003.gguf and so on, whose first has
// the keys. The reader believes none of it before it is checked, and copies no
// tensor.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_GGUF_FILE_H
#define EMBLEM_COMPILER_FRONTEND_GGUF_FILE_H

#include "compiler/files/safetensors.h"

#include "llvm/Support/JSON.h"

namespace emblem::frontend {

class GgufFile {
public:
  /// Maps the file, and the others where it is the first of several, and checks
  /// all but the tensors' elements. Errors name the file, and the key or the
  /// tensor where there is one.
  static llvm::Expected<std::unique_ptr<GgufFile>> open(llvm::StringRef path);
  /// The same for the bytes of one file in memory; errors call them by the
  /// buffer's identifier.
  static llvm::Expected<std::unique_ptr<GgufFile>>
  parse(std::unique_ptr<llvm::MemoryBuffer> buffer);

  /// The keys and their values. A float is the double of its shortest decimals:
  /// 1e-12f is 1e-12, as the writer had it.
  const llvm::json::Object &getMetadata() const { return metadata; }
  /// By name, in alphabetical order; shapes have the innermost side last.
  const std::map<std::string, WeightView, std::less<>> &getTensors() const {
    return tensors;
  }
  llvm::StringRef getPath() const { return buffer->getBufferIdentifier(); }

private:
  explicit GgufFile(std::unique_ptr<llvm::MemoryBuffer> buffer)
      : buffer(std::move(buffer)) {}
  llvm::Error read();
  llvm::Error openParts(int64_t count);

  std::unique_ptr<llvm::MemoryBuffer> buffer;
  llvm::json::Object metadata;
  std::map<std::string, WeightView, std::less<>> tensors;
  std::vector<std::unique_ptr<GgufFile>> parts; // but for the first
};

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_GGUF_FILE_H
