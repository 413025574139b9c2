//===- layers.cpp - The emb operations in double precision ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/evaluator/layers.h"

#include <algorithm>
#include <cmath>
#include <numbers>

using namespace emblem;
using namespace emblem::evaluator;

//===----------------------------------------------------------------------===//
// Embeddings
//===----------------------------------------------------------------------===//

Matrix evaluator::tokenEmbedding(llvm::ArrayRef<int32_t> ids,
                                 const Matrix &table, double scale) {
  Matrix y(ids.size(), table.columns); // [T, H]
  for (int64_t t = 0; t < y.rows; ++t)
    for (int64_t h = 0; h < y.columns && ids[t] < table.rows; ++h)
      y(t, h) = table(ids[t], h) * scale;
  return y;
}

Matrix evaluator::learnedPositions(const Matrix &x, Offsets offsets,
                                   const Matrix &table, int64_t firstPosition,
                                   llvm::ArrayRef<int32_t> ids,
                                   std::optional<int64_t> uncounted) {
  Matrix y = x; // [T, H]
  for (size_t s = 0; s + 1 < offsets.size(); ++s) {
    int64_t next = firstPosition;
    for (int64_t t = offsets[s]; t < offsets[s + 1]; ++t) {
      bool isPassed = uncounted && ids[t] == *uncounted;
      int64_t position = isPassed ? firstPosition - 1 : next++;
      for (int64_t h = 0; h < y.columns; ++h)
        y(t, h) += table(position, h);
    }
  }
  return y;
}

Matrix evaluator::sinusoidalPositions(const Matrix &x, Offsets offsets,
                                      int64_t firstPosition) {
  Matrix y = x; // [T, H]
  for (size_t s = 0; s + 1 < offsets.size(); ++s)
    for (int64_t t = offsets[s]; t < offsets[s + 1]; ++t) {
      double position = firstPosition + t - offsets[s];
      for (int64_t h = 0; h < y.columns; ++h) {
        // Features 2i and 2i + 1 share an angle.
        double i = h / 2;
        double angle = position / std::pow(10000.0, 2 * i / y.columns);
        y(t, h) += h % 2 == 0 ? std::sin(angle) : std::cos(angle);
      }
    }
  return y;
}

Matrix evaluator::segmentEmbedding(const Matrix &x, const Matrix &table,
                                   llvm::ArrayRef<int32_t> types) {
  Matrix y = x; // [T, H]
  for (int64_t t = 0; t < y.rows; ++t)
    for (int64_t h = 0; h < y.columns; ++h)
      y(t, h) += table(types[t], h);
  return y;
}

//===----------------------------------------------------------------------===//
// Encoder layers
//===----------------------------------------------------------------------===//

Matrix evaluator::linear(const Matrix &x, const Linear &layer) {
  Matrix y(x.rows, layer.weight.rows);
  for (int64_t r = 0; r < y.rows; ++r)
    for (int64_t o = 0; o < y.columns; ++o) {
      double sum = layer.bias ? (*layer.bias)(0, o) : 0.0;
      for (int64_t i = 0; i < x.columns; ++i)
        sum += x(r, i) * layer.weight(o, i);
      y(r, o) = sum;
    }
  return y;
}

double evaluator::activate(double x, emb::Activation activation) {
  using std::numbers::inv_pi;
  using std::numbers::sqrt2;
  switch (activation) {
  case emb::Activation::Identity:
    return x;
  case emb::Activation::Gelu:
    return x * 0.5 * (1.0 + std::erf(x / sqrt2));
  case emb::Activation::GeluTanh:
    return x * 0.5 *
           (1.0 +
            std::tanh(std::sqrt(2.0 * inv_pi) * (x + 0.044715 * x * x * x)));
  case emb::Activation::Relu:
    return std::max(x, 0.0);
  case emb::Activation::Silu:
    return x / (1.0 + std::exp(-x));
  case emb::Activation::Tanh:
    return std::tanh(x);
  case emb::Activation::Sigmoid:
    return 1.0 / (1.0 + std::exp(-x));
  case emb::Activation::QuickGelu:
    return x / (1.0 + std::exp(-1.702 * x));
  case emb::Activation::Log1pRelu:
    return std::log1p(std::max(x, 0.0));
  case emb::Activation::Log1pLog1pRelu:
    return std::log1p(std::log1p(std::max(x, 0.0)));
  }
  llvm_unreachable("an activation that emb_base.td does not list");
}

Matrix evaluator::dense(const Matrix &x, emb::Activation activation,
                        const Linear &layer) {
  Matrix y = linear(x, layer); // [R, O]
  for (double &value : y.values)
    value = activate(value, activation);
  return y;
}

Matrix evaluator::feedForward(const Matrix &x, emb::Activation activation,
                              const Linear &up, const Linear *gate,
                              const Linear &down) {
  Matrix inner = dense(x, activation, gate ? *gate : up); // [R, F]
  if (gate) {
    Matrix gated = linear(x, up); // [R, F]
    for (size_t i = 0; i < inner.values.size(); ++i)
      inner.values[i] *= gated.values[i];
  }
  return linear(inner, down); // [R, O]
}

Matrix evaluator::layerNorm(const Matrix &x, const Matrix *scale,
                            const Matrix *shift, double epsilon) {
  Matrix y(x.rows, x.columns); // [R, H]
  for (int64_t r = 0; r < x.rows; ++r) {
    double mean = 0.0;
    for (int64_t h = 0; h < x.columns; ++h)
      mean += x(r, h) / x.columns;

    double variance = 0.0;
    for (int64_t h = 0; h < x.columns; ++h)
      variance += (x(r, h) - mean) * (x(r, h) - mean) / x.columns;

    for (int64_t h = 0; h < x.columns; ++h) {
      y(r, h) = (x(r, h) - mean) / std::sqrt(variance + epsilon);
      if (scale)
        y(r, h) *= (*scale)(0, h);
      if (shift)
        y(r, h) += (*shift)(0, h);
    }
  }
  return y;
}

Matrix evaluator::rmsNorm(const Matrix &x, const Matrix *scale,
                          double epsilon) {
  Matrix y(x.rows, x.columns); // [R, H]
  for (int64_t r = 0; r < x.rows; ++r) {
    double squares = 0.0;
    for (int64_t h = 0; h < x.columns; ++h)
      squares += x(r, h) * x(r, h) / x.columns;
    for (int64_t h = 0; h < x.columns; ++h) {
      y(r, h) = x(r, h) / std::sqrt(squares + epsilon);
      if (scale)
        y(r, h) *= (*scale)(0, h);
    }
  }
  return y;
}

Matrix evaluator::add(const Matrix &x, const Matrix &y) {
  Matrix sum = x; // [R, H]
  for (size_t i = 0; i < sum.values.size(); ++i)
    sum.values[i] += y.values[i];
  return sum;
}

//===----------------------------------------------------------------------===//
// From rows to vectors
//===----------------------------------------------------------------------===//

Matrix evaluator::pool(const Matrix &x, Offsets offsets, emb::PoolKind kind) {
  Matrix y(offsets.size() - 1, x.columns); // [S, H]
  for (int64_t s = 0; s < y.rows; ++s)
    for (int64_t h = 0; h < y.columns; ++h) {
      int64_t begin = offsets[s], end = offsets[s + 1];
      switch (kind) {
      case emb::PoolKind::Cls:
        y(s, h) = x(begin, h);
        break;
      case emb::PoolKind::Last:
        y(s, h) = x(end - 1, h);
        break;
      case emb::PoolKind::Max:
        y(s, h) = x(begin, h);
        for (int64_t t = begin; t < end; ++t)
          y(s, h) = std::max(y(s, h), x(t, h));
        break;
      case emb::PoolKind::Mean:
      case emb::PoolKind::Sum:
      case emb::PoolKind::MeanSqrt:
        for (int64_t t = begin; t < end; ++t)
          y(s, h) += x(t, h);
        if (kind == emb::PoolKind::Mean)
          y(s, h) /= end - begin;
        if (kind == emb::PoolKind::MeanSqrt)
          y(s, h) /= std::sqrt(double(end - begin));
        break;
      case emb::PoolKind::WeightedMean: {
        double sum = 0.0, weights = 0.0;
        for (int64_t t = begin; t < end; ++t) {
          double weight = t - begin + 1;
          sum += weight * x(t, h);
          weights += weight;
        }
        y(s, h) = sum / weights;
        break;
      }
      }
    }
  return y;
}

Matrix evaluator::concatenate(llvm::ArrayRef<const Matrix *> parts) {
  int64_t columns = 0;
  for (const Matrix *part : parts)
    columns += part->columns;
  Matrix y(parts.front()->rows, columns); // [R, A + B + ...]
  int64_t begin = 0;
  for (const Matrix *part : parts) {
    for (int64_t r = 0; r < y.rows; ++r)
      for (int64_t h = 0; h < part->columns; ++h)
        y(r, begin + h) = (*part)(r, h);
    begin += part->columns;
  }
  return y;
}

Matrix evaluator::normalize(const Matrix &x) {
  Matrix y = x; // [R, H]
  for (int64_t r = 0; r < x.rows; ++r) {
    double squares = 0.0;
    for (int64_t h = 0; h < x.columns; ++h)
      squares += x(r, h) * x(r, h);
    for (int64_t h = 0; h < x.columns; ++h)
      y(r, h) /= std::max(std::sqrt(squares), 1e-12);
  }
  return y;
}
