//===- stage_inputs.h - Places that matmuls read ----------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_DRIVER_STAGE_INPUTS_H
#define EMBLEM_COMPILER_DRIVER_STAGE_INPUTS_H

#include "compiler/accuracy/input_ranges.h"

#include "mlir/Pass/PassInstrumentation.h"

namespace emblem::driver {

/// Watches a pipeline and notes, once every activation has its place, the input
/// of each matmul over tokens and, where that is asked, of each attention.
class StageInputCollector : public mlir::PassInstrumentation {
public:
  StageInputCollector(const Target &target,
                      std::vector<accuracy::StageInput> &inputs,
                      bool ofAttention = false)
      : target(target), inputs(inputs), ofAttention(ofAttention) {}

  void runAfterPass(mlir::Pass *pass, mlir::Operation *op) override;

private:
  const Target &target;
  std::vector<accuracy::StageInput> &inputs;
  bool ofAttention;
};

} // namespace emblem::driver

#endif // EMBLEM_COMPILER_DRIVER_STAGE_INPUTS_H
