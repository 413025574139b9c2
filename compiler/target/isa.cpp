//===- isa.cpp - Defaults of every architecture ---------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/target/isa.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;
using namespace emblem;

static Value choose(OpBuilder &builder, Location loc,
                    arith::CmpFPredicate predicate, Value a, Value b) {
  Value isA = arith::CmpFOp::create(builder, loc, predicate, a, b);
  return arith::SelectOp::create(builder, loc, isA, a, b);
}

Value emblem::callIntrinsic(OpBuilder &builder, Location loc, const Twine &name,
                            Type result, ValueRange operands) {
  return LLVM::CallIntrinsicOp::create(builder, loc, result,
                                       builder.getStringAttr(name), operands)
      .getResult(0);
}

Value Isa::emitMinimum(OpBuilder &builder, Location loc, Value a,
                       Value b) const {
  return choose(builder, loc, arith::CmpFPredicate::OLT, a, b);
}

Value Isa::emitMaximum(OpBuilder &builder, Location loc, Value a,
                       Value b) const {
  return choose(builder, loc, arith::CmpFPredicate::OGT, a, b);
}

// Adds to the exponent.
Value Isa::emitScaleByPower(OpBuilder &builder, Location loc, const Target &,
                            Value power, Value whole) const {
  constexpr int32_t mantissaBits = 23;
  auto floats = cast<VectorType>(power.getType());
  auto words = floats.clone(builder.getI32Type());
  Value exponent = arith::FPToSIOp::create(builder, loc, words, whole);
  Value places = arith::ConstantOp::create(
      builder, loc, DenseElementsAttr::get(words, mantissaBits));
  exponent = arith::ShLIOp::create(builder, loc, exponent, places);
  Value bits = arith::BitcastOp::create(builder, loc, words, power);
  bits = arith::AddIOp::create(builder, loc, bits, exponent);
  return arith::BitcastOp::create(builder, loc, floats, bits);
}
