//===- score_reading.h - Numbers as the reference reads them ----*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TOKENIZER_READ_SCORE_READING_H
#define EMBLEM_COMPILER_TOKENIZER_READ_SCORE_READING_H

namespace emblem::frontend {

/// What the reference takes a score for whose nearest double is `value`. Its
/// JSON reader rounds the digits to a double and then divides by a power of
/// ten, which may be one unit in the last place off; and a sum of scores that
/// is off by so much may choose other pieces.
double readScoreAsReference(double value);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_TOKENIZER_READ_SCORE_READING_H
