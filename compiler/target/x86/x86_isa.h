//===- x86_isa.h - The instructions of x86-64 -------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TARGET_X86_X86_ISA_H
#define EMBLEM_COMPILER_TARGET_X86_X86_ISA_H

#include "compiler/target/isa.h"

namespace emblem::x86 {

// The least and the most of two floats are each one instruction, minps and
// maxps, in the form that every architecture's Isa has.
class X86Isa final : public Isa {
public:
  llvm::StringRef getTriple() const override;
  int32_t getArchitecture() const override;
  std::string getHalideTarget(const Target &target) const override;
  bool scalesToZero(const Target &target) const override;
  mlir::Value emitScaleByPower(mlir::OpBuilder &builder, mlir::Location loc,
                               const Target &target, mlir::Value power,
                               mlir::Value whole) const override;
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

} // namespace emblem::x86

#endif // EMBLEM_COMPILER_TARGET_X86_X86_ISA_H
