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

#include "dialects/emb/emb_dialect.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"

#include <vector>

namespace emblem::evaluator {

/// The values of a weight, row by row; as many as its type has elements.
using WeightReader =
    llvm::function_ref<llvm::Expected<std::vector<float>>(emb::WeightOp)>;

/// The vectors [texts][dimension] of a batch. Text s has the token ids
/// ids[offsets[s]] up to ids[offsets[s + 1]]: one at least, max_positions at
/// most, each in the vocabulary; the error says which text is not so. `types`
/// are as many as the ids where the model tells token types apart, else none.
/// `model` is verified already.
llvm::Expected<std::vector<std::vector<double>>>
evaluate(emb::ModelOp model, llvm::ArrayRef<int32_t> ids,
         llvm::ArrayRef<int32_t> offsets, WeightReader readWeight,
         llvm::ArrayRef<int32_t> types = {});

} // namespace emblem::evaluator

#endif // EMBLEM_COMPILER_EVALUATOR_EVALUATOR_H
