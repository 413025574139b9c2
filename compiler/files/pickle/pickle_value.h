//===- pickle_value.h - Values that a pickle of tensors makes ---*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FILES_PICKLE_PICKLE_VALUE_H
#define EMBLEM_COMPILER_FILES_PICKLE_PICKLE_VALUE_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <vector>

namespace emblem::frontend {

/// Values lie in one table and name each other by their numbers there, so that
/// no depth of nesting is a depth of calls.
using PickleId = uint32_t;

enum class PickleKind {
  None,
  Boolean, // `number`
  Integer, // `number`
  Text,    // `text`; bytes too
  Tuple,   // `items`
  List,    // `items`
  Map,     // `items`: keys and values in turn
  Global,  // `text`: "torch._utils._rebuild_tensor_v2"
  Storage, // `number`: of the storages
  Tensor,  // `number`: of the tensors
  Other    // a float, a device and the like, which no tensor needs
};

struct PickleValue {
  PickleKind kind = PickleKind::None;
  int64_t number = 0;
  llvm::StringRef text = {}; // within the pickle, or a constant
  std::vector<PickleId> items = {};
};

/// The elements of one or more tensors, by their key in the archive.
struct PickledStorage {
  llvm::StringRef type; // "torch.FloatStorage"
  llvm::StringRef key;
  int64_t count = 0; // elements; of an untyped storage, bytes
};

/// A view of a storage, not checked against it; all numbers count elements.
struct PickledTensor {
  int64_t storage = 0;        // of the storages
  llvm::StringRef dtype = {}; // "torch.uint16"; empty: the storage's own
  int64_t offset = 0;
  llvm::SmallVector<int64_t, 4> shape = {}, strides = {};
};

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FILES_PICKLE_PICKLE_VALUE_H
