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

#ifndef EMBLEM_TEST_UNIT_BACKEND_CPU_VECTOR_FUNCTION_H
#define EMBLEM_TEST_UNIT_BACKEND_CPU_VECTOR_FUNCTION_H

#include "compiled_module.h"

#include "compiler/backend/cpu/mlir/loop_builder.h"

namespace emblem::cpu {

class VectorFunction {
public:
  using Emit = std::function<mlir::Value(LoopBuilder &, mlir::Value)>;
  VectorFunction(const Target &target, const Emit &emit);

  /// The result for each value; any number of them.
  std::vector<float> operator()(std::vector<float> values) const;

private:
  int64_t lanes;
  CompiledModule module;
  CompiledFunction run;
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

} // namespace emblem::cpu

#endif // EMBLEM_TEST_UNIT_BACKEND_CPU_VECTOR_FUNCTION_H
