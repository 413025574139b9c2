//===- vocabulary.h - A vocabulary in a GGUF file ---------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// What the kinds of tokenizers share, and the parts of tokenizer.json that each
// makes of it.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TOKENIZER_READ_GGUF_VOCABULARY_H
#define EMBLEM_COMPILER_TOKENIZER_READ_GGUF_VOCABULARY_H

#include "compiler/files/json_file.h"

namespace emblem::frontend::gguf {

/// enum llama_token_type of llama.h. Unused ones fill the vocabulary up; bytes
/// are "<0x00>" to "<0xFF>".
enum class TokenType {
  Normal = 1,
  Unknown,
  Control,
  UserDefined,
  Unused,
  Byte
};

struct Token {
  std::string text; // as tokenizer.json spells it
  TokenType type;

  /// It is found whole in a text, before words are.
  bool isAdded() const {
    return type == TokenType::Control || type == TokenType::UserDefined;
  }
};

/// "tokenizer.ggml.tokens" with the types, by id. `keys` are those of
/// "tokenizer.ggml".
llvm::Expected<std::vector<Token>> readTokens(const JsonObject &keys);

/// The id under a key, or else that of the token `usual`.
llvm::Expected<size_t> findToken(const JsonObject &keys,
                                 llvm::ArrayRef<Token> tokens,
                                 llvm::StringRef key, llvm::StringRef usual);

/// An added token. `lstrip` takes the white space before it.
llvm::json::Object makeAddedToken(const Token &token, size_t id,
                                  bool lstrip = false);

/// {text: id} of all but unused tokens; an error where one is there twice.
llvm::Expected<llvm::json::Object> makeIds(const JsonObject &keys,
                                           llvm::ArrayRef<Token> tokens);

/// Which tokens stand around texts, where the file does not say it.
struct Around {
  bool first = false, last = false, between = false;
  bool neverBetween = false; // whatever the file says
};

/// A TemplateProcessing with the first and last token that "add_bos_token" and
/// "add_eos_token" say, and in pairs the one of "add_sep_token" behind the first
/// text's last token, as llama.cpp's server puts rerankers' texts together.
llvm::Expected<llvm::json::Value> makeTemplate(const JsonObject &keys,
                                               llvm::ArrayRef<Token> tokens,
                                               Around usual);

/// An error that names the first key that nobody has read and that is none of
/// these, nor one that changes no id of a text.
llvm::Error refuseUnread(const JsonObject &keys, llvm::StringRef kind,
                         llvm::ArrayRef<llvm::StringRef> ignored);

// The tokenizers, by "tokenizer.ggml.model".
llvm::Expected<llvm::json::Object> makeWordPiece(const JsonObject &keys);
llvm::Expected<llvm::json::Object> makeBytePairs(const JsonObject &keys);
llvm::Expected<llvm::json::Object> makeSentencePairs(const JsonObject &keys);
llvm::Expected<llvm::json::Object> makeUnigram(const JsonObject &keys);

} // namespace emblem::frontend::gguf

#endif // EMBLEM_COMPILER_TOKENIZER_READ_GGUF_VOCABULARY_H
