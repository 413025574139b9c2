//===- safetensors.h - A mapped reader of safetensors files -----*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// The format: 8 bytes, little-endian, give the size of a JSON header; the
// header maps each tensor's name to its dtype, its shape and the range of its
// bytes; those ranges tile the rest of the file. The reader believes none of
// it before it is checked, and copies no tensor.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FILES_SAFETENSORS_H
#define EMBLEM_COMPILER_FILES_SAFETENSORS_H

#include "compiler/files/element_type.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

#include <map>
#include <memory>
#include <string>

namespace emblem::frontend {

/// A tensor as it lies in its file; `data` is mapped and lives as long as the
/// reader. Nothing promises that `data` is aligned.
struct WeightView {
  ElementType type;
  llvm::SmallVector<int64_t, 4> shape;
  const char *data;
  /// From one place along a side to the next, in elements; empty: row by row,
  /// without gaps. Only pickles have any.
  llvm::SmallVector<int64_t, 4> strides = {};

  /// Fits in an int64_t, as does the size in bytes.
  int64_t elementCount() const {
    int64_t count = 1;
    for (int64_t extent : shape)
      count *= extent;
    return count;
  }
};

class Safetensors {
public:
  /// Maps the file and checks its header. Errors name the file, and the tensor
  /// where there is one.
  static llvm::Expected<std::unique_ptr<Safetensors>>
  open(llvm::StringRef path);
  /// The same for bytes in memory; errors call them by the buffer's identifier.
  static llvm::Expected<std::unique_ptr<Safetensors>>
  parse(std::unique_ptr<llvm::MemoryBuffer> buffer);

  /// By name, in alphabetical order.
  const std::map<std::string, WeightView, std::less<>> &getTensors() const {
    return tensors;
  }
  llvm::StringRef getPath() const { return buffer->getBufferIdentifier(); }

private:
  explicit Safetensors(std::unique_ptr<llvm::MemoryBuffer> buffer)
      : buffer(std::move(buffer)) {}
  llvm::Error readHeader();

  std::unique_ptr<llvm::MemoryBuffer> buffer;
  std::map<std::string, WeightView, std::less<>> tensors;
};

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FILES_SAFETENSORS_H
