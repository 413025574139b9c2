//===- layout_writers.h - The bytes of each layout --------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// One table from a layout (kernel_layouts.td) to what writes it. A new layout is
// an attribute there, a writer in the file of its family, and a line of the
// table in layout_writers.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_PACKAGE_LAYOUT_WRITERS_H
#define EMBLEM_COMPILER_PACKAGE_LAYOUT_WRITERS_H

#include "compiler/package/narrow_numbers.h"
#include "dialects/kernel/kernel_dialect.h"
#include "dialects/kernel/narrow_floats.h"

#include "llvm/ADT/DenseMap.h"

#include <cassert>
#include <vector>

namespace emblem::package {

//===----------------------------------------------------------------------===//
// Layouts of sources
//===----------------------------------------------------------------------===//

/// The matrix that a weight's sources make, and the parts that it is packed in,
/// each of as many bytes and of so many rows.
struct Division {
  int64_t rows = 1, width = 0;
  int64_t parts = 1, partRows = 1;
};

/// What is known of the sources: all their values, and the sides of the first
/// (none of zeros).
struct SourceSize {
  int64_t values;
  llvm::ArrayRef<int64_t> sides;

  /// Of a matrix, whose first side counts its rows. A vector is one row.
  int64_t getWidth() const {
    return sides.empty() ? values
                         : mlir::ShapedType::getNumElements(
                               sides.drop_front(sides.size() > 1));
  }
};

/// The packed type, for those who write it.
struct PackedType {
  explicit PackedType(mlir::RankedTensorType type)
      : shape(type.getShape()), element(type.getElementType()),
        isF32(element.isF32()), isF16(element.isF16()) {}

  /// Writes one element, f32, bf16 or f16.
  void put(char *out, int64_t index, float value) const {
    if (isF32) {
      reinterpret_cast<float *>(out)[index] = value;
      return;
    }
    assert(kernel::isNarrowFloat(element) && "integers are written elsewhere");
    reinterpret_cast<uint16_t *>(out)[index] =
        isF16 ? roundToF16(value) : roundToBf16(value);
  }

  llvm::ArrayRef<int64_t> shape;
  mlir::Type element;
  bool isF32, isF16;
};

/// Rows of `width` values, whole parts of them but where the matrix ends.
struct Rows {
  llvm::ArrayRef<float> values;
  int64_t width;

  int64_t count() const { return values.empty() ? 0 : values.size() / width; }
  llvm::ArrayRef<float> operator[](int64_t row) const {
    return values.slice(row * width, width);
  }
};

//===----------------------------------------------------------------------===//
// Layouts that compute
//===----------------------------------------------------------------------===//

/// Rows of `width` values, one after the other.
struct ComputedWeight {
  int64_t width;
  std::vector<float> values;
};

/// The values of the weights that a layout names.
class SourceValues {
public:
  std::vector<float> &add(mlir::Attribute source) { return values[source]; }
  /// None of a null one.
  llvm::ArrayRef<float> operator[](mlir::Attribute source) const {
    if (!source)
      return {};
    return values.find(source)->second;
  }

private:
  llvm::DenseMap<mlir::Attribute, std::vector<float>> values;
};

//===----------------------------------------------------------------------===//
// The table
//===----------------------------------------------------------------------===//

/// What writes a layout. `out` holds zeros where writing begins.
struct LayoutWriter {
  mlir::TypeID layout;

  /// Of layouts of sources: how they are divided, and how parts are written.
  Division (*divide)(llvm::ArrayRef<int64_t> shape,
                     const SourceSize &sources) = nullptr;
  void (*write)(const Rows &rows, const PackedType &type, char *out) = nullptr;

  /// Of those that compute: all of `height` rows (the packed shape's first
  /// side), which are then written as a table's.
  ComputedWeight (*compute)(kernel::WeightLayoutAttrInterface layout,
                            int64_t height,
                            const SourceValues &values) = nullptr;
};

/// That of a packed weight's layout.
const LayoutWriter &getWriter(kernel::WeightLayoutAttrInterface layout);

//===----------------------------------------------------------------------===//
// Numbers in rows (row_writers.cpp)
//===----------------------------------------------------------------------===//

Division divideRow(llvm::ArrayRef<int64_t> shape, const SourceSize &sources);
Division divideTable(llvm::ArrayRef<int64_t> shape, const SourceSize &sources);
/// A number for each row of a matrix.
Division divideNumbers(llvm::ArrayRef<int64_t> shape,
                       const SourceSize &sources);
void writeRow(const Rows &rows, const PackedType &type, char *out);
void writeTable(const Rows &rows, const PackedType &type, char *out);
void writeScales(const Rows &rows, const PackedType &type, char *out);
void writeCorrections(const Rows &rows, const PackedType &type, char *out);

//===----------------------------------------------------------------------===//
// Panels of columns (panel_writers.cpp)
//===----------------------------------------------------------------------===//

Division dividePanels(llvm::ArrayRef<int64_t> shape, const SourceSize &sources);
void writePanels(const Rows &rows, const PackedType &type, char *out);
void writeGroupScales(const Rows &rows, const PackedType &type, char *out);

//===----------------------------------------------------------------------===//
// Computed of positions (position_layouts.cpp)
//===----------------------------------------------------------------------===//

ComputedWeight compute(kernel::SinusoidLayoutAttr layout, int64_t positions,
                       const SourceValues &values);
ComputedWeight compute(kernel::RotaryLayoutAttr layout, int64_t positions,
                       const SourceValues &values);
ComputedWeight compute(kernel::AlibiLayoutAttr layout, int64_t heads,
                       const SourceValues &values);
ComputedWeight compute(kernel::PositionBiasLayoutAttr layout, int64_t heads,
                       const SourceValues &values);
ComputedWeight compute(kernel::PositionRowsLayoutAttr layout, int64_t height,
                       const SourceValues &values);

//===----------------------------------------------------------------------===//
// Computed of weights (derived_layouts.cpp)
//===----------------------------------------------------------------------===//

ComputedWeight compute(kernel::ProjectionLayoutAttr layout, int64_t features,
                       const SourceValues &values);
ComputedWeight compute(kernel::PatchPositionsLayoutAttr layout, int64_t tokens,
                       const SourceValues &values);
ComputedWeight compute(kernel::ProbeQueryLayoutAttr layout, int64_t size,
                       const SourceValues &values);

using Term = llvm::function_ref<double(int64_t row, int64_t column)>;
/// Each term rounded once.
ComputedWeight fill(int64_t height, int64_t width, Term term);

} // namespace emblem::package

#endif // EMBLEM_COMPILER_PACKAGE_LAYOUT_WRITERS_H
