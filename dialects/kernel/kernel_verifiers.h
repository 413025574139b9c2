//===- kernel_verifiers.h - Checks that verifiers share ---------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Each verifier checks in the order of the op's description and cites its numbers
// (matmul_c2 is the second constraint of kernel.matmul), but for the dialect's two
// forms: they come first, the others rest on them.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_DIALECTS_KERNEL_VERIFIERS_H
#define EMBLEM_DIALECTS_KERNEL_VERIFIERS_H

#include "dialects/kernel/row_sizes.h"

namespace emblem::kernel {

//===----------------------------------------------------------------------===//
// Forms
//===----------------------------------------------------------------------===//

inline bool isBuffers(mlir::Operation *op) {
  return llvm::any_of(op->getOperandTypes(), llvm::IsaPred<mlir::MemRefType>);
}

/// The dialect's two forms, of an op with `tile` indices.
mlir::LogicalResult verifyForm(KernelOpInterface op, size_t tile);
template <typename OpT> mlir::LogicalResult verifyForm(OpT op) {
  return verifyForm(op, op.getTile().size());
}

/// The text that each row belongs to: for buffers alone.
template <typename OpT> mlir::LogicalResult verifySequences(OpT op) {
  if (isBuffers(op) && !op.getSequences())
    return op.emitOpError("takes buffers, so it needs 'sequences'");
  if (!isBuffers(op) && op.getSequences())
    return op.emitOpError("takes values, so it has no 'sequences'");
  return mlir::success();
}

//===----------------------------------------------------------------------===//
// Widths and types
//===----------------------------------------------------------------------===//

enum class Match { Exactly, AtLeast };

/// `value`, where given, is `expected` wide (or wider, where that will do).
mlir::LogicalResult verifyWidth(mlir::Operation *op, llvm::StringRef what,
                                mlir::Value value, llvm::StringRef other,
                                int64_t expected, Match match = Match::Exactly);

/// `width` is positive and the width of `rows`, which a buffer may pad.
mlir::LogicalResult verifyTrueWidth(mlir::Operation *op, int64_t width,
                                    mlir::Value rows, llvm::StringRef what);

/// Those given are in f32 or bf16: only a matmul's input may be quantized.
mlir::LogicalResult verifyFloats(mlir::Operation *op, mlir::ValueRange all);

/// `narrow` has rows `width` wide in bf16 or quantized; a buffer may pad them.
mlir::LogicalResult verifyNarrower(mlir::Operation *op, int64_t width,
                                   mlir::Value narrow, llvm::StringRef what);

/// A factor a column, for rows that become integers in `narrow`.
mlir::LogicalResult verifySmoothing(mlir::Operation *op, mlir::Value smoothing,
                                    mlir::Value narrow, int64_t width);

/// The first result is f32 or bf16, and the second, where there is one, the
/// same rows in a narrower type.
template <typename OpT> mlir::LogicalResult verifyResults(OpT op) {
  if (isQuantized(elementOf(getWritten(op))))
    return op.emitOpError("writes f32 or bf16; what is quantized is its second "
                          "result");
  if (op->getNumResults() < 2)
    return mlir::success();
  if (op->getNumResults() > 2)
    return op.emitOpError("has at most two results");
  return verifyNarrower(op, widthOf(op->getResult(0)), op->getResult(1),
                        "second result");
}

//===----------------------------------------------------------------------===//
// Norms
//===----------------------------------------------------------------------===//

mlir::LogicalResult verifyEpsilon(mlir::Operation *op,
                                  const llvm::APFloat &epsilon);
mlir::LogicalResult verifyNormalized(mlir::Operation *op, mlir::Value rows);
mlir::LogicalResult verifyScaleAndShift(mlir::Operation *op, NormKind norm,
                                        mlir::Value scale, mlir::Value shift);

/// Whether an epilogue has a norm, and what belongs to one.
template <typename OpT> mlir::LogicalResult verifyNormAndEpsilon(OpT op) {
  if (bool(op.getNorm()) != bool(op.getEpsilon()))
    return op.emitOpError("norm and epsilon come together");
  if (op.getNorm() && isBuffers(op))
    return op.emitOpError("takes buffers, so its norm must be a "
                          "kernel.row_norm over finished rows");
  if (!op.getNorm())
    return mlir::success();
  if (failed(verifyNormalized(op, getWritten(op))))
    return mlir::failure();
  return verifyEpsilon(op, *op.getEpsilon());
}

/// The same, and its scale and shift.
template <typename OpT> mlir::LogicalResult verifyEpilogueNorm(OpT op) {
  if (failed(verifyNormAndEpsilon(op)))
    return mlir::failure();
  if (op.getNorm())
    return verifyScaleAndShift(op, *op.getNorm(), op.getScale(), op.getShift());
  if (op.getScale() || op.getShift())
    return op.emitOpError("scale and shift need a norm");
  return mlir::success();
}

/// Puts a norm at the end of an op that has a scale and a shift.
template <typename OpT> void setEpilogueNorm(OpT op, EpilogueNorm norm) {
  op.setNormAttr(norm.kind);
  op.setEpsilonAttr(norm.epsilon);
  if (norm.scale)
    op.getScaleMutable().assign(norm.scale);
  if (norm.shift)
    op.getShiftMutable().assign(norm.shift);
}

} // namespace emblem::kernel

#endif // EMBLEM_DIALECTS_KERNEL_VERIFIERS_H
