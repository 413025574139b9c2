//===- in_process_linker.h - lld in this process ----------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_EMIT_IN_PROCESS_LINKER_H
#define EMBLEM_COMPILER_EMIT_IN_PROCESS_LINKER_H

#include "compiler/emit/link.h"

namespace emblem::emit {

/// Links with the runtime's sysroot and no other file of the system, so that
/// the bytes are the same on each. Null where the runtime has no sysroot or
/// emblemc no lld.
std::unique_ptr<Linker> findInProcessLinker(const RuntimeFiles &runtime);

} // namespace emblem::emit

#endif // EMBLEM_COMPILER_EMIT_IN_PROCESS_LINKER_H
