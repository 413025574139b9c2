//===- computed_weights.cpp - Weights that no file holds ------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/package/computed_weights.h"

#include <cmath>

using namespace mlir;
using namespace emblem;
using namespace emblem::package;

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
static ComputedWeight rotary(ArrayAttr sources, int64_t positions,
                             std::vector<float> frequencies) {
  int64_t features = countAt(sources, 0), half = features / 2;
  auto number = [&](int64_t index) {
    return static_cast<float>(
        cast<FloatAttr>(sources[index]).getValueAsDouble());
  };
  bool given = !frequencies.empty();
  for (int64_t pair = 0; pair < half && !given; ++pair) {
    float exponent = float(2 * pair) / float(features);
    frequencies.push_back(1.0f / std::pow(number(1), exponent) / number(2));
  }
  double amplitude = given ? number(2) : 1.0;
  return fill(positions, features, [&](int64_t position, int64_t column) {
    double angle = float(position) * frequencies[column % half];
    return amplitude * (column < half ? std::cos(angle) : std::sin(angle));
  });
}

/// `term` of each head and distance.
static ComputedWeight distances(ArrayAttr sources, int64_t heads, Term term) {
  int64_t positions = countAt(sources, sources.size() - 1);
  return fill(heads, 2 * positions - 1, [&](int64_t head, int64_t column) {
    return term(head, column - (positions - 1));
  });
}

/// The rows of a table; or what follows of them from emb.layer_norm's formula,
/// and from emb.dense's. A row becomes a column.
static ComputedWeight projection(ArrayAttr sources, int64_t features,
                                 ArrayRef<std::vector<float>> values) {
  if (sources.size() == 1) {
    int64_t rows = values[0].size() / features;
    return fill(features, rows, [&](int64_t feature, int64_t row) {
      return double(values[0][row * features + feature]);
    });
  }
  const auto &[table, scale, shift, matrix, bias] =
      std::tie(values[0], values[1], values[2], values[4], values[5]);
  int64_t width = matrix.size() / features, rows = table.size() / width;
  std::vector<double> columns(table.size()); // [width, rows]
  for (int64_t row = 0; row < rows; ++row) {
    ArrayRef<float> from = ArrayRef(table).slice(row * width, width);
    double mean = 0, variance = 0, root = 1;
    if (auto epsilon = dyn_cast<FloatAttr>(sources[3])) {
      for (float x : from)
        mean += x / double(width);
      for (float x : from)
        variance += (x - mean) * (x - mean) / double(width);
      root = std::sqrt(variance + epsilon.getValueAsDouble());
    }
    for (int64_t k = 0; k < width; ++k)
      columns[k * rows + row] =
          (from[k] - mean) / root * (scale.empty() ? 1.0 : scale[k]) +
          (shift.empty() ? 0.0 : shift[k]);
  }
  ComputedWeight weight = {rows, {}};
  for (int64_t feature = 0; feature < features; ++feature) {
    std::vector<double> sums(rows, bias.empty() ? 0.0 : bias[feature]);
    for (int64_t k = 0; k < width; ++k)
      for (int64_t row = 0; row < rows; ++row)
        sums[row] += matrix[feature * width + k] * columns[k * rows + row];
    weight.values.insert(weight.values.end(), sums.begin(), sums.end());
  }
  return weight;
}

/// A class token and registers stand for themselves, but for the bias that
/// every row of zeros has gained; patches gain their position.
static ComputedWeight patchPositions(ArrayAttr sources, int64_t tokens,
                                     ArrayRef<std::vector<float>> values) {
  int64_t features = countAt(sources, 0);
  const auto &[classToken, registers, positions, bias] =
      std::tie(values[1], values[2], values[3], values[4]);
  int64_t first = classToken.size() / features;
  int64_t prefix = first + registers.size() / features;
  return fill(tokens, features, [&](int64_t token, int64_t column) {
    double sum = 0;
    if (token < first)
      sum = classToken[column];
    else if (token < prefix)
      sum = registers[(token - first) * features + column];
    if (token < prefix && !bias.empty())
      sum -= bias[column];
    bool placed = token < first || token >= prefix;
    int64_t position = token < first ? token : token - prefix + first;
    if (placed && !positions.empty())
      sum += positions[position * features + column];
    return sum;
  });
}

/// emb.dense's formula, of one row.
static ComputedWeight probeQuery(int64_t size,
                                 ArrayRef<std::vector<float>> values) {
  const auto &[probe, matrix, bias] = std::tie(values[0], values[1], values[2]);
  int64_t inputs = probe.size();
  return fill(1, size, [&](int64_t, int64_t column) {
    double sum = bias.empty() ? 0.0 : bias[column];
    for (int64_t k = 0; k < inputs; ++k)
      sum += double(matrix[column * inputs + k]) * probe[k];
    return sum;
  });
}

bool package::isComputed(kernel::Layout layout) {
  switch (layout) {
  case kernel::Layout::Sinusoid:
  case kernel::Layout::Rotary:
  case kernel::Layout::Alibi:
  case kernel::Layout::PositionBias:
  case kernel::Layout::PositionRows:
  case kernel::Layout::Projection:
  case kernel::Layout::PatchPositions:
  case kernel::Layout::ProbeQuery:
    return true;
  default:
    return false;
  }
}

ComputedWeight package::computeWeight(kernel::Layout layout, ArrayAttr sources,
                                      int64_t height,
                                      ArrayRef<std::vector<float>> values) {
  switch (layout) {
  case kernel::Layout::Sinusoid:
    return sinusoid(sources, height);
  case kernel::Layout::Rotary:
    return rotary(sources, height, values[1]);
  case kernel::Layout::Alibi:
    return distances(sources, height, [&](int64_t head, int64_t distance) {
      return -emb::getAlibiSlope(head, height) * double(std::abs(distance));
    });
  case kernel::Layout::PositionBias:
    return distances(sources, height, [&](int64_t head, int64_t distance) {
      int64_t buckets = values[0].size() / height;
      int64_t bucket =
          emb::getPositionBucket(distance, buckets, countAt(sources, 1));
      return double(values[0][bucket * height + head]);
    });
  case kernel::Layout::PositionRows:
    return distances(sources, height, [&](int64_t, int64_t distance) {
      std::optional<int64_t> most;
      if (isa<IntegerAttr>(sources[1]))
        most = countAt(sources, 1);
      return double(emb::getRelativeRow(-distance, countAt(sources, 0), most));
    });
  case kernel::Layout::Projection:
    return projection(sources, height, values);
  case kernel::Layout::PatchPositions:
    return patchPositions(sources, height, values);
  case kernel::Layout::ProbeQuery:
    return probeQuery(values[1].size() / values[0].size(), values);
  default:
    llvm_unreachable("a layout that is read from a file");
  }
}
