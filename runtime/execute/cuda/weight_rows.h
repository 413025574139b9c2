//===- weight_rows.h - A weight as the device has it ------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_EXECUTE_CUDA_WEIGHT_ROWS_H
#define EMBLEM_RUNTIME_EXECUTE_CUDA_WEIGHT_ROWS_H

#include "emblem/device_table.h"

namespace emblem::runtime::cuda {

/// Writes the bytes [begin, end) of a weight as the device has it to `bytes`:
/// rows out of the CPU's panels, and zeros behind each and behind the last.
/// `weights` are the table's.
void readWeightRows(const EmblemDeviceWeight &weight, const char *weights,
                    int64_t begin, int64_t end, char *bytes);

} // namespace emblem::runtime::cuda

#endif // EMBLEM_RUNTIME_EXECUTE_CUDA_WEIGHT_ROWS_H
