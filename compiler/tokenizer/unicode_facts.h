//===- unicode_facts.h - Characters as `tokenizers` sees them ---*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Facts about code points, from utf8proc, at the Unicode versions that the
// reference's parts have: general categories of 8.0 (of 16.0 in patterns),
// decompositions and combining marks of 9.0, \w of 16.0, numbers and lower case
// of 17.0. test/fixtures/tokenizer/compare_unicode.py compares them all.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TOKENIZER_UNICODE_FACTS_H
#define EMBLEM_COMPILER_TOKENIZER_UNICODE_FACTS_H

#include "compiler/tokenizer/code_point_set.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace emblem::frontend {

using CodePoints = llvm::SmallVector<uint32_t, 8>;

/// Controls, format characters and private use, but not \t, \n and \r.
bool isControl(uint32_t c);
bool isWhitespace(uint32_t c);
bool isChinese(uint32_t c);
/// ASCII's symbols too.
bool isPunctuation(uint32_t c);
bool isNonspacingMark(uint32_t c);
/// Of any kind, and as of Unicode 9.0.
bool isCombiningMark(uint32_t c);
/// A regular expression's \w.
bool isWordCharacter(uint32_t c);
/// Decimal digits, letter numbers and others.
bool isNumeric(uint32_t c);

/// A regular expression's \p{...}: "L", "Lu", "N" and so on; none where the
/// name is not supported.
std::optional<CodePointSet> collectGeneralCategory(llvm::StringRef name);

/// The canonical combining class; 0: a starter.
uint8_t getCombiningClass(uint32_t c);
/// The full canonical decomposition.
CodePoints decompose(uint32_t c);
/// The full compatibility decomposition.
CodePoints decomposeCompatibly(uint32_t c);
CodePoints toLowercase(uint32_t c);

/// Every pair that composes, sorted (Unicode Standard Annex 15), but for
/// Hangul's.
std::vector<runtime::Composition> collectCompositions();

/// Where grapheme clusters break (Unicode Standard Annex 29).
enum class GraphemeClass {
  Other,
  CarriageReturn,
  LineFeed,
  Control,
  Extend,
  Linker, // Extend too
  ZeroWidthJoiner,
  SpacingMark,
  Prepend,
  RegionalIndicator,
  Pictographic,
  Consonant, // that a linker joins
  HangulL,
  HangulV,
  HangulT,
  HangulLV,
  HangulLVT,
};
GraphemeClass getGraphemeClass(uint32_t c);

CodePoints decodeText(llvm::StringRef text); // valid UTF-8
std::string encodeText(llvm::ArrayRef<uint32_t> text);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_TOKENIZER_UNICODE_FACTS_H
