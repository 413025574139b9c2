//===- reference.h - The model in f32, run while it is compiled -*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Low precision is chosen by what the model does in f32, and held to it: the
// compiler compiles the model in f32 too, and runs both in its own process.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_DRIVER_REFERENCE_H
#define EMBLEM_COMPILER_DRIVER_REFERENCE_H

#include "compiler/accuracy/cosines.h"
#include "compiler/accuracy/probe.h"
#include "compiler/backend/cpu/program/program.h"
#include "compiler/weights/weight_store.h"

#include <optional>

namespace emblem::driver {

struct ReferenceInputs {
  mlir::ModuleOp module; // in emb; it is lowered
  const frontend::WeightStore &store;
  llvm::StringRef tokenizer;       // its tables; empty: none
  const Target &target;            // runs here
  int threads;                     // as EmblemOptions has it
  bool calibrate;                  // whether the ranges are needed ...
  bool ofAttention;                // ... of what attention reads, too
  llvm::StringRef calibrationFile; // empty: the probe's texts
};

/// The texts whose activations were measured.
struct Calibration {
  accuracy::TokenBatch batch; // or images
  bool fromFile;
};

struct Reference {
  accuracy::Probe probe;
  std::vector<float> vectors; // [texts, dimension], of the probe
  std::optional<Calibration> calibration;
  mlir::DictionaryAttr inputRanges; // attribute::inputRanges; null: not asked
  std::vector<std::string> matmulStages; // over tokens, in their order; those
                                         // of attention, if they were asked for

  /// How near the probe's vectors, from another precision, are to these.
  accuracy::Cosines compare(llvm::ArrayRef<float> others,
                            int64_t dimension) const {
    return probe.arePairs()
               ? accuracy::compareScores(vectors, others, dimension)
               : accuracy::compareVectors(vectors, others, dimension);
  }
};

/// Compiles the model in f32, embeds the probe with it and, where that is
/// asked, measures its activations.
llvm::Expected<Reference> runReference(const ReferenceInputs &inputs);

} // namespace emblem::driver

#endif // EMBLEM_COMPILER_DRIVER_REFERENCE_H
