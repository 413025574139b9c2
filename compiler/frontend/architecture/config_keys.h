//===- config_keys.h - Keys that change no vector ---------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_ARCHITECTURE_CONFIG_KEYS_H
#define EMBLEM_COMPILER_FRONTEND_ARCHITECTURE_CONFIG_KEYS_H

#include "llvm/ADT/StringRef.h"

namespace emblem::frontend {

/// Whether a key of any config.json changes no vector, whatever its value: how
/// the model was trained and saved, what its heads are called, how text is
/// generated. Keys that one architecture alone has are in its own list.
bool isHarmlessKey(llvm::StringRef key);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_ARCHITECTURE_CONFIG_KEYS_H
