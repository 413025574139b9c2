//===- tokenizer.h - The tokenizer in a GGUF file ---------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TOKENIZER_READ_GGUF_TOKENIZER_H
#define EMBLEM_COMPILER_TOKENIZER_READ_GGUF_TOKENIZER_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>

namespace emblem::frontend {

/// The tokenizer.json from which a GGUF file's tokenizer was made; where the
/// file holds one whole ("tokenizer.huggingface.json"), that one. Known are, by
/// "tokenizer.ggml.model", "bert" (WordPiece, in lower case where its words are), "gpt2" (byte-level
/// BPE, whose "tokenizer.ggml.pre" must be known), "llama" (SentencePiece's
/// BPE) and "t5" (Unigram). Others, and settings that tokenizer.json would have
/// and the file has not, are refused.
llvm::Expected<std::string> readGgufTokenizer(llvm::StringRef path);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_TOKENIZER_READ_GGUF_TOKENIZER_H
