//===- evaluator.h - The reference evaluator of emb -------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Runs an `emb` model in double precision: the oracle that every lowering,
// precision, provider and target is held to. What each operation computes is in
// layers.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_EVALUATOR_EVALUATOR_H
#define EMBLEM_COMPILER_EVALUATOR_EVALUATOR_H

#include "compiler/evaluator/pixels.h"
#include "dialects/emb/emb_dialect.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"

#include <vector>

namespace emblem::evaluator {

/// The values of a weight, row by row; as many as its type has elements.
using WeightReader =
    llvm::function_ref<llvm::Expected<std::vector<float>>(emb::WeightOp)>;

using Rows = std::vector<std::vector<double>>;

/// One output of a model: a row a text or a row a token, as its kind says.
struct Output {
  emb::OutputKind kind;
  Rows rows;
};

/// The outputs of a batch, in the model's order. Text s has the token ids
/// ids[offsets[s]] up to ids[offsets[s + 1]]: one at least, max_positions at
/// most, each in the vocabulary; the error says which text is not so. `types`
/// are as many as the ids where the model tells token types apart, else none.
/// `model` is verified already.
llvm::Expected<std::vector<Output>>
evaluateOutputs(emb::ModelOp model, llvm::ArrayRef<int32_t> ids,
                llvm::ArrayRef<int32_t> offsets, WeightReader readWeight,
                llvm::ArrayRef<int32_t> types = {});

/// The same, the first output alone: of most models the vectors
/// [texts][dimension].
llvm::Expected<Rows> evaluate(emb::ModelOp model, llvm::ArrayRef<int32_t> ids,
                              llvm::ArrayRef<int32_t> offsets,
                              WeightReader readWeight,
                              llvm::ArrayRef<int32_t> types = {});

/// The vectors of images, by a model of images: one row each. The error says
/// where the pixels are not as the model takes them.
llvm::Expected<Rows> evaluateImages(emb::ModelOp model, const Pixels &pixels,
                                    WeightReader readWeight);

} // namespace emblem::evaluator

#endif // EMBLEM_COMPILER_EVALUATOR_EVALUATOR_H
