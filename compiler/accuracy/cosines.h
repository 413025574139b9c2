//===- cosines.h - Cosines of vectors to those of f32 -----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_ACCURACY_COSINES_H
#define EMBLEM_COMPILER_ACCURACY_COSINES_H

#include "llvm/ADT/ArrayRef.h"

#include <string>
#include <vector>

namespace emblem::accuracy {

/// dot(a, b) / (|a| |b|), in double precision. Two vectors of zeros have the
/// cosine 1; zeros beside anything else, and what is not finite, have 0: such a
/// vector is of no use, and passes no bound.
double cosine(llvm::ArrayRef<float> a, llvm::ArrayRef<float> b);

/// One cosine a text.
struct Cosines {
  std::vector<double> each;
  double minimum = 0, mean = 0;
};

/// `reference` and `vectors` are [texts, dimension], with one text at least.
Cosines compareVectors(llvm::ArrayRef<float> reference,
                       llvm::ArrayRef<float> vectors, int64_t dimension);

/// The same of scores of pairs, [pairs, labels]: a cosine a label, between all
/// pairs' scores less their mean (Pearson's correlation), for the cosine of two
/// single numbers says nothing.
Cosines compareScores(llvm::ArrayRef<float> reference,
                      llvm::ArrayRef<float> scores, int64_t labels);

/// "0.999812": six digits, cut and not rounded, so that a cosine below a bound
/// never reads as if it were not.
std::string formatCosine(double cosine);

} // namespace emblem::accuracy

#endif // EMBLEM_COMPILER_ACCURACY_COSINES_H
