//===- kernel_layouts.h - Layouts of weights in memory ----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// The attributes of kernel_layouts.td and what their answers share.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_DIALECTS_KERNEL_LAYOUTS_H
#define EMBLEM_DIALECTS_KERNEL_LAYOUTS_H

#include "dialects/emb/emb_dialect.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Diagnostics.h"

#include <optional>

namespace emblem::kernel {

/// A weight whose layout verifies it: what kernel.weight says.
struct LaidOutWeight {
  llvm::StringRef layout; // its name
  mlir::ArrayAttr sources;
  mlir::RankedTensorType type;
  bool hasChannels;
  llvm::function_ref<mlir::InFlightDiagnostic()> emitError;
};

/// What the packed shape of a weight depends on.
struct Packing {
  int64_t panel; // columns of a panel
  int64_t lanes; // of the widest vector of f32
  int64_t depth; // inputs that a dot product of the readers takes at once
};

//===----------------------------------------------------------------------===//
// Packed shapes
//===----------------------------------------------------------------------===//

/// [size] -> [size], whole panels.
llvm::SmallVector<int64_t> packRow(llvm::ArrayRef<int64_t> shape,
                                   const Packing &packing);
/// [height, width] -> [height, width], whole panels wide.
llvm::SmallVector<int64_t> packTable(llvm::ArrayRef<int64_t> shape,
                                     const Packing &packing);
/// The same, and a vector that begins at any true column is within the row.
llvm::SmallVector<int64_t> packLoose(llvm::ArrayRef<int64_t> shape,
                                     const Packing &packing);
/// [outputs, inputs] -> [panels, inputs, panel], or [panels, groups, panel,
/// depth] where the depth is more than 1.
llvm::SmallVector<int64_t> packPanels(llvm::ArrayRef<int64_t> shape,
                                      const Packing &packing);
/// [outputs, groups] -> [panels, groups, panel].
llvm::SmallVector<int64_t> packGroups(llvm::ArrayRef<int64_t> shape,
                                      const Packing &packing);
/// What is packed already.
inline llvm::SmallVector<int64_t> packNothing(llvm::ArrayRef<int64_t> shape,
                                              const Packing &) {
  return llvm::SmallVector<int64_t>(shape);
}

//===----------------------------------------------------------------------===//
// Sources and elements
//===----------------------------------------------------------------------===//

/// Weights, values of any shape and counts of zeros, one after the other.
llvm::LogicalResult verifyRowSources(const LaidOutWeight &weight);
/// Weights and tables of values, and below them rows of zeros.
llvm::LogicalResult verifyTableSources(const LaidOutWeight &weight);
/// Weights and tables of values: what is made of a matrix knows its columns.
llvm::LogicalResult verifyMatrixSources(const LaidOutWeight &weight);

/// The error of a layout that is never of integers.
llvm::LogicalResult refuseIntegers(const LaidOutWeight &weight);

/// Those that are not null.
llvm::SmallVector<mlir::Attribute>
collectSources(std::initializer_list<mlir::Attribute> sources);

} // namespace emblem::kernel

#include "dialects/kernel/kernel_layout_interfaces.h.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/kernel/kernel_attributes.h.inc"

#endif // EMBLEM_DIALECTS_KERNEL_LAYOUTS_H
