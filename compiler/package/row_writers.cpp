//===- row_writers.cpp - Rows, tables and a number for each row -----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/package/layout_writers.h"

#include <numeric>

using namespace mlir;
using namespace emblem;
using namespace emblem::package;

Division package::divideRow(ArrayRef<int64_t>, const SourceSize &sources) {
  return {/*rows=*/1, /*width=*/sources.values};
}

Division package::divideTable(ArrayRef<int64_t> shape,
                              const SourceSize &sources) {
  return {/*rows=*/shape[0], /*width=*/sources.values / shape[0],
          /*parts=*/shape[0]};
}

Division package::divideNumbers(ArrayRef<int64_t> shape,
                                const SourceSize &sources) {
  int64_t width = sources.getWidth();
  return {/*rows=*/sources.values / width, width, /*parts=*/shape[0]};
}

void package::writeRow(const Rows &rows, const PackedType &type, char *out) {
  for (auto [index, value] : llvm::enumerate(rows.values))
    type.put(out, index, value);
}

void package::writeTable(const Rows &rows, const PackedType &type, char *out) {
  int64_t rowBytes =
      type.shape.back() * type.element.getIntOrFloatBitWidth() / 8;
  bool isI8 = type.element.isInteger(8);
  for (int64_t row = 0; row < rows.count(); ++row) {
    ArrayRef<float> from = rows[row];
    char *to = out + row * rowBytes;
    if (isI8)
      quantize(from, getScale(from), reinterpret_cast<int8_t *>(to));
    else
      writeRow({from, rows.width}, type, to);
  }
}

void package::writeScales(const Rows &rows, const PackedType &type, char *out) {
  for (int64_t row = 0; row < rows.count(); ++row)
    type.put(out, row, getScale(rows[row]));
}

void package::writeCorrections(const Rows &rows, const PackedType &type,
                               char *out) {
  std::vector<int8_t> integers(rows.width);
  for (int64_t row = 0; row < rows.count(); ++row) {
    float scale = getScale(rows[row]);
    quantize(rows[row], scale, integers.data());
    type.put(out, row,
             std::accumulate(integers.begin(), integers.end(), 0) * scale);
  }
}
