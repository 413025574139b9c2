//===- gguf_bytes.h - GGUF files that tests make ----------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_UNIT_FILES_GGUF_GGUF_BYTES_H
#define EMBLEM_TEST_UNIT_FILES_GGUF_GGUF_BYTES_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <string>

namespace emblem::frontend {

/// Numbers as a GGUF file has them, little-endian.
template <typename T> std::string numberBytes(T value) {
  return std::string(reinterpret_cast<const char *>(&value), sizeof(value));
}
inline std::string stringBytes(llvm::StringRef text) {
  return numberBytes<uint64_t>(text.size()) + text.str();
}

/// A file, part by part; `bytes` puts the parts together.
struct GgufBytes {
  uint32_t version = 3;
  uint64_t keyCount = 0, tensorCount = 0;
  std::string keys, tensors, data;

  /// `payload`: the value without its type.
  GgufBytes &key(llvm::StringRef name, uint32_t type,
                 const std::string &payload) {
    ++keyCount;
    keys += stringBytes(name) + numberBytes(type) + payload;
    return *this;
  }
  /// `sides`: the innermost first.
  GgufBytes &tensor(llvm::StringRef name, llvm::ArrayRef<uint64_t> sides,
                    uint32_t type, uint64_t offset) {
    ++tensorCount;
    tensors += stringBytes(name) + numberBytes(uint32_t(sides.size()));
    for (uint64_t side : sides)
      tensors += numberBytes(side);
    tensors += numberBytes(type) + numberBytes(offset);
    return *this;
  }
  std::string bytes() const {
    std::string result = "GGUF" + numberBytes(version) +
                         numberBytes(tensorCount) + numberBytes(keyCount) +
                         keys + tensors;
    result.resize((result.size() + 31) / 32 * 32);
    return result + data;
  }
};

} // namespace emblem::frontend

#endif // EMBLEM_TEST_UNIT_FILES_GGUF_GGUF_BYTES_H
