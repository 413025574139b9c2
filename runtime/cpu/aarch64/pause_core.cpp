//===- pause_core.cpp - A core whose thread only waits --------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/cpu/pause_core.h"

// `yield` is a hint to cores of several threads, and nothing on others; `isb`
// waits about as long as x86's pause.
void emblem::runtime::pauseCore() { __asm__ volatile("isb" ::: "memory"); }
