//===- word_vector_model.h - Word vectors as a model ------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_WORD_VECTORS_WORD_VECTOR_MODEL_H
#define EMBLEM_COMPILER_FRONTEND_WORD_VECTORS_WORD_VECTOR_MODEL_H

#include "compiler/description/description.h"

#include "llvm/Support/Error.h"

namespace emblem::frontend {

/// The mean of the vectors of a text's words; of no known word it is zero.
llvm::Expected<Description> describeWordVectors(llvm::StringRef path);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_WORD_VECTORS_WORD_VECTOR_MODEL_H
