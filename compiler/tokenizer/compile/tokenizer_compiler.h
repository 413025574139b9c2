//===- tokenizer_compiler.h - A tokenizer becomes tables --------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_TOKENIZER_COMPILER_H
#define EMBLEM_COMPILER_FRONTEND_TOKENIZER_COMPILER_H

#include "compiler/tokenizer/tokenizer_description.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>

namespace emblem::frontend {

/// The tables that runtime/tokenizer reads, as tokenizer_tables.h lays them
/// out; to be placed at a multiple of 64 bytes. The same description gives the
/// same bytes. An error says what cannot be compiled, and why.
llvm::Expected<std::string>
compileTokenizer(const TokenizerDescription &tokenizer);

/// `text`, valid UTF-8, after the normaliser: compiled, and run by the runtime.
llvm::Expected<std::string> normalize(const NormalizerParts &normalizer,
                                      llvm::StringRef text);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_TOKENIZER_COMPILER_H
