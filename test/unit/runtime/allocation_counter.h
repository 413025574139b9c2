//===- allocation_counter.h - Counts what asks for memory -------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_UNIT_RUNTIME_ALLOCATION_COUNTER_H
#define EMBLEM_TEST_UNIT_RUNTIME_ALLOCATION_COUNTER_H

#include <cstdint>

/// How often this program's own objects, the runtime's among them, have called
/// malloc, operator new or mmap so far, on any thread. The linker's --wrap puts
/// the counter in (CMakeLists.txt).
int64_t allocationCount();

#endif // EMBLEM_TEST_UNIT_RUNTIME_ALLOCATION_COUNTER_H
