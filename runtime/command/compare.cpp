//===- compare.cpp - Likeness of two vectors ------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/compare.h"

#include <cmath>

namespace emblem::command {

double cosine(const float *a, const float *b, int64_t dimension) {
  double product = 0, squareA = 0, squareB = 0;
  for (int64_t i = 0; i < dimension; ++i) {
    product += static_cast<double>(a[i]) * b[i];
    squareA += static_cast<double>(a[i]) * a[i];
    squareB += static_cast<double>(b[i]) * b[i];
  }
  double lengths = std::sqrt(squareA) * std::sqrt(squareB);
  return lengths > 0 ? product / lengths : 0;
}

static double product(const float *a, const float *b, int64_t dimension) {
  double sum = 0;
  for (int64_t i = 0; i < dimension; ++i)
    sum += static_cast<double>(a[i]) * b[i];
  return sum;
}

static double euclidean(const float *a, const float *b, int64_t dimension) {
  double squares = 0;
  for (int64_t i = 0; i < dimension; ++i) {
    double difference = static_cast<double>(a[i]) - b[i];
    squares += difference * difference;
  }
  return std::sqrt(squares);
}

static double manhattan(const float *a, const float *b, int64_t dimension) {
  double sum = 0;
  for (int64_t i = 0; i < dimension; ++i)
    sum += std::fabs(static_cast<double>(a[i]) - b[i]);
  return sum;
}

static double valueOf(int32_t similarity, const float *a, const float *b,
                      int64_t dimension) {
  switch (similarity) {
  case EMBLEM_EUCLIDEAN:
    return euclidean(a, b, dimension);
  case EMBLEM_DOT:
    return product(a, b, dimension);
  case EMBLEM_NEGATIVE_EUCLIDEAN:
    return -euclidean(a, b, dimension);
  case EMBLEM_NEGATIVE_MANHATTAN:
    return -manhattan(a, b, dimension);
  default:
    return cosine(a, b, dimension);
  }
}

const char *similarityName(int32_t similarity) {
  switch (similarity) {
  case EMBLEM_EUCLIDEAN:
    return "distance";
  case EMBLEM_DOT:
    return "dot product";
  case EMBLEM_NEGATIVE_EUCLIDEAN:
    return "negative euclidean distance";
  case EMBLEM_NEGATIVE_MANHATTAN:
    return "negative manhattan distance";
  case EMBLEM_MEAN_MAX_SIM:
    return "mean MaxSim";
  default:
    return "cosine";
  }
}

void writeComparison(const EmblemModelTable &table, const float *a,
                     const float *b, int64_t dimension, OutputFile &output) {
  const bool far = table.distance == EMBLEM_EUCLIDEAN;
  const double value = valueOf(table.distance, a, b, dimension);
  const char *verdict = "";
  if (!std::isnan(table.threshold))
    verdict = (far ? value <= table.threshold : value >= table.threshold)
                  ? "\tsame"
                  : "\tdifferent";
  output.print("%.6f%s\n", value, verdict);
}

} // namespace emblem::command
