//===- pause_core.h - A core whose thread only waits ------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_CPU_PAUSE_CORE_H
#define EMBLEM_RUNTIME_CPU_PAUSE_CORE_H

namespace emblem::runtime {

/// Tells the core that this thread only looks again and again.
void pauseCore();

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_CPU_PAUSE_CORE_H
