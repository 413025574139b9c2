//===- word_list.h - The words of word vectors as a tokenizer ---*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TOKENIZER_READ_WORD_LIST_H
#define EMBLEM_COMPILER_TOKENIZER_READ_WORD_LIST_H

#include "compiler/tokenizer/tokenizer_description.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace emblem::frontend {

/// White space separates words, and each is looked up as it stands among these.
/// A word's id is its place, as its vector's; the next id after the last is of
/// all words that are not known.
TokenizerDescription tokenizerOf(llvm::ArrayRef<llvm::StringRef> words);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_TOKENIZER_READ_WORD_LIST_H
