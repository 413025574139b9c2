//===- later_glibc.cpp - Functions that glibc 2.34 does not have ----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

// Debian 12's archives ask for two functions of glibc 2.35 and 2.36. With these
// an emblemc that is linked statically runs with glibc 2.34.

#include <cstdint>
#include <cstdlib>

extern "C" long getrandom(void *bytes, unsigned long size, unsigned flags);

/// libstdc++ and LLVM make random names with it.
extern "C" [[gnu::visibility("hidden")]] uint32_t arc4random() {
  // A signal may come between; who is refused it for good has no system.
  uint32_t number = 0;
  for (int attempt = 0; attempt < 100; ++attempt)
    if (getrandom(&number, sizeof(number), 0) == sizeof(number))
      return number;
  std::abort();
}

/// Where an exception is to be caught: nowhere, for none is.
extern "C" [[gnu::visibility("hidden")]] int _dl_find_object(void *, void *) {
  return -1;
}
