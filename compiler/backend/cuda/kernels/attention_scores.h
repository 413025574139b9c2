//===- attention_scores.h - From products to weights' exponents -*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CUDA_KERNELS_ATTENTION_SCORES_H
#define EMBLEM_COMPILER_BACKEND_CUDA_KERNELS_ATTENTION_SCORES_H

#include "compiler/backend/cuda/kernels/stage_writer.h"

namespace emblem::cuda {

/// What a block of queries sees, by places in its text.
struct SeenKeys {
  mlir::Value firstQuery;
  mlir::Value begin, end; // some query sees a key of them; whole key blocks
  mlir::Value length;     // where keys end that anybody sees
};

/// Which keys anybody of a block of queries from `firstQuery` on sees; the text
/// has `tokens` tokens from row `begin` on.
SeenKeys findSeenKeys(kernel::AttentionOp op, KernelFunction &f,
                      mlir::Value lane, mlir::Value firstQuery,
                      mlir::Value begin, mlir::Value tokens, int64_t queryRows,
                      int64_t keyRows);

/// Of one head: capped, with their bias, and the lowest where a query does not
/// see the key.
class AttentionScores {
public:
  using Value = mlir::Value;

  /// `queries`: the thread's two, in the text.
  AttentionScores(kernel::AttentionOp op, KernelFunction &f, Value head,
                  const SeenKeys &seen, std::array<Value, 2> queries,
                  int64_t queryRows, int64_t keyRows);

  /// exp2(score times it) is a weight.
  double getFactor() const { return factor; }
  /// Four a column tile, as products of `keyRows` keys from `firstKey` on;
  /// `key` is the thread's first.
  void finish(llvm::MutableArrayRef<Value> scores, Value firstKey, Value key);

private:
  Value finishOne(Value product, Value key, int64_t query);
  Value sees(int64_t query, Value key);

  kernel::AttentionOp op;
  KernelFunction &f;
  const SeenKeys &seen;
  std::array<Value, 2> queries;
  int64_t queryRows, keyRows;
  double factor;
  Value biasRow; // the head's, at distance 0
};

} // namespace emblem::cuda

#endif // EMBLEM_COMPILER_BACKEND_CUDA_KERNELS_ATTENTION_SCORES_H
