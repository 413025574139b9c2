//===- architectures.h - The architectures of transformers ------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// To add one, write a file like architectures/roberta.cpp and add its line to
// architectures.def.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_TRANSFORMERS_ARCHITECTURES_H
#define EMBLEM_COMPILER_FRONTEND_TRANSFORMERS_ARCHITECTURES_H

#include "compiler/frontend/architecture/architecture.h"

namespace emblem::frontend {

/// Every architecture, in alphabetical order of the files.
llvm::ArrayRef<const Architecture *> allArchitectures();

/// `config` as transformers has it once it is loaded: `overlay` in place of its
/// own fields, keys of another name under their own, and for those that are
/// absent what its configuration class takes. An unknown architecture is
/// refused.
llvm::Expected<JsonObject>
resolveConfig(const JsonObject &config, const llvm::json::Object &overlay = {});

/// What becomes of a key of an architecture's config.json.
enum class KeyRole {
  Obeyed,
  WithoutEffect,
  Refused, // by name, where it would change something
  Unknown  // ignored, or refused where the folder brings code
};
KeyRole getKeyRole(const Architecture &architecture, llvm::StringRef modelType,
                   llvm::StringRef key);

/// Fills in what config.json says of the transformer: sizes, layers and the
/// names of weights, without the prefix that a file may give them; to score,
/// those of the head as well. Unknown architectures and settings are refused.
llvm::Expected<Description>
describeTransformer(const JsonObject &config, Purpose purpose = Purpose::Embed);

/// Calls what the architecture of `config` has as `finishText`.
llvm::Error finishText(const ModelFolders &folders, const JsonObject &config,
                       Description &model);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_TRANSFORMERS_ARCHITECTURES_H
