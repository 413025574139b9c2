//===- staged_weights.h - Weights packed as stages run ----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_PACKAGE_STAGED_WEIGHTS_H
#define EMBLEM_COMPILER_PACKAGE_STAGED_WEIGHTS_H

#include "compiler/package/weight_section.h"

#include <memory>

namespace emblem::package {

/// A weight section for a program that runs stage by stage in the compiler:
/// addresses for all of it, and memory for what the next stage reads. What
/// small models have stays; of large ones, what other stages read is dropped.
/// Of a table by token ids there are only the rows of the ids that are asked
/// for.
class StagedWeights : public WeightSink {
public:
  /// The section of a lowered module. `store` outlives it.
  static llvm::Expected<std::unique_ptr<StagedWeights>>
  plan(mlir::ModuleOp module, const frontend::WeightStore &store);
  ~StagedWeights() override;

  /// 64-byte aligned; what was not loaded reads as zeros.
  const char *data() const { return memory; }
  const WeightSection &getSection() const { return section; }

  /// While there are at most as many bytes, what other stages read stays.
  void setMostBytes(int64_t bytes) { mostBytes = bytes; }
  /// Makes what stage `index` reads readable, for a batch of these ids.
  llvm::Error load(size_t index, llvm::ArrayRef<int32_t> ids);
  /// Drops everything where it is more than `bytes`.
  void dropAbove(int64_t bytes);

  llvm::Error write(int64_t offset, llvm::ArrayRef<char> bytes) override;

private:
  /// What a stage reads, by index in the section.
  struct Stage {
    std::vector<int64_t> weights;
    int64_t tokenTable = -1;
  };

  explicit StagedWeights(mlir::MLIRContext &context) : context(context) {}
  llvm::Error reserve();
  llvm::Error loadRows(int64_t table, llvm::ArrayRef<int32_t> ids);
  void drop(int64_t weight);

  mlir::MLIRContext &context;
  WeightSection section;
  std::vector<Stage> stages;
  std::vector<bool> isLoaded;
  int64_t mostBytes = INT64_C(256) << 20, loadedBytes = 0;
  char *memory = nullptr;
};

} // namespace emblem::package

#endif // EMBLEM_COMPILER_PACKAGE_STAGED_WEIGHTS_H
