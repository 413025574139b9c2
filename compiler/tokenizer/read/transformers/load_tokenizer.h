//===- load_tokenizer.h - The tokenizer of a folder -------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TOKENIZER_READ_TRANSFORMERS_LOAD_TOKENIZER_H
#define EMBLEM_COMPILER_TOKENIZER_READ_TRANSFORMERS_LOAD_TOKENIZER_H

#include "compiler/tokenizer/tokenizer_description.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"

#include <map>
#include <optional>
#include <string>

namespace emblem::frontend {

/// What a folder says of its tokenizer, beside how it cuts texts.
struct TokenizerFacts {
  std::string className;   // of transformers
  std::string file;        // the vocabulary's, in the folder: "tokenizer.json"
  double maxLength = 0;    // tokens a text, or infinity
  bool givesTypes = false; // of pairs: the texts' segments
};

/// Reads a folder's tokenizer as transformers 5's AutoTokenizer does, with
/// everything that lies beside the vocabulary. `overrides` are keys that stand
/// above tokenizer_config.json's, the arguments of from_pretrained. What is not
/// supported is refused by name.
llvm::Expected<TokenizerFacts>
readTokenizerFacts(llvm::StringRef folder,
                   const llvm::json::Object &overrides = {});

/// `roles`, where given, becomes the texts of "cls_token" and the like.
llvm::Expected<TokenizerDescription>
readFolderTokenizer(llvm::StringRef folder,
                    const llvm::json::Object &overrides = {},
                    std::map<std::string, std::string> *roles = nullptr);

/// Any tokenizer: a tokenizer.json, a vocab.txt, a SentencePiece model (*.model)
/// or a GGUF file (gguf/tokenizer.h), read alone; with `settings`, a JSON object,
/// the folder of the file is read as a whole, and they stand above its files.
llvm::Expected<TokenizerDescription>
readTokenizer(llvm::StringRef path,
              std::optional<llvm::StringRef> settings = std::nullopt);

/// readFolderTokenizer of a vocabulary file that is named itself, a vocab.txt or a
/// SentencePiece model, whatever else the folder holds.
llvm::Expected<TokenizerDescription>
readVocabularyTokenizer(llvm::StringRef path);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_TOKENIZER_READ_TRANSFORMERS_LOAD_TOKENIZER_H
