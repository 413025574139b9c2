//===- json_fields.h - A part of tokenizer.json, field by field -*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TOKENIZER_READ_JSON_FIELDS_H
#define EMBLEM_COMPILER_TOKENIZER_READ_JSON_FIELDS_H

#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"

#include <string>

namespace emblem::frontend {

/// An object inside a JSON file, and the way to it: "tokenizer.json: 'model'".
/// Refers to the parsed value, which must outlive it. Every field that is read
/// must be there and of its type, or the error names it.
class JsonFields {
public:
  static llvm::Expected<JsonFields> fromFile(llvm::StringRef path,
                                             const llvm::json::Value &value);

  const llvm::json::Object &getObject() const { return *object; }
  /// No such field, or null.
  bool isAbsent(llvm::StringRef key) const;

  llvm::Expected<JsonFields> getObject(llvm::StringRef key) const;
  llvm::Expected<const llvm::json::Array *> getArray(llvm::StringRef key) const;
  llvm::Expected<llvm::StringRef> getString(llvm::StringRef key) const;
  llvm::Expected<int64_t> getInteger(llvm::StringRef key, int64_t least,
                                     int64_t most) const;
  llvm::Error readBoolean(llvm::StringRef key, bool &result) const;
  /// Leaves `result` as it is where there is no such field.
  llvm::Error readOptionalBoolean(llvm::StringRef key, bool &result) const;

  /// A value found under `key`, or in its array.
  llvm::Expected<JsonFields> toObject(llvm::StringRef key,
                                      const llvm::json::Value &value) const;
  llvm::Expected<int32_t> toId(llvm::StringRef key,
                               const llvm::json::Value &value) const;

  /// "path: 'part' " and then `what`.
  llvm::Error refuse(const llvm::Twine &what) const;

private:
  JsonFields(std::string path, std::string part,
             const llvm::json::Object &object)
      : path(std::move(path)), part(std::move(part)), object(&object) {}

  std::string path;
  std::string part; // "model.vocab"; empty: the whole file
  const llvm::json::Object *object;
};

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_TOKENIZER_READ_JSON_FIELDS_H
