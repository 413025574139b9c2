//===- resized_positions.cpp - Positions for another size -----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/weights/resized_positions.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <cmath>

using namespace llvm;
using namespace emblem::frontend;

using Resized = WeightDerivation::Resized;

/// The cubic convolution kernel (Keys, "Cubic convolution interpolation for
/// digital image processing", 1981).
static double cubic(double x, double a) {
  x = std::abs(x);
  if (x < 1)
    return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2)
    return ((x - 5) * x + 8) * a * x - 4 * a;
  return 0;
}

namespace {
/// What a place along a side is made of.
struct Taps {
  std::vector<int64_t> places;
  std::vector<double> weights;
};
} // namespace

/// PyTorch's two ways: four neighbours with a = -0.75, those past the border
/// again those at it; or, antialiased, all within a kernel as wide as the step
/// with a = -0.5, those past the border left out.
static Taps findTaps(const Resized &resized, int64_t place) {
  double step = double(resized.from) / resized.to;
  double center = step * (place + 0.5);
  Taps taps;
  if (!resized.antialiased) {
    double at = center - 0.5;
    int64_t first = static_cast<int64_t>(std::floor(at)) - 1;
    for (int64_t i = first; i < first + 4; ++i) {
      taps.places.push_back(std::clamp<int64_t>(i, 0, resized.from - 1));
      taps.weights.push_back(cubic(at - i, -0.75));
    }
    return taps;
  }
  double wide = std::max(step, 1.0), sum = 0;
  int64_t first = std::max<int64_t>(0, center - 2 * wide + 0.5);
  int64_t end = std::min<int64_t>(resized.from, center + 2 * wide + 0.5);
  for (int64_t i = first; i < end; ++i) {
    taps.places.push_back(i);
    taps.weights.push_back(cubic((i - center + 0.5) / wide, -0.5));
    sum += taps.weights.back();
  }
  for (double &weight : taps.weights)
    weight /= sum;
  return taps;
}

void emblem::frontend::resizePositions(const Resized &resized,
                                       ArrayRef<float> table, int64_t width,
                                       int64_t first,
                                       MutableArrayRef<float> rows) {
  int64_t from = resized.from, to = resized.to;
  ArrayRef<float> places = table.take_back(from * from * width);
  int64_t before = (table.size() - places.size()) / width;
  int64_t count = rows.size() / width;
  for (int64_t i = 0; i < count; ++i) {
    MutableArrayRef<float> row = rows.slice(i * width, width);
    if (first + i < before) {
      llvm::copy(table.slice((first + i) * width, width), row.begin());
      continue;
    }
    int64_t place = first + i - before;
    Taps down = findTaps(resized, place / to);
    Taps across = findTaps(resized, place % to);
    std::vector<double> sums(width);
    for (auto [y, downWeight] : llvm::zip(down.places, down.weights))
      for (auto [x, acrossWeight] : llvm::zip(across.places, across.weights))
        for (int64_t column = 0; column < width; ++column)
          sums[column] += downWeight * acrossWeight *
                          places[(y * from + x) * width + column];
    llvm::copy(sums, row.begin());
  }
}
