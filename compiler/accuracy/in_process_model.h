//===- in_process_model.h - A model, run by its compiler --------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_ACCURACY_IN_PROCESS_MODEL_H
#define EMBLEM_COMPILER_ACCURACY_IN_PROCESS_MODEL_H

#include "compiler/target/target_table.h"
#include "emblem/emblem.h"
#include "emblem/model_table.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>
#include <vector>

namespace llvm::orc {
class LLJIT;
} // namespace llvm::orc

namespace emblem::accuracy {

/// Text s has the ids ids[offsets[s]] up to ids[offsets[s + 1]]. Of images all
/// ids are 0, as many as an image has tokens.
struct TokenBatch {
  std::vector<int32_t> ids;
  std::vector<int32_t> types;      // of the ids
  std::vector<int64_t> offsets{0}; // [texts + 1]
  std::vector<float> pixels;       // of all images, as the model takes them

  size_t texts() const { return offsets.size() - 1; }
  /// Appends a text, or with the types of its ids a pair.
  void add(llvm::ArrayRef<int32_t> text, llvm::ArrayRef<int32_t> types = {});
};

/// An object file of a model, linked into this process and opened by the same
/// runtime that programs have.
class InProcessModel {
public:
  /// `weights` are 64-byte aligned, in whatever place, and outlive the model.
  /// `threads` as EmblemOptions has it, `symbol` is the table's. Call it only
  /// where the target runsHere().
  static llvm::Expected<InProcessModel>
  open(std::unique_ptr<llvm::MemoryBuffer> object, const void *weights,
       int threads, llvm::StringRef symbol = EMBLEM_MODEL_SYMBOL);

  InProcessModel(InProcessModel &&);
  ~InProcessModel();

  const EmblemModelTable &table() const { return *modelTable; }

  /// The ids of one text, special tokens included, cut where the model cuts.
  llvm::Expected<std::vector<int32_t>> tokenize(llvm::StringRef text);

  /// Appends a pair to a batch, as a model that scores pairs tokenizes it.
  llvm::Error tokenizePair(llvm::StringRef first, llvm::StringRef second,
                           TokenBatch &batch);

  /// [texts, dimension].
  llvm::Expected<std::vector<float>> embed(const TokenBatch &batch);

private:
  struct FreeModel {
    void operator()(EmblemModel *model) const { emblem_free(model); }
  };

  explicit InProcessModel(std::unique_ptr<llvm::orc::LLJIT> jit);

  std::unique_ptr<llvm::orc::LLJIT> jit;        // owns the code
  std::unique_ptr<EmblemModelTable> modelTable; // with its own distances
  std::unique_ptr<EmblemModel, FreeModel> model;
};

} // namespace emblem::accuracy

#endif // EMBLEM_COMPILER_ACCURACY_IN_PROCESS_MODEL_H
