//===- word_list.h - The words of word vectors as a tokenizer ---*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TOKENIZER_READ_WORD_LIST_H
#define EMBLEM_COMPILER_TOKENIZER_READ_WORD_LIST_H

#include "compiler/tokenizer/tokenizer_description.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace emblem::frontend {

/// White space separates words, and each is looked up as it stands among those
/// of a file of word vectors. A word's id is its row there; the next id after
/// the last is of all words that are not known.
llvm::Expected<TokenizerDescription> readWords(llvm::StringRef path);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_TOKENIZER_READ_WORD_LIST_H
