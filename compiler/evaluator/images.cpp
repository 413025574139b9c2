//===- images.cpp - emb operations over images in doubles -----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/evaluator/images.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace emblem;
using namespace emblem::evaluator;

namespace {

/// Height, width and channels of the images of a type.
struct Sides {
  int64_t height, width, channels;

  Sides(mlir::Value images) {
    auto type = llvm::cast<mlir::ShapedType>(images.getType());
    height = type.getDimSize(1);
    width = type.getDimSize(2);
    channels = type.getDimSize(3);
  }
  int64_t size() const { return height * width * channels; }
  int64_t at(int64_t y, int64_t x, int64_t channel) const {
    return (y * width + x) * channels + channel;
  }
  bool holds(int64_t y, int64_t x) const {
    return y >= 0 && y < height && x >= 0 && x < width;
  }
};

} // namespace

Matrix evaluator::patchEmbedding(const Matrix &pixels, emb::PatchEmbeddingOp op,
                                 const PatchWeights &weights) {
  Sides image = op.getPixels();
  auto patch = llvm::cast<mlir::ShapedType>(op.getWeight().getType());
  int64_t height = patch.getDimSize(2), width = patch.getDimSize(3);
  int64_t across = image.width / width, prefix = op.getPrefixTokens();
  int64_t tokens = op.getTokens(), first = weights.classToken ? 1 : 0;

  Matrix y(pixels.rows * tokens, patch.getDimSize(0)); // [T, H]
  for (int64_t s = 0; s < pixels.rows; ++s)
    for (int64_t t = 0; t < tokens; ++t)
      for (int64_t h = 0; h < y.columns; ++h) {
        double &sum = y(s * tokens + t, h);
        int64_t position = t; // of the class token and the patches
        if (t < first) {
          sum = (*weights.classToken)(0, h);
        } else if (t < prefix) {
          sum = (*weights.registers)(t - first, h);
          continue;
        } else {
          position = t - prefix + first;
          int64_t top = (t - prefix) / across * height;
          int64_t left = (t - prefix) % across * width;
          sum = weights.projection.bias ? (*weights.projection.bias)(0, h) : 0;
          for (int64_t c = 0; c < image.channels; ++c)
            for (int64_t i = 0; i < height; ++i)
              for (int64_t j = 0; j < width; ++j)
                sum +=
                    pixels(s, image.at(top + i, left + j, c)) *
                    weights.projection.weight(h, (c * height + i) * width + j);
        }
        if (weights.positions)
          sum += (*weights.positions)(position, h);
      }
  return y;
}

Matrix evaluator::conv2d(const Matrix &x, emb::Conv2dOp op,
                         const Linear &kernels) {
  Sides from = op.getInput(), to = op.getResult();
  auto kernel = llvm::cast<mlir::ShapedType>(op.getWeight().getType());
  int64_t height = kernel.getDimSize(2), width = kernel.getDimSize(3);
  Matrix result(x.rows, to.size());
  for (int64_t s = 0; s < x.rows; ++s)
    for (int64_t y = 0; y < to.height; ++y)
      for (int64_t z = 0; z < to.width; ++z)
        for (int64_t o = 0; o < to.channels; ++o) {
          double sum = kernels.bias ? (*kernels.bias)(0, o) : 0;
          for (int64_t c = 0; c < from.channels; ++c)
            for (int64_t i = 0; i < height; ++i)
              for (int64_t j = 0; j < width; ++j) {
                int64_t line = y * op.getStride()[0] + i - op.getPadding()[0];
                int64_t place = z * op.getStride()[1] + j - op.getPadding()[1];
                if (from.holds(line, place))
                  sum += x(s, from.at(line, place, c)) *
                         kernels.weight(o, (c * height + i) * width + j);
              }
          result(s, to.at(y, z, o)) = activate(sum, op.getActivation());
        }
  return result;
}

Matrix evaluator::pool2d(const Matrix &x, emb::Pool2dOp op) {
  Sides from = op.getInput(), to = op.getResult();
  bool isMax = op.getKind() == emb::Pool2dKind::Max;
  Matrix result(x.rows, to.size());
  for (int64_t s = 0; s < x.rows; ++s)
    for (int64_t y = 0; y < to.height; ++y)
      for (int64_t z = 0; z < to.width; ++z)
        for (int64_t c = 0; c < to.channels; ++c) {
          double all = isMax ? -std::numeric_limits<double>::infinity() : 0;
          for (int64_t i = 0; i < op.getSize()[0]; ++i)
            for (int64_t j = 0; j < op.getSize()[1]; ++j) {
              int64_t line = y * op.getStride()[0] + i - op.getPadding()[0];
              int64_t place = z * op.getStride()[1] + j - op.getPadding()[1];
              if (!from.holds(line, place))
                continue;
              double pixel = x(s, from.at(line, place, c));
              all = isMax ? std::max(all, pixel) : all + pixel;
            }
          result(s, to.at(y, z, c)) =
              isMax ? all : all / (op.getSize()[0] * op.getSize()[1]);
        }
  return result;
}

Matrix evaluator::flatten(const Matrix &x, emb::FlattenOp op) {
  Sides image = op.getInput();
  Matrix y(x.rows, x.columns);
  for (int64_t s = 0; s < x.rows; ++s)
    for (int64_t c = 0; c < image.channels; ++c)
      for (int64_t i = 0; i < image.height; ++i)
        for (int64_t j = 0; j < image.width; ++j)
          y(s, (c * image.height + i) * image.width + j) =
              x(s, image.at(i, j, c));
  return y;
}

Matrix evaluator::attentionPool(const Matrix &x, Offsets offsets, int64_t heads,
                                const Matrix &probe, const Linear &query,
                                const Linear &key, const Linear &value,
                                const Linear &output) {
  Matrix q = linear(probe, query), k = linear(x, key), v = linear(x, value);
  int64_t size = q.columns / heads;
  Matrix seen(offsets.size() - 1, q.columns); // [S, A]
  for (int64_t s = 0; s < seen.rows; ++s)
    for (int64_t head = 0; head < heads; ++head) {
      std::vector<double> scores;
      for (int64_t t = offsets[s]; t < offsets[s + 1]; ++t) {
        double score = 0;
        for (int64_t i = head * size; i < (head + 1) * size; ++i)
          score += q(0, i) * k(t, i) / std::sqrt(double(size));
        scores.push_back(score);
      }
      double most = *std::max_element(scores.begin(), scores.end()), sum = 0;
      for (double &score : scores)
        sum += score = std::exp(score - most);
      for (int64_t t = offsets[s]; t < offsets[s + 1]; ++t)
        for (int64_t i = head * size; i < (head + 1) * size; ++i)
          seen(s, i) += scores[t - offsets[s]] / sum * v(t, i);
    }
  return linear(seen, output);
}
