//===- config_defaults.h - Defaults of transformers' configs ----*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_TRANSFORMERS_CONFIG_DEFAULTS_H
#define EMBLEM_COMPILER_FRONTEND_TRANSFORMERS_CONFIG_DEFAULTS_H

#include "llvm/ADT/StringRef.h"

namespace emblem::frontend {

/// A JSON object: what transformers' configuration class of that "model_type"
/// takes for keys that are absent. Fields that begin as None, which the model
/// then fills in by the others, are not among them. Empty of another type.
llvm::StringRef getDefaults(llvm::StringRef modelType);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_TRANSFORMERS_CONFIG_DEFAULTS_H
