//===- tokenizer_settings.h - A folder's word on its tokenizer --*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TOKENIZER_READ_TRANSFORMERS_TOKENIZER_SETTINGS_H
#define EMBLEM_COMPILER_TOKENIZER_READ_TRANSFORMERS_TOKENIZER_SETTINGS_H

#include "compiler/tokenizer/read/transformers/arguments.h"
#include "compiler/tokenizer/read/transformers/library_token.h"
#include "compiler/tokenizer/read/transformers/tokenizer_class.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace emblem::frontend::library {

/// The small files that lie beside a vocabulary.
struct SettingFiles {
  std::string folder;
  Arguments config;                     // tokenizer_config.json
  llvm::json::Object overrides;         // stand above the files
  std::optional<Arguments> specialMap;  // special_tokens_map.json
  std::optional<Arguments> addedTokens; // added_tokens.json
  ClassNames names;
  /// Whether a tokenizer.json lies there.
  bool hasTokenizerJson = false;
};

/// Reads them; which are not there say nothing. `overrides` are arguments of
/// AutoTokenizer.from_pretrained.
llvm::Expected<SettingFiles> readSettingFiles(llvm::StringRef folder,
                                              llvm::json::Object overrides);

/// "bos_token" and the others that every class knows, in the library's order.
llvm::ArrayRef<llvm::StringLiteral> getTokenRoles();

/// What a class is called with, as from_pretrained puts the files together.
struct TokenizerSettings {
  Arguments arguments; // but for those that follow
  /// By role; a null is None, and not the class's default.
  std::map<std::string, std::optional<NamedToken>, std::less<>> named;
  /// Of roles that only this model has.
  std::map<std::string, NamedToken> own;
  std::optional<std::vector<NamedToken>> extra, additional;
  std::map<int64_t, LibraryToken> added; // by the id that the files say
};

/// tokenizer_keys.h, of what a folder says and of what stands above it.
llvm::Error checkKeys(const SettingFiles &files);

/// `tokens` are those of tokenizer.json, where it lies there.
llvm::Expected<TokenizerSettings>
mergeSettings(const SettingFiles &files, const llvm::json::Array *tokens);

/// The most tokens of a text, or infinity.
llvm::Expected<double> readMaxLength(const SettingFiles &files);

/// Whether "token_type_ids" are among the model's inputs.
llvm::Expected<bool> readGivesTypes(const SettingFiles &files, bool fallback);

} // namespace emblem::frontend::library

#endif // EMBLEM_COMPILER_TOKENIZER_READ_TRANSFORMERS_TOKENIZER_SETTINGS_H
