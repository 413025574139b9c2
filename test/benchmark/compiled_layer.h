//===- compiled_layer.h - One encoder layer, compiled -----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_BENCHMARK_COMPILED_LAYER_H
#define EMBLEM_TEST_BENCHMARK_COMPILED_LAYER_H

#include "compiler/accuracy/in_process_model.h"
#include "compiler/package/weight_section.h"

#include <memory>
#include <string>

namespace emblem::benchmark {

/// Every kernel of a BERT encoder, in the sizes of all-MiniLM-L6-v2 and with
/// random weights: compiled by emblemc's own passes, into the machine code that
/// emblemc would write, and loaded into this process.
class CompiledLayer {
public:
  /// `precision` is what emblemc's --precision takes.
  static llvm::Expected<CompiledLayer> compile(const Target &target,
                                               llvm::StringRef precision);

  const EmblemModelTable &table() const { return model.table(); }

private:
  CompiledLayer(package::WeightMemory weights, accuracy::InProcessModel model)
      : weights(std::move(weights)), model(std::move(model)) {}

  package::WeightMemory weights; // outlive the model
  accuracy::InProcessModel model;
};

} // namespace emblem::benchmark

#endif // EMBLEM_TEST_BENCHMARK_COMPILED_LAYER_H
