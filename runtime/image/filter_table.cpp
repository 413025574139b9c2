//===- filter_table.cpp - Weights of the pixels under a pixel -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/image/filter_table.h"

#include "emblem/model_table.h"
#include "runtime/parallel/heap_array.h"

#include <algorithm>
#include <cmath>

using namespace emblem::image;
using emblem::runtime::allocateFor;

namespace {

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

/// The weights of inputs [first, last) about `middle`, and their sum.
using Weigh = double (*)(int64_t first, int64_t last, double middle,
                         double shrink, double *to);

template <double (*weight)(double)>
double weigh(int64_t first, int64_t last, double middle, double shrink,
             double *to) {
  double sum = 0;
  for (int64_t x = first; x < last; ++x)
    sum += to[x - first] = weight((double(x) - middle + 0.5) * shrink);
  return sum;
}

/// A filter, and how far it reaches.
struct Filter {
  Weigh weigh;
  double reach;
};

Filter filterOf(int filter) {
  switch (filter) {
  case EMBLEM_FILTER_BICUBIC:
    return {weigh<cubic>, 2};
  case EMBLEM_FILTER_LANCZOS:
    return {weigh<lanczos3>, 3};
  default:
    return {weigh<triangle>, 1};
  }
}

int32_t toFixed(double weight) {
  const double scaled = weight * (1 << FilterTable::fractionBits);
  return int32_t(weight < 0 ? scaled - 0.5 : scaled + 0.5);
}

} // namespace

bool FilterTable::build(int filter, int64_t inputs, int64_t size, int64_t begin,
                        int64_t end, bool aligned, PackWeights pack) {
  const Filter kind = filterOf(filter);
  const double scale = double(inputs) / double(size);
  const double stretch = scale < 1 ? 1 : scale;
  const double reach = kind.reach * stretch, shrink = 1 / stretch;
  length = end - begin;
  const int64_t alignment = aligned ? 4 : 1;
  most = int64_t(std::ceil(reach)) * 2 + alignment;
  const int64_t words = (most + 3) / 4 * 4;
  outputs = allocateFor<Taps>(size_t(length));
  weights = allocateFor<int32_t>(size_t(length * words));
  double *exact = allocateFor<double>(size_t(words));
  int32_t *fixed = allocateFor<int32_t>(size_t(words));
  int64_t longest = 0;
  const bool good = outputs && weights && exact && fixed;

  for (int64_t i = 0; good && i < length; ++i) {
    const double middle = (double(begin + i) + 0.5) * scale;
    int64_t first = int64_t(middle - reach + 0.5);
    int64_t last = int64_t(middle + reach + 0.5);
    first = first < 0 ? 0 : first;
    last = last > inputs ? inputs : last;
    const double sum = kind.weigh(first, last, middle, shrink, exact);
    const int64_t before = first % alignment, count = before + last - first;
    std::fill_n(fixed, words, 0);
    for (int64_t x = before; x < count; ++x) {
      const double weight = exact[x - before];
      fixed[x] = toFixed(sum != 0 ? weight / sum : weight);
    }
    int32_t *packed = weights + i * words;
    outputs[i] = {first - before, int32_t(count), packed};
    for (int64_t x = 0; x < words; x += 4)
      pack(fixed + x, packed + x);
    longest = std::max(longest, count);
    stop = last;
  }
  if (aligned)
    for (int64_t i = 0; good && i < length; ++i)
      outputs[i].count = int32_t((longest + 3) / 4 * 4);
  std::free(exact);
  std::free(fixed);
  return good;
}
