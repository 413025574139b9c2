//===- test_files.h - Files that tests make ---------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_UNIT_FILES_TEST_FILES_H
#define EMBLEM_TEST_UNIT_FILES_TEST_FILES_H

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include <gtest/gtest.h>

namespace emblem::frontend {

/// A folder that is removed with its files.
class TestFolder {
public:
  TestFolder() {
    EXPECT_FALSE(llvm::sys::fs::createUniqueDirectory("emblem-test", path));
  }
  ~TestFolder() { llvm::sys::fs::remove_directories(path); }

  /// Writes a file, its folders too; returns its path.
  std::string write(llvm::StringRef name, llvm::StringRef bytes) const {
    llvm::SmallString<128> file(path);
    llvm::sys::path::append(file, name);
    llvm::sys::fs::create_directories(llvm::sys::path::parent_path(file));
    std::error_code error;
    llvm::raw_fd_ostream(file, error) << bytes;
    EXPECT_FALSE(error) << error.message();
    return file.str().str();
  }
  std::string getPath() const { return path.str().str(); }

private:
  llvm::SmallString<128> path;
};

/// The message of an error; fails the test where there is none.
template <typename T> std::string messageOf(llvm::Expected<T> value) {
  if (!value)
    return llvm::toString(value.takeError());
  ADD_FAILURE() << "expected an error";
  return "";
}
inline std::string messageOf(llvm::Error error) {
  EXPECT_TRUE(bool(error)) << "expected an error";
  return llvm::toString(std::move(error));
}

/// Expects each part to be somewhere in `message`.
inline void expectParts(const std::string &message,
                        std::initializer_list<const char *> parts) {
  for (const char *part : parts)
    EXPECT_NE(message.find(part), std::string::npos)
        << "'" << part << "' is not in: " << message;
}

/// The bytes of a safetensors file: the header's size, the header, the data.
inline std::string safetensorsBytes(llvm::StringRef header,
                                    llvm::StringRef data) {
  std::string bytes(8, '\0');
  for (int i = 0; i < 8; ++i)
    bytes[i] = char(uint64_t(header.size()) >> (8 * i));
  return bytes + header.str() + data.str();
}

} // namespace emblem::frontend

#endif // EMBLEM_TEST_UNIT_FILES_TEST_FILES_H
