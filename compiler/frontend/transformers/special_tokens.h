//===- special_tokens.h - The ids of a folder's tokens ----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_TRANSFORMERS_SPECIAL_TOKENS_H
#define EMBLEM_COMPILER_FRONTEND_TRANSFORMERS_SPECIAL_TOKENS_H

#include "compiler/description/description.h"
#include "compiler/files/json_file.h"
#include "compiler/frontend/architecture/model_folders.h"

#include "llvm/ADT/StringMap.h"

namespace emblem::frontend {

/// What transformers' convert_tokens_to_ids knows.
class TokenIds {
public:
  /// Reads the folder's tokenizer, with all that lies beside it.
  static llvm::Expected<TokenIds> read(const ModelFolders &folders,
                                       const Description &model);

  /// The id of a token, spelled as the vocabulary spells it.
  std::optional<int32_t> find(llvm::StringRef token) const;
  /// The id of what the config calls, for example, "mask_token".
  std::optional<int32_t> findRole(llvm::StringRef key) const;
  /// Whether a text's ids end with a special token.
  bool endsWithSpecial() const { return specialEnd; }

private:
  llvm::StringMap<int32_t> ids;
  llvm::StringMap<std::string> roles;
  bool specialEnd = false;
};

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_TRANSFORMERS_SPECIAL_TOKENS_H
