//===- pattern_classes.h - Sets of characters in patterns -------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TOKENIZER_COMPILE_PATTERN_CLASSES_H
#define EMBLEM_COMPILER_TOKENIZER_COMPILE_PATTERN_CLASSES_H

#include "compiler/tokenizer/code_point_set.h"
#include "compiler/tokenizer/unicode_facts.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace emblem::frontend {

/// A place in a regular expression.
struct PatternCursor {
  explicit PatternCursor(llvm::StringRef pattern) : text(decodeText(pattern)) {}

  bool atEnd() const { return at == text.size(); }
  uint32_t peek() const { return atEnd() ? 0 : text[at]; }
  bool consume(llvm::StringRef expected);

  CodePoints text;
  size_t at = 0;
};

/// What parsePattern's errors say.
llvm::Error refusePattern(const llvm::Twine &what);

/// What stands behind a '[', up to its ']'.
llvm::Expected<CodePointSet> parsePatternClass(PatternCursor &cursor,
                                               bool ignoresCase);

/// What stands behind a backslash: one character, or several in a class.
llvm::Expected<CodePointSet> parsePatternEscape(PatternCursor &cursor);

/// With both cases of ASCII's letters; Oniguruma takes U+017F for "s" and
/// U+212A for "k" too.
CodePointSet foldAsciiCase(const CodePointSet &set);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_TOKENIZER_COMPILE_PATTERN_CLASSES_H
