//===- live_value_collector.h - Places of a model's activations -*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_DRIVER_LIVE_VALUE_COLLECTOR_H
#define EMBLEM_COMPILER_DRIVER_LIVE_VALUE_COLLECTOR_H

#include "compiler/accuracy/live_values.h"

#include "mlir/Pass/PassInstrumentation.h"

namespace emblem::driver {

/// Watches a pipeline and notes, once every activation has its place, which
/// stages write and read it.
class LiveValueCollector : public mlir::PassInstrumentation {
public:
  LiveValueCollector(const Target &target,
                     std::vector<accuracy::LiveValue> &values)
      : target(target), values(values) {}

  void runAfterPass(mlir::Pass *pass, mlir::Operation *op) override;

private:
  const Target &target;
  std::vector<accuracy::LiveValue> &values;
};

} // namespace emblem::driver

#endif // EMBLEM_COMPILER_DRIVER_LIVE_VALUE_COLLECTOR_H
