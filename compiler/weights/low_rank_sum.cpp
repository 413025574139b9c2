//===- low_rank_sum.cpp - A weight and what an adapter adds to it ---------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/weights/low_rank_sum.h"

#include <fmt/format.h>
#include <vector>

using namespace llvm;
using namespace emblem::frontend;

std::optional<LowRankSum> LowRankSum::parse(StringRef name) {
  LowRankSum sum;
  if (!name.consume_front("(") || !name.consume_back(")"))
    return std::nullopt;
  auto [base, product] = name.split(" + ");
  auto [scale, factors] = product.split(" * ");
  std::tie(sum.up, sum.down) = factors.split(" @ ");
  sum.base = base;
  if (sum.down.empty() || scale.getAsDouble(sum.scale))
    return std::nullopt;
  return sum;
}

std::string LowRankSum::name() const {
  return fmt::format("({} + {} * {} @ {})", base.str(), scale, up.str(),
                     down.str());
}

void LowRankSum::addTo(MutableArrayRef<float> values, int64_t width,
                       int64_t first, ArrayRef<float> up, ArrayRef<float> down,
                       int64_t rank) const {
  std::vector<double> sums(width);
  int64_t height = values.size() / width;
  for (int64_t row = 0; row < height; ++row) {
    std::fill(sums.begin(), sums.end(), 0.0);
    for (int64_t k = 0; k < rank; ++k)
      for (int64_t column = 0; column < width; ++column)
        sums[column] += double(up[(first + row) * rank + k]) *
                        double(down[k * width + column]);
    for (int64_t column = 0; column < width; ++column) {
      float &value = values[row * width + column];
      value = static_cast<float>(value + scale * sums[column]);
    }
  }
}
