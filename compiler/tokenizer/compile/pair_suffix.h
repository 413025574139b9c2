//===- pair_suffix.h - The last tokens of a pair's text ---------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TOKENIZER_COMPILE_PAIR_SUFFIX_H
#define EMBLEM_COMPILER_TOKENIZER_COMPILE_PAIR_SUFFIX_H

#include "llvm/Support/Error.h"

#include <string>

namespace emblem::frontend {

/// Adds to a compiled tokenizer that has a text for pairs the ids that all its
/// pairs end with. As in Sentence Transformers these are what two pairs, of the
/// texts "0" and of "1 2 3 4", have in common.
llvm::Error addPairSuffix(std::string &tables);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_TOKENIZER_COMPILE_PAIR_SUFFIX_H
