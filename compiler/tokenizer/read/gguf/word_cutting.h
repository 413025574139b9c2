//===- word_cutting.h - A GGUF file's cuts into words -----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// "tokenizer.ggml.pre" names it. What each name stands for is in llama.cpp
// (src/llama-vocab.cpp) and in the tokenizer.json of the models that have it.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TOKENIZER_READ_GGUF_WORD_CUTTING_H
#define EMBLEM_COMPILER_TOKENIZER_READ_GGUF_WORD_CUTTING_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace emblem::frontend::gguf {

struct WordCutting {
  llvm::StringLiteral name;
  /// What is cut out, one after the other, as Split has it; without any, GPT-2's
  /// own words.
  llvm::StringRef patterns[3] = {};
  bool digits = false;        // each digit is a word, before that
  bool composes = false;      // texts are brought to NFC, which llama.cpp omits
  bool ignoresMerges = false; // a word that is a token is that token
  bool addsFirst = false;     // where "add_bos_token" is missing
  bool separates = false;     // pairs, where "add_sep_token" is missing
  bool endsOnce = false;      // a pair's first text, whatever that says
};

/// Every way, by name in alphabetical order.
llvm::ArrayRef<WordCutting> allWordCuttings();

} // namespace emblem::frontend::gguf

#endif // EMBLEM_COMPILER_TOKENIZER_READ_GGUF_WORD_CUTTING_H
