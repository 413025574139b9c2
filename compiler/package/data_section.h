//===- data_section.h - Places of weights and report ------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_PACKAGE_DATA_SECTION_H
#define EMBLEM_COMPILER_PACKAGE_DATA_SECTION_H

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <vector>

namespace emblem::package {

/// A word of a model's table that holds a distance: from the table's begin to a
/// byte of the data section.
struct DistanceWord {
  uint64_t mark;  // what stands in its place until the section has one
  int64_t within; // bytes from the table's begin to the word
  int64_t to;     // bytes from the section's begin
};

/// The one section of data of a program, behind everything else: the weights of
/// each model, then the report, which says how they were compiled.
struct DataSection {
  DataSection() = default;
  /// Of models with weights of these sizes, in their order.
  explicit DataSection(llvm::ArrayRef<int64_t> weightBytes);

  /// Of all models' tables.
  std::vector<DistanceWord> getDistances() const;

  std::vector<int64_t> weights; // where each model's begin
  int64_t report = 0;           // where the report begins
};

/// What a table holds in place of its distances to the weights and the report
/// until they are known: numbers that are nowhere else in a program.
uint64_t weightsMark(size_t model);
uint64_t reportMark(size_t model);

} // namespace emblem::package

#endif // EMBLEM_COMPILER_PACKAGE_DATA_SECTION_H
