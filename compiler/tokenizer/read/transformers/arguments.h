//===- arguments.h - Keyword arguments of a tokenizer -----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TOKENIZER_READ_TRANSFORMERS_ARGUMENTS_H
#define EMBLEM_COMPILER_TOKENIZER_READ_TRANSFORMERS_ARGUMENTS_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"

#include <cstdint>
#include <string>

namespace emblem::frontend::library {

/// What a class of transformers is called with: the keys of
/// tokenizer_config.json, and those that stand above them. Unlike an absent
/// key, a null is Python's None.
class Arguments {
public:
  Arguments() = default;
  Arguments(std::string path, llvm::json::Object fields)
      : path(std::move(path)), fields(std::move(fields)) {}

  bool has(llvm::StringRef key) const { return fields.get(key); }
  const llvm::json::Value *find(llvm::StringRef key) const {
    return fields.get(key);
  }
  bool isNull(llvm::StringRef key) const;
  /// True or false; where the library would take nothing else.
  llvm::Expected<bool> boolean(llvm::StringRef key, bool fallback) const;
  /// What Python's `if` makes of it.
  bool truth(llvm::StringRef key, bool fallback) const;
  llvm::Expected<std::string> string(llvm::StringRef key,
                                     llvm::StringRef fallback) const;
  llvm::Expected<int64_t> integer(llvm::StringRef key, int64_t fallback) const;

  /// "'path': 'key' is "value"; " and then `advice`.
  llvm::Error error(llvm::StringRef key, const llvm::Twine &advice) const;
  /// "'path': 'key'".
  std::string nameOf(llvm::StringRef key) const;
  llvm::StringRef getPath() const { return path; }

  llvm::json::Object &getFields() { return fields; }
  const llvm::json::Object &getFields() const { return fields; }

private:
  std::string path;
  llvm::json::Object fields;
};

/// What Python's `if` makes of a value.
bool isTrue(const llvm::json::Value &value);

} // namespace emblem::frontend::library

#endif // EMBLEM_COMPILER_TOKENIZER_READ_TRANSFORMERS_ARGUMENTS_H
