//===- backends.cpp - Every backend ---------------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/backends.h"

#include "compiler/backend/cpu/cpu_backend.h"
#include "compiler/backend/cuda/cuda_backend.h"

#include "llvm/ADT/STLExtras.h"

using namespace emblem;

static constexpr Backend backends[] = {
    {"cpu", cpu::addStagePasses, cpu::addCodePasses, cpu::registerDialects,
     cpu::registerPasses},
};

static constexpr DeviceBackend deviceBackends[] = {
    {"cuda", cuda::addStagePasses, cuda::addCodePasses, cuda::registerDialects,
     cuda::registerPasses},
};

llvm::ArrayRef<DeviceBackend> emblem::allDeviceBackends() {
  return deviceBackends;
}

const DeviceBackend &emblem::getBackend(const DeviceTarget &target) {
  return *llvm::find_if(deviceBackends, [&](const DeviceBackend &backend) {
    return backend.name == target.name;
  });
}

llvm::ArrayRef<Backend> emblem::allBackends() { return backends; }

const Backend &emblem::getBackend(const Target &) {
  return backends[0]; // all targets are CPUs
}
