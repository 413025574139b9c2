//===- torch_file.h - A mapped reader of PyTorch's files --------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// What torch.save writes of a state_dict. Since PyTorch 1.6 a zip archive:
// "NAME/data.pkl" is a pickle of the map from names to tensors, and each
// storage that it names is an entry "NAME/data/KEY". Before that, pickles one
// after the other: a number that marks the format, its version, the writer's
// system, the map, and the storages' keys; then each storage, its number of
// elements before it. No pickle is run, and no tensor is copied.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FILES_PICKLE_TORCH_FILE_H
#define EMBLEM_COMPILER_FILES_PICKLE_TORCH_FILE_H

#include "compiler/files/safetensors.h"

namespace emblem::frontend {

class TorchFile {
public:
  /// Maps the file, reads its pickle and checks each tensor's place. Errors
  /// name the file, and the tensor where there is one.
  static llvm::Expected<std::unique_ptr<TorchFile>> open(llvm::StringRef path);
  /// The same for bytes in memory; errors call them by the buffer's identifier.
  static llvm::Expected<std::unique_ptr<TorchFile>>
  parse(std::unique_ptr<llvm::MemoryBuffer> buffer);

  /// By name, in alphabetical order. Views of one storage share their bytes,
  /// and may have strides. What is no tensor is left out.
  const std::map<std::string, WeightView, std::less<>> &getTensors() const {
    return tensors;
  }
  llvm::StringRef getPath() const { return buffer->getBufferIdentifier(); }

private:
  explicit TorchFile(std::unique_ptr<llvm::MemoryBuffer> buffer)
      : buffer(std::move(buffer)) {}
  llvm::Error read();

  std::unique_ptr<llvm::MemoryBuffer> buffer;
  std::map<std::string, WeightView, std::less<>> tensors;
};

/// Whether the file is PyTorch's: *.pt, *.pth, or a *.bin that begins so.
bool isTorchFile(llvm::StringRef path);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FILES_PICKLE_TORCH_FILE_H
