//===- filter_table.cpp - Which pixels make a pixel -----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/image/filter_table.h"

#include "emblem/model_table.h"
#include "runtime/parallel/heap_array.h"

#include <cmath>

using namespace emblem::image;
using emblem::runtime::allocateFor;

namespace {

/// A filter's weight at a distance from its middle, and how far it reaches.
struct Filter {
  double (*weight)(double distance);
  double reach;
};

double triangle(double x) {
  x = std::fabs(x);
  return x < 1 ? 1 - x : 0;
}

/// R. Keys, Cubic convolution interpolation for digital image processing, 1981,
/// with a = -0.5.
double cubic(double x) {
  constexpr double a = -0.5;
  x = std::fabs(x);
  if (x < 1)
    return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2)
    return (((x - 5) * x + 8) * x - 4) * a;
  return 0;
}

double sinc(double x) {
  if (x == 0)
    return 1;
  x *= M_PI;
  return std::sin(x) / x;
}

double lanczos3(double x) {
  return x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0;
}

Filter filterOf(int filter) {
  switch (filter) {
  case EMBLEM_FILTER_BICUBIC:
    return {cubic, 2};
  case EMBLEM_FILTER_LANCZOS:
    return {lanczos3, 3};
  default:
    return {triangle, 1};
  }
}

int32_t toFixed(double weight) {
  const double scaled = weight * (1 << FilterTable::fractionBits);
  return int32_t(weight < 0 ? scaled - 0.5 : scaled + 0.5);
}

} // namespace

bool FilterTable::build(int filter, int64_t inputs, int64_t size, int64_t begin,
                        int64_t end) {
  const Filter kind = filterOf(filter);
  const double scale = double(inputs) / double(size);
  const double stretch = scale < 1 ? 1 : scale;
  const double reach = kind.reach * stretch, shrink = 1 / stretch;
  length = end - begin;
  most = int64_t(std::ceil(reach)) * 2 + 1;
  outputs = allocateFor<Taps>(size_t(length));
  weights = allocateFor<int32_t>(size_t(length * most));
  double *exact = allocateFor<double>(size_t(most));
  if (!outputs || !weights || !exact) {
    std::free(exact);
    return false;
  }

  for (int64_t i = 0; i < length; ++i) {
    const double middle = (double(begin + i) + 0.5) * scale;
    int64_t first = int64_t(middle - reach + 0.5);
    int64_t last = int64_t(middle + reach + 0.5);
    first = first < 0 ? 0 : first;
    last = last > inputs ? inputs : last;
    double sum = 0;
    for (int64_t x = first; x < last; ++x)
      sum += exact[x - first] =
          kind.weight((double(x) - middle + 0.5) * shrink);
    outputs[i] = {first, int32_t(last - first), weights + i * most};
    for (int64_t x = 0; x < last - first; ++x)
      weights[i * most + x] = toFixed(sum != 0 ? exact[x] / sum : exact[x]);
  }
  std::free(exact);
  return true;
}
