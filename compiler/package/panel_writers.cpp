//===- panel_writers.cpp - Matrices in panels, and their scales -----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/package/layout_writers.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::package;

Division package::dividePanels(ArrayRef<int64_t> shape,
                               const SourceSize &sources) {
  int64_t width = sources.getWidth();
  return {/*rows=*/sources.values / width, width, /*parts=*/shape[0],
          /*partRows=*/shape[2]};
}

/// [N, K] -> [panels, groups, panel, depth], the depth 1 where the shape has
/// none: out[p][g][c][d] = values[p * panel + c][g * depth + d].
template <typename T, typename Put>
static void interleave(ArrayRef<T> values, int64_t inputs,
                       ArrayRef<int64_t> shape, Put put) {
  int64_t groups = shape[1], panel = shape[2];
  int64_t depth = shape.size() == 4 ? shape[3] : 1;
  int64_t rows = values.size() / inputs;
  for (int64_t first = 0; first < rows; first += panel) {
    int64_t columns = std::min(panel, rows - first);
    for (int64_t k = 0; k < inputs; k += depth)
      for (int64_t c = 0; c < columns; ++c) {
        const T *from = &values[(first + c) * inputs + k];
        int64_t to = ((first / panel * groups + k / depth) * panel + c) * depth;
        for (int64_t d = 0; d < std::min(depth, inputs - k); ++d)
          put(to + d, from[d]);
      }
  }
}

static void writeInt8Panels(const Rows &rows, const PackedType &type,
                            char *out) {
  std::vector<int8_t> integers(rows.values.size());
  for (int64_t row = 0; row < rows.count(); ++row)
    quantize(rows[row], getScale(rows[row]), &integers[row * rows.width]);
  interleave(ArrayRef(integers), rows.width, type.shape,
             [&](int64_t index, int8_t value) { out[index] = value; });
}

/// [N, K] -> [panels, pairs, panel, 2] in i4: the first of a pair in the low
/// half of a byte.
static void writeInt4Panels(const Rows &rows, const PackedType &type,
                            char *out) {
  int64_t pairs = type.shape[1], panel = type.shape[2], inputs = rows.width;
  std::vector<int8_t> integers(inputs);
  for (int64_t n = 0; n < rows.count(); ++n) {
    for (int64_t k = 0; k < inputs; k += kernel::kGroupSize) {
      ArrayRef<float> group =
          rows[n].slice(k, std::min(kernel::kGroupSize, inputs - k));
      quantizeInt4(group, getInt4Scale(group), &integers[k]);
    }
    char *column = out + n / panel * pairs * panel + n % panel;
    for (int64_t k = 0; k < inputs; ++k)
      column[k / 2 * panel] |= (integers[k] & 0xf) << k % 2 * 4;
  }
}

void package::writePanels(const Rows &rows, const PackedType &type, char *out) {
  if (type.element.isInteger(4))
    return writeInt4Panels(rows, type, out);
  if (type.element.isInteger(8))
    return writeInt8Panels(rows, type, out);
  interleave(rows.values, rows.width, type.shape,
             [&](int64_t index, float value) { type.put(out, index, value); });
}

/// [N, K] -> [panels, groups, panel].
void package::writeGroupScales(const Rows &rows, const PackedType &type,
                               char *out) {
  int64_t groups = type.shape[1], panel = type.shape[2], inputs = rows.width;
  for (int64_t n = 0; n < rows.count(); ++n)
    for (int64_t g = 0; g < groups; ++g) {
      int64_t k = g * kernel::kGroupSize;
      float scale = getInt4Scale(
          rows[n].slice(k, std::min(kernel::kGroupSize, inputs - k)));
      type.put(out, (n / panel * groups + g) * panel + n % panel, scale);
    }
}
