//===- attention.cpp - emb.attention in double precision ------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/evaluator/layers.h"

#include <algorithm>
#include <cmath>

using namespace emblem;
using namespace emblem::evaluator;

/// exp(x) over the sum of all exp(x). The maximum is taken off first: it
/// changes nothing but that no power overflows.
static void softmax(std::vector<double> &x) {
  double maximum = *std::max_element(x.begin(), x.end());
  double sum = 0.0;
  for (double &value : x) {
    value = std::exp(value - maximum);
    sum += value;
  }
  for (double &value : x)
    value /= sum;
}

/// Each head of each row over its root mean square, times scale.
static Matrix normalizeHeads(const Matrix &x, int64_t headSize,
                             const Matrix &scale, double epsilon) {
  Matrix heads(x.rows * x.columns / headSize, headSize);
  heads.values = x.values;
  Matrix y = x;
  y.values = rmsNorm(heads, &scale, epsilon).values;
  return y;
}

/// Turns the pairs of features of each head by their token's position.
static void rotate(Matrix &x, Offsets offsets, emb::AttentionOp op) {
  int64_t headSize = op.getHeadSize(), features = *op.getRotary();
  int64_t half = features / 2;
  auto number = [](std::optional<llvm::APFloat> given, double otherwise) {
    return given ? given->convertToDouble() : otherwise;
  };
  double base = number(op.getRotaryBase(), 1.0);
  double factor = number(op.getRotaryFactor(), 1.0);
  double amplitude = number(op.getRotaryAmplitude(), 1.0);
  for (size_t s = 0; s + 1 < offsets.size(); ++s)
    for (int64_t t = offsets[s]; t < offsets[s + 1]; ++t)
      for (int64_t head = 0; head < x.columns; head += headSize)
        for (int64_t i = 0; i < half; ++i) {
          double frequency = op.getRotaryFrequencies()
                                 ? (*op.getRotaryFrequencies())[i]
                                 : std::pow(base, -2.0 * i / features) / factor;
          double angle = (t - offsets[s]) * frequency;
          int64_t first = head + (op.getRotaryInterleaved() ? 2 * i : i);
          int64_t second = first + (op.getRotaryInterleaved() ? 1 : half);
          double a = x(t, first), b = x(t, second);
          double cosine = amplitude * std::cos(angle);
          double sine = amplitude * std::sin(angle);
          x(t, first) = a * cosine - b * sine;
          x(t, second) = b * cosine + a * sine;
        }
}

/// What is added to the score of a key `distance` tokens after the query.
static double positionBias(emb::AttentionOp op, const Matrix *table,
                           int64_t distance, int64_t head) {
  if (op.getAlibi())
    return -emb::getAlibiSlope(head, op.getHeads()) * std::abs(distance);
  if (!table)
    return 0.0;
  return (*table)(
      emb::getPositionBucket(distance, table->rows, *op.getMaxDistance()),
      head);
}

/// What the dot product of query t and key u gains from the position tables, in
/// the head that begins at feature `head`.
static double relativeScore(emb::AttentionOp op,
                            const AttentionWeights &weights, const Matrix &q,
                            const Matrix &k, int64_t t, int64_t u,
                            int64_t head) {
  const Matrix *keys = weights.positionKeys, *queries = weights.positionQueries;
  if (!keys && !queries)
    return 0.0;
  int64_t row = emb::getRelativeRow(t - u, (keys ? keys : queries)->rows,
                                    op.getMaxDistance());
  double score = 0.0;
  for (int64_t f = head; f < head + int64_t(op.getHeadSize()); ++f) {
    if (keys)
      score += q(t, f) * (*keys)(row, f);
    if (queries)
      score += k(u, f) * (*queries)(row, f);
  }
  return score;
}

/// Where the keys of text `s` end.
static int64_t keysEnd(llvm::ArrayRef<int32_t> ids, Offsets offsets, size_t s,
                       emb::AttentionOp op) {
  int64_t end = offsets[s + 1];
  while (op.getUnattended() && end > offsets[s] + 1 &&
         ids[end - 1] == static_cast<int64_t>(*op.getUnattended()))
    --end;
  return end;
}

Matrix evaluator::attention(const Matrix &x, llvm::ArrayRef<int32_t> ids,
                            Offsets offsets, emb::AttentionOp op,
                            const AttentionWeights &weights) {
  Matrix q = linear(x, weights.query); // [T, A], A = heads * headSize
  Matrix k = linear(x, weights.key);   // [T, B]
  Matrix v = linear(x, weights.value); // [T, B]
  int64_t headSize = op.getHeadSize(), heads = op.getHeads();
  int64_t shared = heads / op.getKeyValueHeadsOrDefault(); // by these queries
  double scale = op.getScaleOrDefault();

  if (weights.queryNorm)
    q = normalizeHeads(q, headSize, *weights.queryNorm,
                       op.getNormEpsilon()->convertToDouble());
  if (weights.keyNorm)
    k = normalizeHeads(k, headSize, *weights.keyNorm,
                       op.getNormEpsilon()->convertToDouble());
  if (op.getRotary()) {
    rotate(q, offsets, op);
    rotate(k, offsets, op);
  }

  Matrix context(x.rows, q.columns); // [T, A]
  for (size_t s = 0; s + 1 < offsets.size(); ++s)
    for (int64_t head = 0; head < heads; ++head) {
      int64_t ofQuery = head * headSize, ofKey = head / shared * headSize;
      for (int64_t t = offsets[s]; t < offsets[s + 1]; ++t) {
        int64_t begin = offsets[s], end = keysEnd(ids, offsets, s, op);
        if (op.getBefore())
          begin = std::max<int64_t>(begin, t - *op.getBefore());
        if (op.getAfter())
          end = std::min<int64_t>(end, t + *op.getAfter() + 1);
        // How much token t attends to each token u that it sees.
        std::vector<double> attended(end - begin);
        for (int64_t u = begin; u < end; ++u) {
          double score = 0.0;
          for (int64_t f = 0; f < headSize; ++f)
            score += q(t, ofQuery + f) * k(u, ofKey + f);
          score += relativeScore(op, weights, q, k, t, u, ofQuery);
          score *= scale;
          if (op.getSoftcap()) {
            double cap = op.getSoftcap()->convertToDouble();
            score = cap * std::tanh(score / cap);
          }
          attended[u - begin] =
              score + positionBias(op, weights.positionBias, u - t, head);
        }
        softmax(attended);
        for (int64_t f = 0; f < headSize; ++f)
          for (int64_t u = begin; u < end; ++u)
            context(t, ofQuery + f) += attended[u - begin] * v(u, ofKey + f);
      }
    }
  return linear(context, weights.output); // [T, H]
}
