//===- choose_resize_loops.cpp - The loops for any CPU --------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/cpu/portable/resize_loops.h"

const emblem::image::ResizeLoops &emblem::image::resizeLoops() {
  return portableResizeLoops;
}
