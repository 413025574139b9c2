//===- kernel_dialect.h - The kernel dialect --------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// How a model is computed. Start with kernel_base.td (the dialect, its two
// forms), kernel_interfaces.td (what passes ask) and kernel_ops.td (the
// operations).
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_DIALECTS_KERNEL_DIALECT_H
#define EMBLEM_DIALECTS_KERNEL_DIALECT_H

#include "dialects/emb/emb_dialect.h"
#include "dialects/kernel/kernel_layouts.h"
#include "dialects/kernel/two_forms.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace emblem::kernel {

/// What a kernel costs over R rows and T tokens, whose texts have L tokens
/// each: flops = flopsPerRow * R + flopsPerToken * T + flopsPerPair * (sum of L
/// * L), bytes = bytesFixed (the weights) + bytesPerRow * R.
struct Work {
  double flopsPerRow = 0;
  double flopsPerToken = 0; // beside those of its row
  double flopsPerPair = 0;
  double bytesFixed = 0;
  double bytesPerRow = 0;
};

/// On a kernel: who writes its code (compiler/backend/cpu/provider); without it,
/// mlir.
inline constexpr llvm::StringLiteral kProvider = "provider";

/// Rows: any number of them, their width known and not zero.
inline bool isOfKnownWidth(mlir::ShapedType type) {
  return !type.isDynamicDim(1) && type.getDimSize(1) > 0;
}

/// Weights: every side known, none of them zero.
inline bool isOfKnownShape(mlir::ShapedType type) {
  return type.hasStaticShape() && type.getNumElements() > 0;
}

/// Whether rows in this element type carry a scale of their own.
inline bool isQuantized(mlir::Type element) {
  return element.isInteger(8) || element.isInteger(16);
}

/// Inputs of a matrix in i4 that share a scale.
inline constexpr int64_t kGroupSize = 32;

/// Groups of a row of `inputs`; the last may be smaller.
inline int64_t countGroups(int64_t inputs) {
  return (inputs + kGroupSize - 1) / kGroupSize;
}

/// Bytes at the end of a buffer's row that hold its scale and zero point.
inline int64_t getTailBytes(mlir::Type element) {
  return element.isInteger(8) ? 8 : element.isInteger(16) ? 4 : 0;
}

} // namespace emblem::kernel

#include "dialects/kernel/kernel_dialect.h.inc"
#include "dialects/kernel/kernel_enums.h.inc"

namespace emblem::kernel {

/// A norm at the end of a kernel.
struct EpilogueNorm {
  NormKindAttr kind; // null: there is none
  mlir::FloatAttr epsilon;
  mlir::Value scale, shift; // or null
};

/// What an operand is to the kernel that reads it: by that lower-precision
/// chooses its element type.
enum class NarrowKind {
  DotRows,       // rows that are multiplied by weights
  AttentionRows, // rows that are multiplied by each other
  DotWeight,     // a matrix of weights
  PositionTable, // a table that queries or keys are multiplied by
  TokenTable,    // a table of tokens, whose rows are gathered
  SummandTable   // another table whose rows are gathered
};

struct NarrowOperand {
  mlir::OpOperand *operand;
  NarrowKind kind;
};

} // namespace emblem::kernel

#include "dialects/kernel/kernel_interfaces.h.inc"

#define GET_OP_CLASSES
#include "dialects/kernel/kernel_ops.h.inc"

namespace emblem::kernel {

/// The module's program, or null.
ProgramOp getProgram(mlir::ModuleOp module);

template <typename OpT> OperandRole getRoleOf(int segment) {
  if (segment == OpT::odsIndex_out)
    return OperandRole::Result;
  if (segment == OpT::odsIndex_tile)
    return OperandRole::Tile;
  if constexpr (writesSecondResult<OpT>())
    if (segment == OpT::odsIndex_quantized_out)
      return OperandRole::SecondResult;
  if constexpr (requires { OpT::odsIndex_sequences; })
    if (segment == OpT::odsIndex_sequences)
      return OperandRole::Sequences;
  if constexpr (!writesSecondResult<OpT>() && requires {
                  OpT::odsIndex_scale;
                  OpT::odsIndex_shift;
                  OpT::odsIndex_smoothing;
                })
    if (segment == OpT::odsIndex_scale || segment == OpT::odsIndex_shift ||
        segment == OpT::odsIndex_smoothing)
      return OperandRole::Epilogue;
  return OperandRole::Input;
}

} // namespace emblem::kernel

#endif // EMBLEM_DIALECTS_KERNEL_DIALECT_H
