//===- weight_entry.h - Weights of a lowered module -------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_PACKAGE_WEIGHT_ENTRY_H
#define EMBLEM_COMPILER_PACKAGE_WEIGHT_ENTRY_H

#include "dialects/kernel/kernel_dialect.h"

#include <vector>

namespace emblem::package {

/// A packed kernel.weight: what the op says of it.
struct WeightEntry {
  kernel::WeightLayoutAttrInterface layout;
  mlir::ArrayAttr sources;           // joined; none where the layout computes
  mlir::RankedTensorType type;       // packed
  int64_t offset;                    // bytes from the section's begin
  mlir::IntegerAttr tableRow;        // of the one source, or null
  mlir::FloatAttr factor;            // of every value, or null
  mlir::DenseElementsAttr smoothing; // a factor a column, or null
  mlir::IntegerAttr channels;        // of a matrix's rows, or null

  /// All weights and values that it is made of: the sources, or those that the
  /// layout names.
  llvm::SmallVector<mlir::Attribute> getAllSources() const;
};

/// The weights of a program after pack-weights, in the section's order.
std::vector<WeightEntry> getWeightEntries(kernel::ProgramOp program);

} // namespace emblem::package

#endif // EMBLEM_COMPILER_PACKAGE_WEIGHT_ENTRY_H
