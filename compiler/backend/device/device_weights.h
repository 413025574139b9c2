//===- device_weights.h - Weights that a CPU and a device share -*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A file has each weight once: as the CPU reads it, where it does, and else as
// the device has it, behind the CPU's. On their way to the device the CPU's are
// laid out anew (emblem/device_table.h, EmblemDeviceWeight).
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_DEVICE_DEVICE_WEIGHTS_H
#define EMBLEM_COMPILER_BACKEND_DEVICE_DEVICE_WEIGHTS_H

#include "dialects/kernel/kernel_dialect.h"

#include <vector>

namespace emblem::device {

/// An EmblemDeviceWeight.
struct WeightWay {
  int64_t source, place;
  int64_t rows, rowBytes, pitch, sourcePitch;
  int64_t panelRows = 0, depthBytes = 0;
};

/// A weight that the CPU has not.
struct OwnWeight {
  int64_t index;  // of the device program's weights
  int64_t place;  // on the device
  int64_t source; // behind the CPU's weights
};

struct WeightPlacement {
  std::vector<WeightWay> ways;
  std::vector<OwnWeight> own;
  int64_t ownBytes = 0;
};

/// Finds the weights of `device`, which have their places, among those of `cpu`,
/// which may be null. `behind`: where in the table's weights the others begin.
WeightPlacement placeWeights(kernel::ProgramOp device, kernel::ProgramOp cpu,
                             int64_t behind);

} // namespace emblem::device

#endif // EMBLEM_COMPILER_BACKEND_DEVICE_DEVICE_WEIGHTS_H
