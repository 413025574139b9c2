//===- vector_function.cpp - Arithmetic of a target, run here -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "vector_function.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

#include <bit>
#include <cmath>
#include <limits>

using namespace emblem;
using namespace emblem::cpu;
using namespace mlir;

/// func.func @f(%x: memref<?xf32>, %y: memref<?xf32>, %count: index): y = f(x)
static void buildFunction(ModuleOp module, const Target &target,
                          const VectorFunction::Emit &emit) {
  OpBuilder builder = OpBuilder::atBlockEnd(module.getBody());
  Location loc = module.getLoc();
  Type floats = MemRefType::get({ShapedType::kDynamic}, builder.getF32Type());
  auto function = func::FuncOp::create(
      builder, loc, "f",
      builder.getFunctionType({floats, floats, builder.getIndexType()}, {}));
  function->setAttr(LLVM::LLVMDialect::getEmitCWrapperAttrName(),
                    builder.getUnitAttr());
  Block *entry = function.addEntryBlock();
  builder.setInsertionPointToStart(entry);
  LoopBuilder b(builder, loc, target);
  b.loop(b.index(0), entry->getArgument(2), b.lanes(), [&](Value i) {
    b.store(emit(b, b.load(entry->getArgument(0), i)), entry->getArgument(1),
            i);
  });
  func::ReturnOp::create(builder, loc);
}

VectorFunction::VectorFunction(const Target &target, const Emit &emit)
    : lanes(target.vectorWidth),
      module(target,
             [&](ModuleOp module) { buildFunction(module, target, emit); }),
      run(module.find("f")) {}

std::vector<float> VectorFunction::operator()(std::vector<float> values) const {
  size_t count = values.size();
  values.resize((count + lanes - 1) / lanes * lanes);
  std::vector<float> results(values.size());
  int64_t size = values.size();
  Buffer<float, 1> x(values, {size}), y(results, {size});
  run({x, y, size});
  results.resize(count);
  return results;
}

std::vector<float> cpu::sweep(double from, double to, uint32_t stride) {
  std::vector<float> values;
  auto add = [&](float value) {
    if (std::isfinite(value) && value >= from && value <= to)
      values.push_back(value);
  };
  for (float end : {from, to, 0.0, -0.0})
    add(end);
  for (uint64_t bits = 0; bits < (uint64_t(1) << 32); bits += stride)
    add(std::bit_cast<float>(static_cast<uint32_t>(bits)));
  return values;
}

void cpu::checkBound(const Bound &bound, const Target &target) {
  VectorFunction function(target, bound.emit);
  // A prime: every exponent and both signs, the mantissa's bits all over.
  std::vector<float> values = sweep(bound.from, bound.to, 1021);
  ASSERT_GT(values.size(), 1000u);
  std::vector<float> results = function(values);
  double worst = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    double exact = bound.exact(values[i]);
    double error = std::abs(results[i] - exact);
    double allowed = bound.allowed(values[i], exact);
    ASSERT_LE(error, allowed) << bound.name << "(" << values[i] << ") is "
                              << exact << ", not " << results[i];
    if (allowed > 0)
      worst = std::max(worst, error / allowed);
  }
  testing::Test::RecordProperty(bound.name, std::to_string(worst));
  EXPECT_TRUE(std::isnan(function({std::nanf("")})[0]))
      << bound.name << " loses a NaN";
}
