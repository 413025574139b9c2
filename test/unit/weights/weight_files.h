//===- weight_files.h - Small files of weights ------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_UNIT_WEIGHTS_WEIGHT_FILES_H
#define EMBLEM_TEST_UNIT_WEIGHTS_WEIGHT_FILES_H

#include "compiler/weights/weight_store.h"
#include "test/unit/files/test_files.h"

namespace emblem::frontend {

using Weight = WeightExpression;

/// A file of one tensor [count] of the dtype.
inline std::string fileOf(llvm::StringRef name, llvm::StringRef dtype,
                          size_t count, llvm::StringRef data) {
  std::string header;
  llvm::raw_string_ostream(header)
      << "{\"" << name << "\": {\"dtype\": \"" << dtype << "\", \"shape\": ["
      << count << "], \"data_offsets\": [0, " << data.size() << "]}}";
  return safetensorsBytes(header, data);
}

inline std::string floats(std::initializer_list<float> values) {
  return std::string(reinterpret_cast<const char *>(values.begin()),
                     values.size() * sizeof(float));
}

inline std::unique_ptr<WeightStore> open(std::vector<std::string> paths) {
  auto store = WeightStore::open(paths);
  if (!store)
    ADD_FAILURE() << llvm::toString(store.takeError());
  return store ? std::move(*store) : nullptr;
}

inline std::vector<float> read(const WeightStore &store, const Weight &weight,
                               llvm::ArrayRef<int64_t> shape) {
  auto values = store.read(weight, shape);
  if (!values)
    ADD_FAILURE() << llvm::toString(values.takeError());
  return values ? *values : std::vector<float>();
}

} // namespace emblem::frontend

#endif // EMBLEM_TEST_UNIT_WEIGHTS_WEIGHT_FILES_H
