//===- tokenizer_keys.h - Every key of a tokenizer's files ------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TOKENIZER_READ_TRANSFORMERS_TOKENIZER_KEYS_H
#define EMBLEM_COMPILER_TOKENIZER_READ_TRANSFORMERS_TOKENIZER_KEYS_H

#include "compiler/tokenizer/read/transformers/arguments.h"

#include <optional>

namespace emblem::frontend::library {

enum class KeyEffect { Obeyed, NoEffect, Refused };

/// What is done with a key; none: the library's classes do not read it.
std::optional<KeyEffect> findKeyEffect(llvm::StringRef key);

/// The error names the first key, in alphabetical order, that asks for what is
/// not supported.
llvm::Error checkKeys(const Arguments &arguments);

} // namespace emblem::frontend::library

#endif // EMBLEM_COMPILER_TOKENIZER_READ_TRANSFORMERS_TOKENIZER_KEYS_H
