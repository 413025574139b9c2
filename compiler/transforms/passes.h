//===- passes.h - From emb to outlined kernels ------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// The passes above the loops; passes.td shows the IR before and after each.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TRANSFORMS_PASSES_H
#define EMBLEM_COMPILER_TRANSFORMS_PASSES_H

#include "dialects/kernel/kernel_dialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace emblem {

/// Attributes that the passes hand on.
namespace attribute {
/// On the module, before lower-precision: the largest |x| in each column of a
/// stage's input, as a calibration saw it; a dictionary from stages.
inline constexpr llvm::StringLiteral inputRanges = "kernel.input_ranges";
/// On the module, before assign-providers: who writes which stages' kernels
/// where nobody is asked for by name; a dictionary from "layer.*.attention" to
/// names.
inline constexpr llvm::StringLiteral providers = "kernel.providers";
/// On a kernel: where the rows of each result begin, in bytes a token (a text).
inline constexpr llvm::StringLiteral slot = "arena";
} // namespace attribute

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "compiler/transforms/passes.h.inc"

} // namespace emblem

#endif // EMBLEM_COMPILER_TRANSFORMS_PASSES_H
