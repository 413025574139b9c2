//===- config_keys.h - Keys of any config.json ------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// What transformers' shared code does with a key, whatever the architecture.
// Keys that an architecture reads or knows beside these are in its row.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_ARCHITECTURE_CONFIG_KEYS_H
#define EMBLEM_COMPILER_FRONTEND_ARCHITECTURE_CONFIG_KEYS_H

#include "compiler/files/json_file.h"

#include "llvm/ADT/ArrayRef.h"

namespace emblem::frontend {

/// Whether a key of any config.json changes no vector, whatever its value: how
/// the model was trained and saved, what its heads are called, how text is
/// generated.
bool isHarmlessKey(llvm::StringRef key);

/// Keys that change what any model computes, and are not supported.
llvm::ArrayRef<llvm::StringRef> refusedKeys();
/// The error of the first of them that is set.
llvm::Error refuseUnsupported(const JsonObject &config);

/// Whether the folder names Python code of its own, which may read any key.
bool bringsCode(const JsonObject &config);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_ARCHITECTURE_CONFIG_KEYS_H
