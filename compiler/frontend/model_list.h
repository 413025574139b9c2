//===- model_list.h - A table of the models that compile --------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_MODEL_LIST_H
#define EMBLEM_COMPILER_FRONTEND_MODEL_LIST_H

#include "llvm/Support/raw_ostream.h"

namespace emblem::frontend {

/// Writes a line for each "model_type" of config.json that is known, and for
/// each "general.architecture" of GGUF files, and the models that have it.
void writeModelList(llvm::raw_ostream &os);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_MODEL_LIST_H
