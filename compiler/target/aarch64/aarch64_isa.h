//===- aarch64_isa.h - The instructions of AArch64 --------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TARGET_AARCH64_AARCH64_ISA_H
#define EMBLEM_COMPILER_TARGET_AARCH64_AARCH64_ISA_H

#include "compiler/target/isa.h"

namespace emblem::aarch64 {

// The least and the most of two floats are fcmgt and a choice: of a NaN, fmin
// and fminnm make something else than every architecture's Isa does.
class AArch64Isa final : public Isa {
public:
  llvm::StringRef getTriple() const override;
  int32_t getArchitecture() const override;
  std::string getHalideTarget(const Target &target) const override;
  bool loadsWordsOfIntegers() const override { return false; }
  mlir::Value emitRoundToWords(mlir::OpBuilder &builder, mlir::Location loc,
                               mlir::Value first,
                               mlir::Value second) const override;
  mlir::Value emitDotBf16(mlir::OpBuilder &builder, mlir::Location loc,
                          mlir::Value a, mlir::Value b,
                          mlir::Value sum) const override;
  mlir::Value emitDotIntegers(mlir::OpBuilder &builder, mlir::Location loc,
                              const Target &target, mlir::Value rows,
                              mlir::Value weights,
                              mlir::Value sum) const override;
};

} // namespace emblem::aarch64

#endif // EMBLEM_COMPILER_TARGET_AARCH64_AARCH64_ISA_H
