//===- error.cpp - The calling thread's last error ------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/table/error.h"

#include <cstdarg>
#include <cstdio>

using namespace emblem::runtime;

static thread_local char message[1024];

EmblemStatus emblem::runtime::fail(EmblemStatus status, const char *format,
                                   ...) {
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(message, sizeof(message), format, arguments);
  va_end(arguments);
  return status;
}

const char *emblem::runtime::lastError() { return message; }
