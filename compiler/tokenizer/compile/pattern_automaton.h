//===- pattern_automaton.h - Patterns become tables -------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A backtracking matcher tries alternatives in order and takes the first that
// leads to a match. The automaton does the same without going back: a state is
// the list of places in the pattern where the matcher could be, in the order in
// which it would try them (Cox, "Regular Expression Matching: the Virtual
// Machine Approach"). Where one of them is the pattern's end, those behind it
// fall away. A lookahead is decided when the next code point's class is known,
// and the text's start by the state that a match begins in.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TOKENIZER_COMPILE_PATTERN_AUTOMATON_H
#define EMBLEM_COMPILER_TOKENIZER_COMPILE_PATTERN_AUTOMATON_H

#include "compiler/tokenizer/compile/pattern_syntax.h"

namespace emblem::frontend {

/// The sections of a runtime::PatternTable.
struct PatternTables {
  std::vector<uint16_t> blocks;
  std::vector<uint8_t> classes;
  std::vector<uint32_t> transitions;
  uint32_t textStart = 0, laterStart = 0;
};

/// An error, as of `parsePattern`, if the pattern matches an empty text or
/// needs too many states.
llvm::Expected<PatternTables> buildAutomaton(const PatternNode &pattern);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_TOKENIZER_COMPILE_PATTERN_AUTOMATON_H
