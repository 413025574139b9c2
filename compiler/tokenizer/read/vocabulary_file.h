//===- vocabulary_file.h - BERT's vocab.txt ---------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TOKENIZER_READ_VOCABULARY_FILE_H
#define EMBLEM_COMPILER_TOKENIZER_READ_VOCABULARY_FILE_H

#include "compiler/tokenizer/tokenizer_description.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace emblem::frontend {

/// Reads a vocab.txt, one token a line, as the BertTokenizer of `transformers`
/// does: its defaults, and what a tokenizer_config.json beside it says
/// (do_lower_case, strip_accents, tokenize_chinese_chars, the special tokens,
/// truncation_side). What it says of another tokenizer is refused.
llvm::Expected<TokenizerDescription> readVocabularyFile(llvm::StringRef path);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_TOKENIZER_READ_VOCABULARY_FILE_H
