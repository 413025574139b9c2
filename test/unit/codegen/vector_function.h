//===- vector_function.h - Arithmetic of a target, run here -----*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Compiles what the kernels' loops do to one vector, with the passes and for
// the target that a model is compiled with, and runs it on many values.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_UNIT_CODEGEN_VECTOR_FUNCTION_H
#define EMBLEM_TEST_UNIT_CODEGEN_VECTOR_FUNCTION_H

#include "compiler/codegen/mlir/loop_builder.h"

#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include <gtest/gtest.h>

#include <functional>

namespace emblem::codegen {

class VectorFunction {
public:
  using Emit = std::function<mlir::Value(LoopBuilder &, mlir::Value)>;
  VectorFunction(const Target &target, const Emit &emit);

  /// The result for each value; any number of them.
  std::vector<float> operator()(std::vector<float> values) const;

private:
  int64_t lanes;
  std::unique_ptr<llvm::orc::LLJIT> jit;
  void (*run)(void *x, void *y, int64_t count) = nullptr;
};

/// A function and what it must come to, in double precision.
struct Bound {
  const char *name;
  VectorFunction::Emit emit;
  double (*exact)(double);
  double from, to; // where the bound holds
  /// The error that is allowed at x.
  double (*allowed)(double x, double exact);
};

/// Every `stride`th finite f32 from `from` to `to`, both signs.
std::vector<float> sweep(double from, double to, uint32_t stride);

/// Holds `bound` over a sweep, and lets a NaN stay a NaN.
void checkBound(const Bound &bound, const Target &target);

/// A test for each target that this machine can run; the others are skipped.
class OnEveryTarget : public testing::TestWithParam<const Target *> {
protected:
  void SetUp() override;
};
inline std::string
targetName(const testing::TestParamInfo<const Target *> &parameter) {
  std::string name = parameter.param->name.str();
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}
std::vector<const Target *> everyTarget();

} // namespace emblem::codegen

#endif // EMBLEM_TEST_UNIT_CODEGEN_VECTOR_FUNCTION_H
