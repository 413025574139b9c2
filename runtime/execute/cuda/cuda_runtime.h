//===- cuda_runtime.h - Functions that a device table names -----*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_EXECUTE_CUDA_CUDA_RUNTIME_H
#define EMBLEM_RUNTIME_EXECUTE_CUDA_CUDA_RUNTIME_H

#include "emblem/device_table.h"

/// The one symbol that this room has outside (EMBLEM_CUDA_SYMBOL).
extern "C" const EmblemDeviceRuntime emblem_cuda_abi5;

#endif // EMBLEM_RUNTIME_EXECUTE_CUDA_CUDA_RUNTIME_H
