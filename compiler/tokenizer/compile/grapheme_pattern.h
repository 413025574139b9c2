//===- grapheme_pattern.h - Grapheme clusters as a pattern ------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TOKENIZER_COMPILE_GRAPHEME_PATTERN_H
#define EMBLEM_COMPILER_TOKENIZER_COMPILE_GRAPHEME_PATTERN_H

#include "compiler/tokenizer/compile/pattern_syntax.h"

namespace emblem::frontend {

/// An extended grapheme cluster: the regular expression of Unicode Standard
/// Annex 29, table 1c.
PatternNode graphemeClusterPattern();

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_TOKENIZER_COMPILE_GRAPHEME_PATTERN_H
