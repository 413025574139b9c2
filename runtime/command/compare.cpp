//===- compare.cpp - Likeness of two vectors ------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/compare.h"

#include <cmath>

namespace emblem::command {

static double cosine(const float *a, const float *b, int64_t dimension) {
  double product = 0, squareA = 0, squareB = 0;
  for (int64_t i = 0; i < dimension; ++i) {
    product += static_cast<double>(a[i]) * b[i];
    squareA += static_cast<double>(a[i]) * a[i];
    squareB += static_cast<double>(b[i]) * b[i];
  }
  double lengths = std::sqrt(squareA) * std::sqrt(squareB);
  return lengths > 0 ? product / lengths : 0;
}

static double distance(const float *a, const float *b, int64_t dimension) {
  double squares = 0;
  for (int64_t i = 0; i < dimension; ++i) {
    double difference = static_cast<double>(a[i]) - b[i];
    squares += difference * difference;
  }
  return std::sqrt(squares);
}

void writeComparison(const EmblemModelTable &table, const float *a,
                     const float *b, int64_t dimension, OutputFile &output) {
  bool far = table.distance == EMBLEM_EUCLIDEAN;
  double value = far ? distance(a, b, dimension) : cosine(a, b, dimension);
  const char *verdict = "";
  if (!std::isnan(table.threshold))
    verdict = (far ? value <= table.threshold : value >= table.threshold)
                  ? "\tsame"
                  : "\tdifferent";
  output.print("%.6f%s\n", value, verdict);
}

} // namespace emblem::command
