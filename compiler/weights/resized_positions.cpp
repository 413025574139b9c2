//===- resized_positions.cpp - Positions for another size -----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/weights/resized_positions.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include <algorithm>
#include <cmath>

using namespace llvm;
using namespace emblem::frontend;

static std::optional<int64_t> parseSquare(StringRef text) {
  auto [height, width] = text.split('x');
  int64_t side;
  if (height != width || height.getAsInteger(10, side) || side < 1 ||
      side > 1 << 14)
    return std::nullopt;
  return side;
}

std::optional<ResizedPositions> ResizedPositions::parse(StringRef name) {
  if (!name.consume_front("resized(") || !name.consume_back(")"))
    return std::nullopt;
  bool antialiased = name.consume_back(", antialiased");
  auto [table, sides] = name.rsplit(", ");
  auto [from, to] = sides.split(" to ");
  auto first = parseSquare(from), last = parseSquare(to);
  if (!first || !last)
    return std::nullopt;
  return ResizedPositions{table, *first, *last, antialiased};
}

std::string ResizedPositions::name() const {
  return formatv("resized({0}, {1}x{1} to {2}x{2}{3})", table, from, to,
                 antialiased ? ", antialiased" : "");
}

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
static Taps findTaps(const ResizedPositions &positions, int64_t place) {
  double step = double(positions.from) / positions.to;
  double center = step * (place + 0.5);
  Taps taps;
  if (!positions.antialiased) {
    double at = center - 0.5;
    int64_t first = static_cast<int64_t>(std::floor(at)) - 1;
    for (int64_t i = first; i < first + 4; ++i) {
      taps.places.push_back(std::clamp<int64_t>(i, 0, positions.from - 1));
      taps.weights.push_back(cubic(at - i, -0.75));
    }
    return taps;
  }
  double wide = std::max(step, 1.0), sum = 0;
  int64_t first = std::max<int64_t>(0, center - 2 * wide + 0.5);
  int64_t end = std::min<int64_t>(positions.from, center + 2 * wide + 0.5);
  for (int64_t i = first; i < end; ++i) {
    taps.places.push_back(i);
    taps.weights.push_back(cubic((i - center + 0.5) / wide, -0.5));
    sum += taps.weights.back();
  }
  for (double &weight : taps.weights)
    weight /= sum;
  return taps;
}

std::vector<float> ResizedPositions::resize(ArrayRef<float> values,
                                            int64_t width) const {
  ArrayRef<float> places = values.take_back(from * from * width);
  std::vector<float> resized(values.begin(), places.begin());
  for (int64_t y = 0; y < to; ++y)
    for (int64_t x = 0; x < to; ++x) {
      Taps down = findTaps(*this, y), across = findTaps(*this, x);
      std::vector<double> row(width);
      for (auto [i, downWeight] : llvm::zip(down.places, down.weights))
        for (auto [j, acrossWeight] : llvm::zip(across.places, across.weights))
          for (int64_t column = 0; column < width; ++column)
            row[column] += downWeight * acrossWeight *
                           places[(i * from + j) * width + column];
      resized.insert(resized.end(), row.begin(), row.end());
    }
  return resized;
}
