//===- library_token.h - Tokens as transformers describes them --*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TOKENIZER_READ_TRANSFORMERS_LIBRARY_TOKEN_H
#define EMBLEM_COMPILER_TOKENIZER_READ_TRANSFORMERS_LIBRARY_TOKEN_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"

#include <cstdint>
#include <optional>
#include <string>

namespace emblem::frontend::library {

/// The AddedToken of `tokenizers`.
struct LibraryToken {
  std::string content;
  bool singleWord = false;
  bool lstrip = false;
  bool rstrip = false;
  std::optional<bool> normalized; // unless said: of a token that is not special
  bool special = false;

  bool isNormalized() const { return normalized.value_or(!special); }
  bool operator==(const LibraryToken &) const = default;
};

/// A token that a setting names: its text alone, or all of it.
struct NamedToken {
  LibraryToken token;
  bool isDescribed = false;

  llvm::StringRef getText() const { return token.content; }
  bool operator==(const NamedToken &) const = default;
};

/// Reads the fields of an AddedToken, with or without "__type". `where` stands
/// before an error.
llvm::Expected<LibraryToken> readLibraryToken(const llvm::json::Object &fields,
                                              const llvm::Twine &where);

/// Reads a string, or an object whose "__type" is AddedToken.
llvm::Expected<NamedToken> readNamedToken(const llvm::json::Value &value,
                                          const llvm::Twine &where);

/// An entry of tokenizer.json's "added_tokens".
llvm::json::Object writeAddedToken(const LibraryToken &token, int64_t id);

} // namespace emblem::frontend::library

#endif // EMBLEM_COMPILER_TOKENIZER_READ_TRANSFORMERS_LIBRARY_TOKEN_H
