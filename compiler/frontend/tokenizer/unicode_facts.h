//===- unicode_facts.h - Characters as `tokenizers` sees them ---*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Facts about code points, from utf8proc, at the Unicode versions that the
// reference's parts have: general categories of 8.0, decompositions of 9.0,
// \w of 16.0, lower case of 17.0. test/fixtures/tokenizer/compare_unicode.py
// compares them all.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_TOKENIZER_UNICODE_FACTS_H
#define EMBLEM_COMPILER_FRONTEND_TOKENIZER_UNICODE_FACTS_H

#include "llvm/ADT/SmallVector.h"

#include <cstdint>

namespace emblem::frontend {

using CodePoints = llvm::SmallVector<uint32_t, 8>;

/// Controls, format characters and private use, but not \t, \n and \r.
bool isControl(uint32_t c);
bool isWhitespace(uint32_t c);
bool isChinese(uint32_t c);
/// ASCII's symbols too.
bool isPunctuation(uint32_t c);
bool isNonspacingMark(uint32_t c);
/// A regular expression's \w.
bool isWordCharacter(uint32_t c);

/// The canonical combining class; 0: a starter.
uint8_t getCombiningClass(uint32_t c);
/// The full canonical decomposition.
CodePoints decompose(uint32_t c);
CodePoints toLowercase(uint32_t c);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_TOKENIZER_UNICODE_FACTS_H
