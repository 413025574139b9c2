//===- json_file.h - JSON files, read with located errors -------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FILES_JSON_FILE_H
#define EMBLEM_COMPILER_FILES_JSON_FILE_H

#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"

#include <cstdint>
#include <string>
#include <vector>

namespace emblem::frontend {

/// Parses `text`. An error reads "file:line:column: what is wrong". Text that
/// nests deeper than 100 levels is refused: the parser is recursive.
llvm::Expected<llvm::json::Value> parseJson(llvm::StringRef text,
                                            llvm::StringRef file);

/// The JSON object of a file, its fields read by type. An absent key and `null`
/// are the same. Every error names the file and the key.
class JsonObject {
public:
  /// Reads a file that must hold an object.
  static llvm::Expected<JsonObject> read(llvm::StringRef path);
  /// The same; a file that is not there is an object without keys.
  static llvm::Expected<JsonObject> readOptional(llvm::StringRef path);
  /// `scope` stands before every key in errors.
  JsonObject(std::string path, llvm::json::Object object,
             std::string scope = "")
      : path(std::move(path)), scope(std::move(scope)),
        object(std::move(object)) {}

  /// The field, or null.
  const llvm::json::Value *find(llvm::StringRef key) const;
  /// Whether the key is there, with whatever value, `null` too.
  bool has(llvm::StringRef key) const { return object.get(key); }
  bool isEmpty() const { return object.empty(); }

  /// A size: an integer from 1 to 2^31 - 1, for ids and rows are int32.
  llvm::Expected<int64_t> size(llvm::StringRef key) const;
  llvm::Expected<bool> boolean(llvm::StringRef key, bool fallback) const;
  llvm::Expected<double> number(llvm::StringRef key, double fallback) const;
  llvm::Expected<std::string> string(llvm::StringRef key,
                                     llvm::StringRef fallback) const;

  /// The object at the key, read as this one is; an empty one where there is
  /// none.
  llvm::Expected<JsonObject> child(llvm::StringRef key) const;
  /// This, with the fields of `defaults`, a JSON object, where it has none; a
  /// `null` is one, and stays.
  JsonObject withDefaults(llvm::StringRef defaults) const;
  /// This, with `fields` in place of its own of those names.
  JsonObject with(llvm::json::Object fields) const;

  /// "'path': 'key' is "value"; " and then `advice`.
  llvm::Error error(llvm::StringRef key, const llvm::Twine &advice) const;

  llvm::StringRef getPath() const { return path; }
  const llvm::json::Object &getObject() const { return object; }
  /// The keys that nobody has asked for, in alphabetical order.
  std::vector<llvm::StringRef> getUnread() const;

private:
  std::string path, scope;
  llvm::json::Object object;
  mutable llvm::StringSet<> asked; // keys
};

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FILES_JSON_FILE_H
