//===- aarch64_isa.cpp - The instructions of AArch64 ----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/target/aarch64/aarch64_isa.h"

#include "emblem/model_table.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::aarch64;

static constexpr int64_t kLanes = 4; // of f32 or i32, in 128 bits

StringRef AArch64Isa::getTriple() const { return "aarch64-unknown-linux-gnu"; }

int32_t AArch64Isa::getArchitecture() const { return EMBLEM_AARCH64; }

std::string AArch64Isa::getHalideTarget(const Target &) const {
  return "arm-64-linux";
}

// bfcvtn and bfcvtn2.
Value AArch64Isa::emitRoundToWords(OpBuilder &builder, Location loc,
                                   Value first, Value second) const {
  SmallVector<int64_t> inOrder = llvm::to_vector(llvm::seq(2 * kLanes));
  Value both = vector::ShuffleOp::create(builder, loc, first, second, inOrder);
  Value pairs = arith::TruncFOp::create(
      builder, loc, VectorType::get({2 * kLanes}, builder.getBF16Type()), both);
  return vector::BitCastOp::create(
      builder, loc, VectorType::get({kLanes}, builder.getI32Type()), pairs);
}

Value AArch64Isa::emitDotBf16(OpBuilder &builder, Location loc, Value a,
                              Value b, Value sum) const {
  auto pairs = VectorType::get({2 * kLanes}, builder.getBF16Type());
  a = vector::BitCastOp::create(builder, loc, pairs, a);
  b = vector::BitCastOp::create(builder, loc, pairs, b);
  return callIntrinsic(builder, loc, "llvm.aarch64.neon.bfdot.v4f32.v8bf16",
                       sum.getType(), {sum, a, b});
}

/// Where there is no dot product: smlal of the first of each pair, by a lane of
/// the row's, then of the second. (smull of bytes, whose neighbours addp adds,
/// takes half as many multiplications and more registers than there are.)
static Value multiplyPairs(OpBuilder &builder, Location loc, Value rows,
                           Value weights, Value sum) {
  auto pairs = VectorType::get({2 * kLanes}, builder.getI16Type());
  auto half = VectorType::get({kLanes}, builder.getI16Type());
  rows = vector::BitCastOp::create(builder, loc, pairs, rows);
  weights = vector::BitCastOp::create(builder, loc, pairs, weights);
  for (int64_t part : {0, 1}) {
    SmallVector<int64_t> places;
    for (int64_t lane = 0; lane < kLanes; ++lane)
      places.push_back(2 * lane + part);
    Value row = vector::BroadcastOp::create(
        builder, loc, half,
        vector::ExtractOp::create(builder, loc, rows, part));
    Value products = callIntrinsic(
        builder, loc, "llvm.aarch64.neon.smull.v4i32", sum.getType(),
        {vector::ShuffleOp::create(builder, loc, weights, weights, places),
         row});
    sum = arith::AddIOp::create(builder, loc, sum, products);
  }
  return sum;
}

Value AArch64Isa::emitDotIntegers(OpBuilder &builder, Location loc,
                                  const Target &target, Value rows,
                                  Value weights, Value sum) const {
  if (target.integerDot.depth == 2)
    return multiplyPairs(builder, loc, rows, weights, sum);
  auto bytes = VectorType::get({4 * kLanes}, builder.getI8Type());
  rows = vector::BitCastOp::create(builder, loc, bytes, rows);
  weights = vector::BitCastOp::create(builder, loc, bytes, weights);
  StringRef name = target.integerDot.unsignedRows
                       ? "llvm.aarch64.neon.usdot.v4i32.v16i8"
                       : "llvm.aarch64.neon.sdot.v4i32.v16i8";
  return callIntrinsic(builder, loc, name, sum.getType(), {sum, rows, weights});
}
