//===- computed_weights.cpp - Weights that no file holds ------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/codegen/computed_weights.h"

#include <cmath>

using namespace mlir;
using namespace emblem;
using namespace emblem::codegen;

using Term = llvm::function_ref<double(int64_t row, int64_t column)>;

static ComputedWeight fill(int64_t height, int64_t width, Term term) {
  ComputedWeight weight = {width, std::vector<float>(height * width)};
  for (int64_t row = 0; row < height; ++row)
    for (int64_t column = 0; column < width; ++column)
      weight.values[row * width + column] =
          static_cast<float>(term(row, column));
  return weight;
}

static int64_t countAt(ArrayAttr sources, int64_t index) {
  return cast<IntegerAttr>(sources[index]).getInt();
}

/// emb.positional_encoding's formula, in double precision.
static ComputedWeight sinusoid(ArrayAttr sources, int64_t positions) {
  int64_t width = countAt(sources, 0);
  return fill(positions, width, [&](int64_t position, int64_t column) {
    double exponent = double(column / 2 * 2) / double(width);
    double angle = double(position) / std::pow(10000.0, exponent);
    return column % 2 == 0 ? std::sin(angle) : std::cos(angle);
  });
}

// Frequencies and angles in float32, as transformers has them: at position
// 8,000 their rounding moves an angle by 5e-4, and a model was trained with it.
static ComputedWeight rotary(ArrayAttr sources, int64_t positions) {
  int64_t features = countAt(sources, 0), half = features / 2;
  auto number = [&](int64_t index) {
    return static_cast<float>(
        cast<FloatAttr>(sources[index]).getValueAsDouble());
  };
  std::vector<float> frequencies;
  for (int64_t pair = 0; pair < half; ++pair) {
    float exponent = float(2 * pair) / float(features);
    frequencies.push_back(1.0f / std::pow(number(1), exponent) / number(2));
  }
  return fill(positions, features, [&](int64_t position, int64_t column) {
    double angle = float(position) * frequencies[column % half];
    return column < half ? std::cos(angle) : std::sin(angle);
  });
}

/// `term` of each head and distance.
static ComputedWeight distances(ArrayAttr sources, int64_t heads, Term term) {
  int64_t positions = countAt(sources, sources.size() - 1);
  return fill(heads, 2 * positions - 1, [&](int64_t head, int64_t column) {
    return term(head, column - (positions - 1));
  });
}

bool codegen::isComputed(kernel::Layout layout) {
  switch (layout) {
  case kernel::Layout::Sinusoid:
  case kernel::Layout::Rotary:
  case kernel::Layout::Alibi:
  case kernel::Layout::PositionBias:
    return true;
  default:
    return false;
  }
}

ComputedWeight codegen::computeWeight(kernel::Layout layout, ArrayAttr sources,
                                      int64_t height, ArrayRef<float> table) {
  switch (layout) {
  case kernel::Layout::Sinusoid:
    return sinusoid(sources, height);
  case kernel::Layout::Rotary:
    return rotary(sources, height);
  case kernel::Layout::Alibi:
    return distances(sources, height, [&](int64_t head, int64_t distance) {
      return -emb::getAlibiSlope(head, height) * double(std::abs(distance));
    });
  case kernel::Layout::PositionBias:
    return distances(sources, height, [&](int64_t head, int64_t distance) {
      int64_t buckets = table.size() / height;
      int64_t bucket =
          emb::getPositionBucket(distance, buckets, countAt(sources, 1));
      return double(table[bucket * height + head]);
    });
  default:
    llvm_unreachable("a layout that is read from a file");
  }
}
