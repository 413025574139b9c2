//===- tokenizer_json.h - Reading tokenizer.json ----------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_TOKENIZER_JSON_H
#define EMBLEM_COMPILER_FRONTEND_TOKENIZER_JSON_H

#include "compiler/tokenizer/tokenizer_description.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"

namespace emblem::frontend {

/// Reads the file in which Hugging Face's `tokenizers` keeps a whole tokenizer.
/// What would give other ids than the reference's is refused: an error is one
/// sentence that names the file, the part and what is known instead.
llvm::Expected<TokenizerDescription> readTokenizerJson(llvm::StringRef path);

/// The JSON of such a file, with its surrogates as characters.
llvm::Expected<llvm::json::Value> parseTokenizerText(llvm::StringRef text,
                                                     llvm::StringRef path);

/// tokenizer.json as a parsed value. `hasExactScores`: its numbers are as they
/// are meant, and not as `tokenizers` reads their digits (score_reading.h).
llvm::Expected<TokenizerDescription>
describeTokenizer(const llvm::json::Value &value, llvm::StringRef path,
                  bool hasExactScores = false);

/// tokenizer.json from text that is said to be the file `path`.
llvm::Expected<TokenizerDescription> parseTokenizerJson(llvm::StringRef text,
                                                        llvm::StringRef path);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_TOKENIZER_JSON_H
