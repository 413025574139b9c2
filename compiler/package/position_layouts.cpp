//===- position_layouts.cpp - Sines, angles and distances -----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/package/layout_writers.h"

#include <cmath>

using namespace mlir;
using namespace emblem;
using namespace emblem::package;

/// emb.positional_encoding's formula, in double precision.
ComputedWeight package::compute(kernel::SinusoidLayoutAttr layout,
                                int64_t positions, const SourceValues &) {
  int64_t width = layout.getWidth();
  return fill(positions, width, [&](int64_t position, int64_t column) {
    double exponent = double(column / 2 * 2) / double(width);
    double angle = double(position) / std::pow(10000.0, exponent);
    return column % 2 == 0 ? std::sin(angle) : std::cos(angle);
  });
}

// Frequencies and angles in float32, as transformers has them: at position
// 8,000 their rounding moves an angle by 5e-4, and a model was trained with it.
ComputedWeight package::compute(kernel::RotaryLayoutAttr layout,
                                int64_t positions, const SourceValues &values) {
  int64_t features = layout.getFeatures(), half = features / 2;
  std::vector<float> frequencies(values[layout.getFrequencies()]);
  bool given = !frequencies.empty();
  for (int64_t pair = 0; pair < half && !given; ++pair) {
    auto base = static_cast<float>(layout.getBase().getValueAsDouble());
    auto factor = static_cast<float>(layout.getFactor().getValueAsDouble());
    float exponent = float(2 * pair) / float(features);
    frequencies.push_back(1.0f / std::pow(base, exponent) / factor);
  }
  double amplitude =
      given ? static_cast<float>(layout.getAmplitude().getValueAsDouble())
            : 1.0;
  return fill(positions, features, [&](int64_t position, int64_t column) {
    double angle = float(position) * frequencies[column % half];
    return amplitude * (column < half ? std::cos(angle) : std::sin(angle));
  });
}

/// `term` of each head and distance.
static ComputedWeight byDistance(int64_t positions, int64_t heads, Term term) {
  return fill(heads, 2 * positions - 1, [&](int64_t head, int64_t column) {
    return term(head, column - (positions - 1));
  });
}

ComputedWeight package::compute(kernel::AlibiLayoutAttr layout, int64_t heads,
                                const SourceValues &) {
  return byDistance(
      layout.getPositions(), heads, [&](int64_t head, int64_t distance) {
        return -emb::getAlibiSlope(head, heads) * double(std::abs(distance));
      });
}

ComputedWeight package::compute(kernel::PositionBiasLayoutAttr layout,
                                int64_t heads, const SourceValues &values) {
  ArrayRef<float> table = values[layout.getTable()];
  return byDistance(
      layout.getPositions(), heads, [&](int64_t head, int64_t distance) {
        int64_t buckets = table.size() / heads;
        int64_t bucket =
            emb::getPositionBucket(distance, buckets, layout.getMaxDistance());
        return double(table[bucket * heads + head]);
      });
}

ComputedWeight package::compute(kernel::PositionRowsLayoutAttr layout,
                                int64_t height, const SourceValues &) {
  return byDistance(
      layout.getPositions(), height, [&](int64_t, int64_t distance) {
        return double(emb::getRelativeRow(-distance, layout.getHeight(),
                                          layout.getMaxDistance()));
      });
}
