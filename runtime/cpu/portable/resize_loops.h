//===- resize_loops.h - Loops of resizing in plain C++ ----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_CPU_PORTABLE_RESIZE_LOOPS_H
#define EMBLEM_RUNTIME_CPU_PORTABLE_RESIZE_LOOPS_H

#include "runtime/image/resize_loops.h"

namespace emblem::image {

extern const ResizeLoops portableResizeLoops;

} // namespace emblem::image

#endif // EMBLEM_RUNTIME_CPU_PORTABLE_RESIZE_LOOPS_H
