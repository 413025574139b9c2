//===- table_data.h - Data at a distance from a table -----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_TABLE_TABLE_DATA_H
#define EMBLEM_RUNTIME_TABLE_TABLE_DATA_H

#include "emblem/model_table.h"

namespace emblem::runtime {

/// What lies `distance` bytes from the table's first one. The two are no parts
/// of one object, so that the sum is of integers.
inline const char *atDistance(const EmblemModelTable &table, int64_t distance) {
  return reinterpret_cast<const char *>(
      reinterpret_cast<uintptr_t>(table.self) + uintptr_t(distance));
}

/// The weights, of `weights_bytes` bytes.
inline const char *weightsOf(const EmblemModelTable &table) {
  return atDistance(table, table.weights_distance);
}

/// The report in JSON, or null.
inline const char *reportOf(const EmblemModelTable &table) {
  return table.report_distance ? atDistance(table, table.report_distance)
                               : nullptr;
}

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_TABLE_TABLE_DATA_H
