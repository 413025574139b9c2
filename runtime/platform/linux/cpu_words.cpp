//===- cpu_words.cpp - The system's words on the CPU ----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/platform/cpu_words.h"

#include <sys/auxv.h>

using namespace emblem;

platform::CpuWords platform::readCpuWords() {
  return {::getauxval(AT_HWCAP), ::getauxval(AT_HWCAP2)};
}
