//===- activation_names.h - Activations by their Python names ---*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_ARCHITECTURE_ACTIVATION_NAMES_H
#define EMBLEM_COMPILER_FRONTEND_ARCHITECTURE_ACTIVATION_NAMES_H

#include "compiler/files/json_file.h"
#include "dialects/emb/emb_dialect.h"

namespace emblem::frontend {

/// The activation that transformers calls by the string at `key`. The error
/// lists those that are known.
llvm::Expected<emb::Activation> readActivation(const JsonObject &config,
                                               llvm::StringRef key,
                                               llvm::StringRef fallback);

/// The activation whose PyTorch class is named at `key`, by any name that it can
/// be imported by: "torch.nn.modules.activation.Tanh", "torch.nn.Tanh".
llvm::Expected<emb::Activation> readTorchActivation(const JsonObject &config,
                                                    llvm::StringRef key,
                                                    llvm::StringRef fallback);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_ARCHITECTURE_ACTIVATION_NAMES_H
