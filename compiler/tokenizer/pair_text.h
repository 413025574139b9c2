//===- pair_text.h - A text around a query and a document -------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TOKENIZER_PAIR_TEXT_H
#define EMBLEM_COMPILER_TOKENIZER_PAIR_TEXT_H

#include <string>

namespace emblem::frontend {

/// A pair as one text: before, the query, between, the document, after. Its
/// tokens are those of the whole. Where they are too many, the end is cut off,
/// and the last ones that stay become those of `after`: there a model that
/// writes text gives its answer (Sentence Transformers' rule).
struct PairText {
  std::string before, between, after;
};

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_TOKENIZER_PAIR_TEXT_H
