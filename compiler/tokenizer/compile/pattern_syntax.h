//===- pattern_syntax.h - Reading regular expressions -----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TOKENIZER_COMPILE_PATTERN_SYNTAX_H
#define EMBLEM_COMPILER_TOKENIZER_COMPILE_PATTERN_SYNTAX_H

#include "compiler/tokenizer/code_point_set.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <vector>

namespace emblem::frontend {

/// What a regular expression is made of.
struct PatternNode {
  enum class Kind {
    Set,         // one code point of `set`
    Sequence,    // all children, one after the other
    Alternation, // the first child that leads to a match
    Repetition,  // the child, `least` times or more
    LookAhead,   // takes nothing; the next code point must be in `set`, or, if
                 // `mayEnd`, there may be none
    TextStart,   // takes nothing; there must be nothing before it
  };
  static constexpr unsigned unlimited = ~0u;

  Kind kind = Kind::Sequence;
  CodePointSet set;
  std::vector<PatternNode> children;
  unsigned least = 0, most = 0;
  bool lazy = false; // rather fewer
  bool mayEnd = false;

  static PatternNode one(CodePointSet set);
  static PatternNode sequence(std::vector<PatternNode> children);
  static PatternNode alternation(std::vector<PatternNode> children);
  static PatternNode repeat(PatternNode child, unsigned least,
                            unsigned most = unlimited);
  /// `text`, valid UTF-8, character by character.
  static PatternNode literal(llvm::StringRef text);
};

/// Reads a pattern as Oniguruma (of `tokenizers`; Ruby's syntax, Unicode 16)
/// would: characters, their escapes, classes, `\p{...}` of general categories,
/// `\s \d \w`, groups, `(?i:...)` of ASCII letters, alternation, repetition,
/// the anchors `\A`, `\z` and `$`, and lookahead at one character. An error is
/// what follows "the pattern ": one part of a sentence that names what is not
/// supported.
llvm::Expected<PatternNode> parsePattern(llvm::StringRef pattern);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_TOKENIZER_COMPILE_PATTERN_SYNTAX_H
