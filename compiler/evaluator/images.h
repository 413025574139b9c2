//===- images.h - emb operations over images in doubles ---------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// As layers.h. An image is a row: its pixels row by row, a pixel's channels
// side by side.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_EVALUATOR_IMAGES_H
#define EMBLEM_COMPILER_EVALUATOR_IMAGES_H

#include "compiler/evaluator/layers.h"

namespace emblem::evaluator {

struct PatchWeights {
  Linear projection;                                // [H, C * P * Q]
  const Matrix *classToken, *registers, *positions; // or null
};

/// Pixels [S, height * width * C] to [T, H]: the tokens of each image.
Matrix patchEmbedding(const Matrix &pixels, emb::PatchEmbeddingOp op,
                      const PatchWeights &weights);

/// [S, H * W * C] to [S, H' * W' * O]; the weight is [O, C * I * J].
Matrix conv2d(const Matrix &x, emb::Conv2dOp op, const Linear &kernels);

/// [S, H * W * C] to [S, H' * W' * C].
Matrix pool2d(const Matrix &x, emb::Pool2dOp op);

/// [S, H * W * C] to [S, C * H * W].
Matrix flatten(const Matrix &x, emb::FlattenOp op);

/// One row a text, what `probe` [1, H] sees of its tokens: [T, H] to [S, O].
Matrix attentionPool(const Matrix &x, Offsets offsets, int64_t heads,
                     const Matrix &probe, const Linear &query,
                     const Linear &key, const Linear &value,
                     const Linear &output);

} // namespace emblem::evaluator

#endif // EMBLEM_COMPILER_EVALUATOR_IMAGES_H
