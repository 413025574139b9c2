//===- shared_library.cpp - Shared libraries by their paths ---------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/platform/shared_library.h"

#include <climits>
#include <cstdio>
#include <cstring>
#include <dlfcn.h>

using namespace emblem;

static constexpr int mode = RTLD_NOW | RTLD_LOCAL;

void *platform::openSystemLibrary(const char *name) {
  return dlopen(name, mode);
}

void *platform::openLibrary(const char *path) {
  if (std::strchr(path, '/'))
    return dlopen(path, mode);
  // dlopen would search the system's folders.
  char file[PATH_MAX];
  std::snprintf(file, sizeof(file), "./%s", path);
  return dlopen(file, mode);
}

void platform::closeLibrary(void *library) { dlclose(library); }

const void *platform::findSymbol(void *library, const char *name) {
  return dlsym(library, name);
}

const char *platform::openProblem() { return dlerror(); }
