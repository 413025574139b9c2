//===- pause_core.cpp - A core whose thread only waits --------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/cpu/pause_core.h"

void emblem::runtime::pauseCore() {}
