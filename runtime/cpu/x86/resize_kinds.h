//===- resize_kinds.h - Loops for kinds of x86 CPUs -------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_CPU_X86_RESIZE_KINDS_H
#define EMBLEM_RUNTIME_CPU_X86_RESIZE_KINDS_H

#include "runtime/image/resize_loops.h"

namespace emblem::image {

/// resize_loops.cpp, compiled for each kind of CPU.
extern const ResizeLoops resizeLoopsV2, resizeLoopsV3, resizeLoopsV4,
    resizeLoopsVNNI;

} // namespace emblem::image

#endif // EMBLEM_RUNTIME_CPU_X86_RESIZE_KINDS_H
