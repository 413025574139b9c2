//===- backends.h - Every backend -------------------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_BACKENDS_H
#define EMBLEM_COMPILER_BACKEND_BACKENDS_H

#include "compiler/backend/interface/backend.h"

namespace emblem {

/// Every backend.
llvm::ArrayRef<Backend> allBackends();

/// The backend that writes code for `target`.
const Backend &getBackend(const Target &target);

llvm::ArrayRef<DeviceBackend> allDeviceBackends();
const DeviceBackend &getBackend(const DeviceTarget &target);

} // namespace emblem

#endif // EMBLEM_COMPILER_BACKEND_BACKENDS_H
