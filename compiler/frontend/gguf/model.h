//===- model.h - The model in a GGUF file -----------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_GGUF_MODEL_H
#define EMBLEM_COMPILER_FRONTEND_GGUF_MODEL_H

#include "compiler/frontend/architecture/model_choices.h"

#include "llvm/Support/Error.h"

namespace emblem::frontend {

/// Describes the model in a GGUF file as llama.cpp's conversion writes them;
/// the description's paths are relative to the file's folder. Architectures,
/// keys and tensors that are not known are refused, as is a file that does not
/// say how it pools where `choices` do not either.
///
/// What the format cannot say: vectors are normalised, as llama.cpp's programs
/// give them, there are no prompts, and the scores of a reranker are what its
/// last layer gives.
llvm::Expected<Description> readGguf(llvm::StringRef path,
                                     const ModelChoices &choices);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_GGUF_MODEL_H
