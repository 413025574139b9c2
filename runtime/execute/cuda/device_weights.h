//===- device_weights.h - A table's weights on a device ---------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_EXECUTE_CUDA_DEVICE_WEIGHTS_H
#define EMBLEM_RUNTIME_EXECUTE_CUDA_DEVICE_WEIGHTS_H

#include "runtime/execute/cuda/device.h"

namespace emblem::runtime::cuda {

/// Allocates and fills `program.weights_bytes` bytes of the device, whose
/// context is the thread's. Nothing is left where it fails.
EmblemStatus uploadWeights(const Device &device, const EmblemModelTable &table,
                           const EmblemDeviceTable &program,
                           DevicePointer &weights);

} // namespace emblem::runtime::cuda

#endif // EMBLEM_RUNTIME_EXECUTE_CUDA_DEVICE_WEIGHTS_H
