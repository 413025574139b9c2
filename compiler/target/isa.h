//===- isa.h - The instructions of an architecture --------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// All that the targets of one architecture share and no other has: its names
// for LLVM, the runtime and Halide, and the ops that become its instructions.
// How wide its vectors are, which dot products it has and how large its tiles
// are differs from target to target: that is in the row (target.h).
//
// Vectors are as wide as the target's: of f32, or of "words" of 32 bits, i32,
// that hold narrower elements side by side.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TARGET_ISA_H
#define EMBLEM_COMPILER_TARGET_ISA_H

#include "compiler/target/target.h"

#include "mlir/IR/Builders.h"

#include <string>

namespace emblem {

class Isa {
public:
  /// LLVM's name for the architecture and its system.
  virtual llvm::StringRef getTriple() const = 0;
  /// EMBLEM_... of model_table.h, which the program's table says.
  virtual int32_t getArchitecture() const = 0;
  /// Halide's name for what `target` has.
  virtual std::string getHalideTarget(const Target &target) const = 0;

  /// Whether 32 bits of integers are loaded as a vector, as a word is.
  virtual bool loadsWordsOfIntegers() const { return true; }

  /// The lesser and the greater of two f32, scalars or vectors: `b` where one
  /// of them is a NaN.
  virtual mlir::Value emitMinimum(mlir::OpBuilder &builder, mlir::Location loc,
                                  mlir::Value a, mlir::Value b) const;
  virtual mlir::Value emitMaximum(mlir::OpBuilder &builder, mlir::Location loc,
                                  mlir::Value a, mlir::Value b) const;

  /// power * 2^whole, whole a whole number, where the result is a normal f32;
  /// where `scalesToZero`, also where it is less than the least normal one.
  virtual mlir::Value emitScaleByPower(mlir::OpBuilder &builder,
                                       mlir::Location loc, const Target &target,
                                       mlir::Value power,
                                       mlir::Value whole) const;
  virtual bool scalesToZero(const Target &target) const { return false; }

  /// Two vectors of f32 as words of two bf16, each rounded to the nearest, ties
  /// to even: the lanes of `first`, then those of `second`. Needs bf16Dot.
  virtual mlir::Value emitRoundToWords(mlir::OpBuilder &builder,
                                       mlir::Location loc, mlir::Value first,
                                       mlir::Value second) const = 0;
  /// sum + a[0] * b[0] + a[1] * b[1] in each lane of f32, where a and b are
  /// words of two bf16. In which order it rounds is the architecture's, the same
  /// in each lane. Needs bf16Dot.
  virtual mlir::Value emitDotBf16(mlir::OpBuilder &builder, mlir::Location loc,
                                  mlir::Value a, mlir::Value b,
                                  mlir::Value sum) const = 0;
  /// The same for the integers of the target's IntegerDot, and a sum in i32,
  /// exact: words of `rows`, the same one in each lane, times words of
  /// `weights`.
  virtual mlir::Value emitDotIntegers(mlir::OpBuilder &builder,
                                      mlir::Location loc, const Target &target,
                                      mlir::Value rows, mlir::Value weights,
                                      mlir::Value sum) const = 0;

protected:
  ~Isa() = default; // one object an architecture, which lives for ever
};

/// LLVM's intrinsic of that name: what an Isa's ops are made of.
mlir::Value callIntrinsic(mlir::OpBuilder &builder, mlir::Location loc,
                          const llvm::Twine &name, mlir::Type result,
                          mlir::ValueRange operands);

} // namespace emblem

#endif // EMBLEM_COMPILER_TARGET_ISA_H
