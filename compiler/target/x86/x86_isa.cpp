//===- x86_isa.cpp - The instructions of x86-64 ---------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/target/x86/x86_isa.h"

#include "emblem/model_table.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::x86;

static int64_t lanesOf(Value vector) {
  return cast<VectorType>(vector.getType()).getDimSize(0);
}

/// Vectors of 512 bits come with AVX-512.
static bool hasAvx512(const Target &target) { return target.vectorWidth == 16; }

llvm::StringRef X86Isa::getTriple() const { return "x86_64-unknown-linux-gnu"; }

int32_t X86Isa::getArchitecture() const { return EMBLEM_X86_64; }

// Only the width of vectors matters: which instructions are chosen is for the
// LLVM that writes the program.
std::string X86Isa::getHalideTarget(const Target &target) const {
  std::string name = "x86-64-linux-sse41";
  if (target.vectorWidth >= 8)
    name += "-avx-avx2-fma-f16c";
  if (hasAvx512(target))
    name += "-avx512-avx512_skylake";
  return name;
}

bool X86Isa::scalesToZero(const Target &target) const {
  return hasAvx512(target);
}

Value X86Isa::emitScaleByPower(OpBuilder &builder, Location loc,
                               const Target &target, Value power,
                               Value whole) const {
  if (!hasAvx512(target))
    return Isa::emitScaleByPower(builder, loc, target, power, whole);
  // vscalefps, every lane, rounding as always.
  Value all =
      arith::ConstantOp::create(builder, loc, builder.getI16IntegerAttr(-1));
  Value current =
      arith::ConstantOp::create(builder, loc, builder.getI32IntegerAttr(4));
  return callIntrinsic(builder, loc, "llvm.x86.avx512.mask.scalef.ps.512",
                       power.getType(), {power, whole, power, all, current});
}

Value X86Isa::emitRoundToWords(OpBuilder &builder, Location loc, Value first,
                               Value second) const {
  int64_t lanes = lanesOf(first);
  // The intrinsic takes the upper half first.
  Value pairs = callIntrinsic(
      builder, loc, "llvm.x86.avx512bf16.cvtne2ps2bf16." + Twine(32 * lanes),
      VectorType::get({2 * lanes}, builder.getBF16Type()), {second, first});
  return vector::BitCastOp::create(
      builder, loc, VectorType::get({lanes}, builder.getI32Type()), pairs);
}

Value X86Isa::emitDotBf16(OpBuilder &builder, Location loc, Value a, Value b,
                          Value sum) const {
  int64_t lanes = lanesOf(sum);
  auto pairs = VectorType::get({2 * lanes}, builder.getBF16Type());
  a = vector::BitCastOp::create(builder, loc, pairs, a);
  b = vector::BitCastOp::create(builder, loc, pairs, b);
  return callIntrinsic(builder, loc,
                       "llvm.x86.avx512bf16.dpbf16ps." + Twine(32 * lanes),
                       sum.getType(), {sum, a, b});
}

// vpdpbusd adds four products of u8 and i8. vpmaddwd sums two products of i16.
Value X86Isa::emitDotIntegers(OpBuilder &builder, Location loc,
                              const Target &target, Value rows, Value weights,
                              Value sum) const {
  const IntegerDot &dot = target.integerDot;
  int64_t lanes = lanesOf(sum);
  auto elements = VectorType::get({dot.depth * lanes},
                                  builder.getIntegerType(dot.elementBits()));
  rows = vector::BitCastOp::create(builder, loc, elements, rows);
  weights = vector::BitCastOp::create(builder, loc, elements, weights);
  if (dot.depth == 4)
    return callIntrinsic(builder, loc,
                         "llvm.x86.avx512.vpdpbusd." + Twine(32 * lanes),
                         sum.getType(), {sum, rows, weights});
  StringRef name = lanes == 16  ? "llvm.x86.avx512.pmaddw.d.512"
                   : lanes == 8 ? "llvm.x86.avx2.pmadd.wd"
                                : "llvm.x86.sse2.pmadd.wd";
  Value products =
      callIntrinsic(builder, loc, name, sum.getType(), {rows, weights});
  return arith::AddIOp::create(builder, loc, sum, products);
}
