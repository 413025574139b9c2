//===- backends.cpp - Every backend ---------------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/backends.h"

#include "compiler/backend/cpu/cpu_backend.h"

using namespace emblem;

static constexpr Backend backends[] = {
    {"cpu", cpu::addStagePasses, cpu::addCodePasses, cpu::registerDialects,
     cpu::registerPasses},
};

llvm::ArrayRef<Backend> emblem::allBackends() { return backends; }

const Backend &emblem::getBackend(const Target &) {
  return backends[0]; // all targets are CPUs
}
