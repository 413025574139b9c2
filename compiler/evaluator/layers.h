//===- layers.h - The emb operations in double precision --------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// One function an operation, as a textbook has it: plain loops, in double
// precision, no thought of speed. Shapes are in brackets:
//
//   T  tokens of all texts     S  texts           R  rows of either
//   H  hidden size             V  vocabulary      P  positions
//   I, O  a linear layer's input and output size  F  a feed-forward's inner
//   size
//
// `offsets` has S + 1 entries: text s owns the rows offsets[s] up to
// offsets[s + 1]. Null pointers stand for what a model may leave out.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_EVALUATOR_LAYERS_H
#define EMBLEM_COMPILER_EVALUATOR_LAYERS_H

#include "compiler/evaluator/matrix.h"
#include "dialects/emb/emb_dialect.h"

namespace emblem::evaluator {

using Offsets = llvm::ArrayRef<int32_t>;

/// A linear layer: x * transpose(weight) + bias.
struct Linear {
  const Matrix &weight; // [O, I]
  const Matrix *bias;   // [1, O], or null
};

/// Row ids[t] of the table [V, H], times `scale`, for each token t: [T, H]. Of
/// id V it is zeros.
Matrix tokenEmbedding(llvm::ArrayRef<int32_t> ids, const Matrix &table,
                      double scale);

/// x [T, H] plus row `position` of the table [P, H]. Tokens of the id
/// `uncounted` are at `firstPosition - 1`, and move no other on.
Matrix learnedPositions(const Matrix &x, Offsets offsets, const Matrix &table,
                        int64_t firstPosition, llvm::ArrayRef<int32_t> ids,
                        std::optional<int64_t> uncounted);
/// x [T, H] plus sines and cosines of the position.
Matrix sinusoidalPositions(const Matrix &x, Offsets offsets,
                           int64_t firstPosition);

/// Row t of x [T, H] plus row types[t] of the table.
Matrix segmentEmbedding(const Matrix &x, const Matrix &table,
                        llvm::ArrayRef<int32_t> types);

struct AttentionWeights {
  Linear query, key, value, output;
  const Matrix *queryNorm, *keyNorm;            // [1, head size], or null
  const Matrix *positionBias;                   // [buckets, heads], or null
  const Matrix *positionKeys, *positionQueries; // [2 * span, A], or null
};

/// Multi-head self-attention within each text: [T, H] to [T, H].
Matrix attention(const Matrix &x, llvm::ArrayRef<int32_t> ids, Offsets offsets,
                 emb::AttentionOp op, const AttentionWeights &weights);

/// down(activation(up(x))), or, with a gate, down(activation(gate(x)) . up(x)):
/// [R, H] to [R, O].
Matrix feedForward(const Matrix &x, emb::Activation activation,
                   const Linear &up, const Linear *gate, const Linear &down);

/// layer(x): [R, I] to [R, O].
Matrix linear(const Matrix &x, const Linear &layer);

double activate(double x, emb::Activation activation);

/// activation(layer(x)): [R, I] to [R, O].
Matrix dense(const Matrix &x, emb::Activation activation, const Linear &layer);

/// Each row [H] to mean 0 and variance 1, then times scale [1, H], plus shift.
Matrix layerNorm(const Matrix &x, const Matrix *scale, const Matrix *shift,
                 double epsilon);

/// Each row [H] over the root of its mean square, then times scale [1, H].
Matrix rmsNorm(const Matrix &x, const Matrix *scale, double epsilon);

/// x + y, both [R, H].
Matrix add(const Matrix &x, const Matrix &y);

/// One row a text from one row a token: [T, H] to [S, H].
Matrix pool(const Matrix &x, Offsets offsets, emb::PoolKind kind);

/// Row r of each part, one after the other: [R, A], [R, B], ... to [R, A + B +
/// ...].
Matrix concatenate(llvm::ArrayRef<const Matrix *> parts);

/// Each row [H] to Euclidean length one.
Matrix normalize(const Matrix &x);

} // namespace emblem::evaluator

#endif // EMBLEM_COMPILER_EVALUATOR_LAYERS_H
