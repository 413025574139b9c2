//===- tokenizer_class.h - Tokenizer classes of transformers ----*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TOKENIZER_READ_TRANSFORMERS_TOKENIZER_CLASS_H
#define EMBLEM_COMPILER_TOKENIZER_READ_TRANSFORMERS_TOKENIZER_CLASS_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <optional>
#include <string>

namespace emblem::frontend::library {

struct Construction;

/// The kind of vocabulary that a class builds its model of.
enum class VocabularyKind {
  Any, // as tokenizer.json has it
  WordPiece,
  BytePairs,
  Unigram
};

/// Tokens that a class has where nothing names others; empty: none.
struct DefaultTokens {
  llvm::StringLiteral bos = "", eos = "", unk = "", sep = "", pad = "",
                      cls = "", mask = "";
};

struct TokenizerClass {
  llvm::StringLiteral name;
  VocabularyKind vocabulary = VocabularyKind::Any;
  /// Whether the constructor is the class's own: of a tokenizer.json it then
  /// keeps the vocabulary, the post-processor and SentencePiece's map alone.
  bool rebuilds = true;
  bool givesTypes = false;       // "token_type_ids" among model_input_names
  llvm::StringLiteral file = ""; // the vocabulary without a tokenizer.json
  bool hasMerges = false;        // and merges.txt beside it
  DefaultTokens tokens = {};
  /// The normaliser, the pre-tokenizer and the model.
  llvm::Error (*build)(Construction &) = nullptr;
  /// What the constructor does once the tokens are added.
  llvm::Error (*finish)(Construction &) = nullptr;
  /// The vocabulary of a SentencePiece model, as the class reorders it.
  llvm::Error (*convert)(Construction &) = nullptr;
};

/// A class by its own name, or null.
const TokenizerClass *findTokenizerClass(llvm::StringRef name);

/// What the choice goes by; empty: it is not said.
struct ClassNames {
  std::string tokenizerClass; // in tokenizer_config.json
  std::string modelClass;     // "tokenizer_class" in config.json
  std::string modelType, modelName;
  std::string libraryVersion; // "transformers_version" in config.json
};

/// The class that AutoTokenizer takes. `usesByteLevel` says whether
/// tokenizer.json has a ByteLevel step. The error names a class that is not
/// known; `path` is the folder, for it.
llvm::Expected<const TokenizerClass *>
chooseTokenizerClass(const ClassNames &names, llvm::StringRef path,
                     llvm::function_ref<bool()> usesByteLevel);

/// The class of a model type by transformers' table; none: it has none there.
std::optional<llvm::StringRef> findClassOfModelType(llvm::StringRef type);

/// Whether the folders of a model type are known to name the wrong class.
bool namesWrongClass(llvm::StringRef type);

/// What the library takes for a name: the name of one of its classes (known
/// here or not), or an empty string.
llvm::StringRef resolveClassName(llvm::StringRef name);

} // namespace emblem::frontend::library

#endif // EMBLEM_COMPILER_TOKENIZER_READ_TRANSFORMERS_TOKENIZER_CLASS_H
