//===- construction.h - A tokenizer as a class builds it --------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TOKENIZER_READ_TRANSFORMERS_CONSTRUCTION_H
#define EMBLEM_COMPILER_TOKENIZER_READ_TRANSFORMERS_CONSTRUCTION_H

#include "compiler/tokenizer/read/transformers/tokenizer_settings.h"

#include "llvm/ADT/StringMap.h"

namespace emblem::frontend::library {

/// A piece of a template: a token's text or "$A" or "$B", and its segment.
struct TemplatePart {
  std::string text;
  int64_t type = 0;
};

/// The Tokenizer of `tokenizers`, as the parts of a tokenizer.json.
struct Backend {
  llvm::json::Object model;
  llvm::json::Value normalizer = nullptr;
  llvm::json::Value preTokenizer = nullptr;
  llvm::json::Value postProcessor = nullptr;
  llvm::json::Value decoder = nullptr;
  std::map<int64_t, LibraryToken> addedTokens; // by id

  /// Looks the model's vocabulary up from here on.
  void indexVocabulary();
  int64_t getVocabularySize() const { return vocabularySize; }
  std::optional<int64_t> find(llvm::StringRef token) const;
  /// As add_tokens does; whether the token got an id that was free.
  bool add(const LibraryToken &token);
  /// TemplateProcessing; the error names a token that it cannot spell.
  llvm::Error setTemplate(llvm::ArrayRef<TemplatePart> single,
                          llvm::ArrayRef<TemplatePart> pair,
                          const llvm::StringMap<int64_t> &ids);
  /// The whole as a tokenizer.json.
  llvm::json::Object write() &&;

private:
  llvm::StringMap<int64_t> vocabulary, addedIds;
  int64_t vocabularySize = 0;
};

/// What a class's constructor has at hand.
struct Construction {
  Construction(const TokenizerClass &of, std::string folder,
               TokenizerSettings settings)
      : of(of), folder(std::move(folder)), settings(std::move(settings)) {}

  const TokenizerClass &of;
  std::string folder;
  TokenizerSettings settings;
  Backend backend;

  /// What there is of the vocabulary: "vocab" and "merges" of tokenizer.json,
  /// or of the files in its place.
  llvm::json::Value vocabulary = nullptr, merges = nullptr;
  llvm::json::Value charsmap = nullptr; // SentencePiece's, in base64
  llvm::json::Value filePostProcessor = nullptr;
  llvm::json::Value filePadding = nullptr, fileTruncation = nullptr;
  std::optional<int64_t> unknownId; // of a SentencePiece model

  /// The token of a role: the settings', or the class's own.
  std::optional<NamedToken> getToken(llvm::StringRef role) const;
  /// Its text, or Python's "None".
  std::string getText(llvm::StringRef role) const;
  std::optional<int64_t> getId(llvm::StringRef role) const;
  bool hasToken(llvm::StringRef role) const;
  void setToken(llvm::StringRef role, llvm::StringRef text);

  /// TokenizersBackend.__init__, around what the class has built.
  llvm::Error addTokens();
  /// A text between `first` and `last`, roles; pairs as BERT's, or with a
  /// second `last` before the second text.
  llvm::Error surround(llvm::StringRef first, llvm::StringRef last,
                       int64_t firstFallback, int64_t lastFallback);
  /// The template of bos_token and eos_token, where they are to be added.
  llvm::Error updatePostProcessor();
  /// Adds the special tokens once more; `asTexts`: without what is said of
  /// them.
  void addNamedAgain(bool asTexts);
  /// Whether the base class made the template of the arguments.
  bool updates = false;

private:
  void nameTokens();
  void addMissing(llvm::ArrayRef<std::pair<NamedToken, bool>> named);
};

/// SentencePiece's decoder: the replacement becomes spaces, bytes that stand
/// for themselves become bytes, and the first space of a text is left out.
llvm::json::Object makePieceDecoder(bool fallsBack, bool stripsFirst);
/// Parts of a tokenizer.json.
llvm::json::Object makeSequence(llvm::StringRef list, llvm::json::Array parts);
llvm::json::Object makeReplace(llvm::StringRef pattern, bool isRegex,
                               llvm::StringRef content);

} // namespace emblem::frontend::library

#endif // EMBLEM_COMPILER_TOKENIZER_READ_TRANSFORMERS_CONSTRUCTION_H
