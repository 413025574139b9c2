//===- check_table.h - Whether this runtime can run a table -----*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_MODEL_CHECK_TABLE_H
#define EMBLEM_RUNTIME_MODEL_CHECK_TABLE_H

#include "emblem/emblem.h"
#include "emblem/model_table.h"
#include "runtime/model/device_wish.h"

namespace emblem::runtime {

/// Checks the magic number, then the ABI, then the architecture and the CPU,
/// then that the fields make sense, and reads no field before what it depends
/// on is right.
EmblemStatus checkTable(const EmblemModelTable *table);

/// Whether a number of threads is one that EmblemOptions takes.
EmblemStatus checkThreads(int32_t threads);

/// Copies the options of a caller of emblem_open (null: none), of whatever
/// version of the struct, and checks what one may get wrong.
/// The device's string, which is the caller's, goes to `wish`.
EmblemStatus readOptions(const EmblemOptions *given, EmblemOptions &options,
                         DeviceWish &wish);

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_MODEL_CHECK_TABLE_H
