//===- known_parts.h - Parts of kernels known to Halide ---------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CPU_HALIDE_KNOWN_PARTS_H
#define EMBLEM_COMPILER_BACKEND_CPU_HALIDE_KNOWN_PARTS_H

#include "dialects/kernel/kernel_dialect.h"

namespace emblem::halide {

/// Whether the kernel has no other operands and no other attributes than these:
/// one that it gains is mlir's until it is known here.
inline bool hasOnly(mlir::Operation *op, llvm::ArrayRef<mlir::Value> operands,
                    llvm::ArrayRef<llvm::StringRef> attributes) {
  constexpr unsigned tile = 4;
  unsigned known =
      llvm::count_if(operands, [](mlir::Value value) { return !!value; });
  return op->getNumOperands() == known + tile &&
         llvm::all_of(
             op->getAttrDictionary(), [&](mlir::NamedAttribute attribute) {
               return attribute.getName() == kernel::kProvider ||
                      attribute.getName() == "operandSegmentSizes" ||
                      llvm::is_contained(attributes, attribute.getName());
             });
}

inline bool isKnown(std::optional<emb::Activation> activation) {
  static constexpr emb::Activation known[] = {
      emb::Activation::Identity,  emb::Activation::Gelu,
      emb::Activation::GeluTanh,  emb::Activation::Relu,
      emb::Activation::Silu,      emb::Activation::QuickGelu,
      emb::Activation::Tanh,      emb::Activation::Sigmoid,
      emb::Activation::Log1pRelu, emb::Activation::Log1pLog1pRelu};
  return !activation || llvm::is_contained(known, *activation);
}

inline bool isKnown(emb::PoolKind kind) {
  static constexpr emb::PoolKind known[] = {
      emb::PoolKind::Mean, emb::PoolKind::Cls, emb::PoolKind::Max,
      emb::PoolKind::Last, emb::PoolKind::WeightedMean};
  return llvm::is_contained(known, kind);
}

} // namespace emblem::halide

#endif // EMBLEM_COMPILER_BACKEND_CPU_HALIDE_KNOWN_PARTS_H
