//===- derived_layouts.cpp - Weights made of weights alone ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Layers whose inputs are weights, computed as a whole in double precision and
// rounded once. emb_weights.td's attributes are no place for them: these give
// values a block at a time, each rounded to f32.
//
//===----------------------------------------------------------------------===//

#include "compiler/package/layout_writers.h"

#include <cmath>

using namespace mlir;
using namespace emblem;
using namespace emblem::package;

/// A table's rows as they are, as columns [width, rows]; or emb.layer_norm's
/// formula of them.
static std::vector<double> normColumns(kernel::ProjectionLayoutAttr layout,
                                       int64_t width,
                                       const SourceValues &values) {
  ArrayRef<float> table = values[layout.getTable()];
  ArrayRef<float> scale = values[layout.getScale()];
  ArrayRef<float> shift = values[layout.getShift()];
  int64_t rows = table.size() / width;
  std::vector<double> columns(table.size());
  for (int64_t row = 0; row < rows; ++row) {
    ArrayRef<float> from = table.slice(row * width, width);
    double mean = 0, variance = 0, root = 1;
    if (FloatAttr epsilon = layout.getEpsilon()) {
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
  return columns;
}

/// The rows of a table; or what follows of them from emb.layer_norm's formula,
/// and from emb.dense's. A row becomes a column.
ComputedWeight package::compute(kernel::ProjectionLayoutAttr layout,
                                int64_t features, const SourceValues &values) {
  ArrayRef<float> table = values[layout.getTable()];
  if (!layout.getMatrix()) {
    int64_t rows = table.size() / features;
    return fill(features, rows, [&](int64_t feature, int64_t row) {
      return double(table[row * features + feature]);
    });
  }
  ArrayRef<float> matrix = values[layout.getMatrix()];
  ArrayRef<float> bias = values[layout.getBias()];
  int64_t width = matrix.size() / features, rows = table.size() / width;
  std::vector<double> columns = normColumns(layout, width, values);
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
ComputedWeight package::compute(kernel::PatchPositionsLayoutAttr layout,
                                int64_t tokens, const SourceValues &values) {
  int64_t features = layout.getFeatures();
  ArrayRef<float> classToken = values[layout.getClassToken()];
  ArrayRef<float> registers = values[layout.getRegisters()];
  ArrayRef<float> positions = values[layout.getPositions()];
  ArrayRef<float> bias = values[layout.getBias()];
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
ComputedWeight package::compute(kernel::ProbeQueryLayoutAttr layout, int64_t,
                                const SourceValues &values) {
  ArrayRef<float> probe = values[layout.getProbe()];
  ArrayRef<float> matrix = values[layout.getMatrix()];
  ArrayRef<float> bias = values[layout.getBias()];
  int64_t inputs = probe.size(), size = matrix.size() / inputs;
  return fill(1, size, [&](int64_t, int64_t column) {
    double sum = bias.empty() ? 0.0 : bias[column];
    for (int64_t k = 0; k < inputs; ++k)
      sum += double(matrix[column * inputs + k]) * probe[k];
    return sum;
  });
}
