//===- cosines.cpp - How near vectors are to those of f32 -----------------===//
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

std::string accuracy::formatCosine(double cosine) {
  return llvm::formatv("{0:f6}", std::floor(cosine * 1e6) / 1e6);
}
