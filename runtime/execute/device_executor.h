//===- device_executor.h - Stages on a device -------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_EXECUTE_DEVICE_EXECUTOR_H
#define EMBLEM_RUNTIME_EXECUTE_DEVICE_EXECUTOR_H

#include "emblem/device_table.h"
#include "runtime/execute/executor.h"

namespace emblem::runtime {

/// Has the part of the runtime that a device table names run the model, on the
/// device `index` of that kind (-1: any). Nothing is left where it fails.
EmblemStatus prepareDevice(const ExecutorSetup &setup, int32_t kind,
                           int32_t index, Executor **executor);

/// The device table that is run; null on the CPU.
const EmblemDeviceTable *deviceTableOf(const Executor &executor);
/// EmblemDeviceModel.peak_flops; 0 on the CPU.
double peakFlopsOf(const Executor &executor);

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_EXECUTE_DEVICE_EXECUTOR_H
