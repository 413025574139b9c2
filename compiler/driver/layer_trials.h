//===- layer_trials.h - Layers in a higher precision, tried -----*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// What a layer's stages are depends on its own precision and, for what they
// leave to it, on the next layer's. So four programs hold all that there can
// be: with no layer kept in the higher precision, with all, with every other
// one and with those between. A trial of any layers is a chain of their stages;
// what is alive between two layers is carried from one program's arena to the
// other's. Its bits are those of the program that would be compiled.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_DRIVER_LAYER_TRIALS_H
#define EMBLEM_COMPILER_DRIVER_LAYER_TRIALS_H

#include "compiler/accuracy/live_values.h"
#include "compiler/driver/in_process.h"

#include "llvm/ADT/BitVector.h"

#include <array>
#include <optional>

namespace emblem::driver {

/// The model as it is compiled already, with no layer kept.
struct PlainProgram {
  llvm::StringRef object;
  mlir::ModuleOp lowered;
  llvm::ArrayRef<accuracy::LiveValue> values;
  llvm::StringRef symbol; // the table's
};

class LayerTrials {
public:
  /// `options` are those of `plain`, which has no layer kept. `layers` are
  /// names as lower-precision has them, in the order in which they run.
  LayerTrials(const InProcessInputs &inputs, const PipelineOptions &options,
              const PlainProgram &plain, Precision higher,
              llvm::ArrayRef<std::string> layers)
      : inputs(inputs), options(options), plain(plain), higher(higher),
        layers(layers) {}

  /// For each trial, whose bits say which layers are kept, the rows of the
  /// first output for `batch`. Trials that begin alike run once up to where
  /// they part.
  llvm::Expected<std::vector<std::vector<float>>>
  run(llvm::ArrayRef<llvm::BitVector> trials,
      const accuracy::TokenBatch &batch);

  /// Programs that were compiled so far.
  int64_t getCompilations() const { return compilations; }

private:
  enum Variant { None, All, Even, Odd }; // the layers that are kept
  struct Program {
    InProcessProgram program;
    std::vector<accuracy::LiveValue> values;
    /// The stage at which each layer begins: 0 for the first, whatever comes
    /// before it; and the end. Empty: its layers do not follow one another.
    std::vector<size_t> begins;
  };
  /// Trials that have the same layers kept so far, the next one included.
  struct Group {
    std::vector<size_t> trials;
    accuracy::SavedValues values;
    std::vector<float> rows; // of the first output, once they are there
  };

  static Variant getVariant(const llvm::BitVector &kept, size_t layer);
  llvm::BitVector keptLayers(Variant variant) const;

  llvm::Expected<InProcessProgram> compile(const llvm::BitVector &kept,
                                           std::vector<accuracy::LiveValue> &);
  llvm::Error prepare(Variant variant);
  std::vector<size_t> findBegins(const EmblemModelTable &table) const;
  bool isChain(const llvm::BitVector &kept) const;

  size_t endOfRun(const accuracy::TokenBatch &batch, size_t first,
                  size_t trials) const;
  /// One layer, for the trials of one group that a program does for.
  llvm::Error runLayer(Program &program, const Group &from, size_t layer,
                       accuracy::StageRunner &runner, Group &result);
  llvm::Expected<std::vector<Group>>
  runLayers(llvm::ArrayRef<Group> groups, size_t layer,
            llvm::ArrayRef<llvm::BitVector> trials,
            llvm::function_ref<accuracy::StageRunner(const EmblemModelTable &)>
                makeRunner);

  InProcessInputs inputs;
  PipelineOptions options;
  PlainProgram plain;
  Precision higher;
  llvm::ArrayRef<std::string> layers;
  std::array<std::optional<Program>, 4> programs;
  int64_t compilations = 0;
};

} // namespace emblem::driver

#endif // EMBLEM_COMPILER_DRIVER_LAYER_TRIALS_H
