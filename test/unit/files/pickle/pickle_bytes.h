//===- pickle_bytes.h - Pickles that tests make -----------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_UNIT_FILES_PICKLE_PICKLE_BYTES_H
#define EMBLEM_TEST_UNIT_FILES_PICKLE_PICKLE_BYTES_H

#include "test/unit/files/pickle/zip_bytes.h"

#include <initializer_list>

namespace emblem::frontend::pickled {

inline std::string text(llvm::StringRef text) {
  return "X" + little(text.size(), 4) + text.str();
}
inline std::string integer(int64_t number) {
  return "\x8A" + std::string(1, 8) + little(number, 8); // LONG1
}
inline std::string global(llvm::StringRef module, llvm::StringRef name) {
  return ("c" + module + "\n" + name + "\n").str();
}
inline std::string tuple(std::initializer_list<std::string> items) {
  std::string all = "(";
  for (const std::string &item : items)
    all += item;
  return all + "t";
}
inline std::string sizes(std::initializer_list<int64_t> numbers) {
  std::string all = "(";
  for (int64_t number : numbers)
    all += integer(number);
  return all + "t";
}

/// A storage as torch.save names it.
inline std::string storage(llvm::StringRef type, llvm::StringRef key,
                           int64_t count) {
  return tuple({text("storage"), global("torch", type), text(key), text("cpu"),
                integer(count)}) +
         "Q";
}

/// A call of torch._utils._rebuild_tensor_v2.
inline std::string tensor(const std::string &storage, int64_t offset,
                          std::initializer_list<int64_t> shape,
                          std::initializer_list<int64_t> strides) {
  return global("torch._utils", "_rebuild_tensor_v2") +
         tuple({storage, integer(offset), sizes(shape), sizes(strides), "\x89",
                global("collections", "OrderedDict") + ")R"}) +
         "R";
}

/// A pickle whose value is the map of one name to `value`.
inline std::string mapOf(llvm::StringRef name, const std::string &value) {
  return "\x80\x02}" + text(name) + value + "s.";
}

/// PyTorch's archive of a pickle, with one storage, "0".
inline std::string torchBytes(const std::string &pickle,
                              const std::string &data) {
  return zipBytes({{"m/data.pkl", pickle}, {"m/data/0", data}});
}

} // namespace emblem::frontend::pickled

#endif // EMBLEM_TEST_UNIT_FILES_PICKLE_PICKLE_BYTES_H
