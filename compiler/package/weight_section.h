//===- weight_section.h - The weights as kernels read them ------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_PACKAGE_WEIGHT_SECTION_H
#define EMBLEM_COMPILER_PACKAGE_WEIGHT_SECTION_H

#include "compiler/package/packed_weight.h"

#include "mlir/IR/BuiltinOps.h"

#include <utility>

namespace emblem::package {

/// Where packed bytes go: a file or memory that holds zeros. Called from many
/// threads, for bytes that do not overlap.
class WeightSink {
public:
  virtual ~WeightSink() = default;
  /// `offset` counts from the begin of the section.
  virtual llvm::Error write(int64_t offset, llvm::ArrayRef<char> bytes) = 0;
};

/// All of a model's weights in one section, 64-byte aligned, the gaps zero. It
/// is never in memory as a whole: it is written in blocks of about a million
/// values a thread. The same model gives the same bytes.
class WeightSection {
public:
  WeightSection() = default;
  /// The section of a module's weights after outline-stages.
  /// `store` outlives it.
  static llvm::Expected<WeightSection> plan(mlir::ModuleOp module,
                                            const frontend::WeightStore &store);

  int64_t getBytes() const { return bytes; }
  /// Elements of the model's own weights.
  int64_t getParameters() const { return parameters; }
  llvm::ArrayRef<PackedWeight> getWeights() const { return weights; }

  /// Packs everything, on the context's threads.
  llvm::Error writeTo(WeightSink &sink, mlir::MLIRContext &context) const;
  /// Packs some of the weights.
  llvm::Error write(llvm::ArrayRef<int64_t> indices, WeightSink &sink,
                    mlir::MLIRContext &context) const;
  /// Packs some parts of one weight.
  llvm::Error writeParts(int64_t index, llvm::ArrayRef<int64_t> parts,
                         WeightSink &sink, mlir::MLIRContext &context) const;

private:
  std::vector<PackedWeight> weights;
  int64_t bytes = 0, parameters = 0;
};

/// Memory as large as a section, 64-byte aligned.
class WeightMemory : public WeightSink {
public:
  explicit WeightMemory(int64_t bytes);
  WeightMemory(WeightMemory &&other)
      : memory(std::exchange(other.memory, nullptr)), size(other.size) {}
  ~WeightMemory() override;
  llvm::Error write(int64_t offset, llvm::ArrayRef<char> bytes) override;
  llvm::ArrayRef<char> getBytes() const { return {memory, size_t(size)}; }

private:
  char *memory;
  int64_t size;
};

} // namespace emblem::package

#endif // EMBLEM_COMPILER_PACKAGE_WEIGHT_SECTION_H
