//===- cosines.cpp - Cosines of vectors to those of f32 -------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/accuracy/cosines.h"

#include "llvm/Support/FormatVariadic.h"

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace emblem;

double accuracy::cosine(llvm::ArrayRef<float> a, llvm::ArrayRef<float> b) {
  double dot = 0, squaresOfA = 0, squaresOfB = 0;
  for (auto [x, y] : llvm::zip_equal(a, b)) {
    dot += double(x) * y;
    squaresOfA += double(x) * x;
    squaresOfB += double(y) * y;
  }
  if (squaresOfA == 0 && squaresOfB == 0)
    return 1;
  // Exactly 1 for a vector and itself. Products of four f32 have room.
  double result = dot / std::sqrt(squaresOfA * squaresOfB);
  // Rounding may carry a cosine past 1.
  return std::isfinite(result) ? std::clamp(result, -1.0, 1.0) : 0;
}

accuracy::Cosines accuracy::compareVectors(llvm::ArrayRef<float> reference,
                                           llvm::ArrayRef<float> vectors,
                                           int64_t dimension) {
  Cosines cosines;
  for (size_t at = 0; at < reference.size(); at += dimension)
    cosines.each.push_back(
        cosine(reference.slice(at, dimension), vectors.slice(at, dimension)));
  cosines.minimum = *std::min_element(cosines.each.begin(), cosines.each.end());
  cosines.mean =
      std::accumulate(cosines.each.begin(), cosines.each.end(), 0.0) /
      cosines.each.size();
  return cosines;
}

/// A label's scores, less their mean.
static std::vector<float> centre(llvm::ArrayRef<float> scores, int64_t label,
                                 int64_t labels) {
  std::vector<float> column;
  for (size_t at = label; at < scores.size(); at += labels)
    column.push_back(scores[at]);
  double mean =
      std::accumulate(column.begin(), column.end(), 0.0) / column.size();
  for (float &score : column)
    score -= mean;
  return column;
}

accuracy::Cosines accuracy::compareScores(llvm::ArrayRef<float> reference,
                                          llvm::ArrayRef<float> scores,
                                          int64_t labels) {
  std::vector<float> columns[2];
  for (int64_t label = 0; label < labels; ++label) {
    llvm::append_range(columns[0], centre(reference, label, labels));
    llvm::append_range(columns[1], centre(scores, label, labels));
  }
  return compareVectors(columns[0], columns[1], reference.size() / labels);
}

std::string accuracy::formatCosine(double cosine) {
  return llvm::formatv("{0:f6}", std::floor(cosine * 1e6) / 1e6);
}
