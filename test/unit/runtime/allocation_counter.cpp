//===- allocation_counter.cpp - Counts what asks for memory ---------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/unit/runtime/allocation_counter.h"

#include <atomic>
#include <cstddef>
#include <new>
#include <sys/types.h>

static std::atomic<int64_t> allocations{0};

int64_t allocationCount() { return allocations.load(); }

// Each function counts, then calls what it stands before.
#define COUNT_CALLS(result, name, parameters, arguments)                       \
  extern "C" result __real_##name parameters;                                  \
  extern "C" result __wrap_##name parameters {                                 \
    ++allocations;                                                             \
    return __real_##name arguments;                                            \
  }

COUNT_CALLS(void *, malloc, (size_t size), (size))
COUNT_CALLS(void *, calloc, (size_t count, size_t size), (count, size))
COUNT_CALLS(void *, realloc, (void *old, size_t size), (old, size))
COUNT_CALLS(int, posix_memalign, (void **out, size_t alignment, size_t size),
            (out, alignment, size))
COUNT_CALLS(void *, aligned_alloc, (size_t alignment, size_t size),
            (alignment, size))
COUNT_CALLS(void *, mmap,
            (void *address, size_t size, int protection, int flags, int file,
             off_t offset),
            (address, size, protection, flags, file, offset))
COUNT_CALLS(void *, _Znwm, (size_t size), (size))
COUNT_CALLS(void *, _Znam, (size_t size), (size))
COUNT_CALLS(void *, _ZnwmRKSt9nothrow_t,
            (size_t size, const std::nothrow_t &tag), (size, tag))
COUNT_CALLS(void *, _ZnamRKSt9nothrow_t,
            (size_t size, const std::nothrow_t &tag), (size, tag))
COUNT_CALLS(void *, _ZnwmSt11align_val_tRKSt9nothrow_t,
            (size_t size, std::align_val_t alignment,
             const std::nothrow_t &tag),
            (size, alignment, tag))
COUNT_CALLS(void *, _ZnamSt11align_val_tRKSt9nothrow_t,
            (size_t size, std::align_val_t alignment,
             const std::nothrow_t &tag),
            (size, alignment, tag))
