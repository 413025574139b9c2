//===- low_rank_sum.cpp - A weight and what an adapter adds to it ---------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/weights/low_rank_sum.h"

#include <vector>

using namespace llvm;

void emblem::frontend::addProduct(MutableArrayRef<float> values, int64_t width,
                                  double scale, ArrayRef<float> up,
                                  ArrayRef<float> down, int64_t rank) {
  std::vector<double> sums(width);
  int64_t height = values.size() / width;
  for (int64_t row = 0; row < height; ++row) {
    std::fill(sums.begin(), sums.end(), 0.0);
    for (int64_t k = 0; k < rank; ++k)
      for (int64_t column = 0; column < width; ++column)
        sums[column] +=
            double(up[row * rank + k]) * double(down[k * width + column]);
    for (int64_t column = 0; column < width; ++column) {
      float &value = values[row * width + column];
      value = static_cast<float>(value + scale * sums[column]);
    }
  }
}
