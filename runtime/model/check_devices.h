//===- check_devices.h - Whether device tables make sense -------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_MODEL_CHECK_DEVICES_H
#define EMBLEM_RUNTIME_MODEL_CHECK_DEVICES_H

#include "emblem/model_table.h"

namespace emblem::runtime {

/// What is wrong with a table's code for devices, or null. The rest of the
/// table is right.
const char *describeDeviceDamage(const EmblemModelTable &table);

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_MODEL_CHECK_DEVICES_H
