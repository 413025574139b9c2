//===- json_escapes.h - Characters that JSON spells as two ------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TOKENIZER_READ_JSON_ESCAPES_H
#define EMBLEM_COMPILER_TOKENIZER_READ_JSON_ESCAPES_H

#include "llvm/ADT/StringRef.h"

#include <string>

namespace emblem::frontend {

/// Valid JSON in which every escaped surrogate pair ("\ud840\udc00") stands as
/// the UTF-8 of its code point. LLVM's parser gets those from U+20000 on wrong:
/// it joins the halves by `|` where it would have to add 0x10000.
std::string decodeSurrogatePairs(llvm::StringRef json);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_TOKENIZER_READ_JSON_ESCAPES_H
