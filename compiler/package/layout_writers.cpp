//===- layout_writers.cpp - The table of the layouts' writers -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/package/layout_writers.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::package;

template <typename LayoutT>
static LayoutWriter ofSources(decltype(LayoutWriter::divide) divide,
                              decltype(LayoutWriter::write) write) {
  return {TypeID::get<LayoutT>(), divide, write};
}

template <typename LayoutT> static LayoutWriter computed() {
  return {TypeID::get<LayoutT>(), nullptr, nullptr,
          [](kernel::WeightLayoutAttrInterface layout, int64_t height,
             const SourceValues &values) {
            return compute(cast<LayoutT>(layout), height, values);
          }};
}

// A matrix has none: pack-weights makes panels of it.
static ArrayRef<LayoutWriter> getWriters() {
  static const LayoutWriter writers[] = {
      ofSources<kernel::RowLayoutAttr>(divideRow, writeRow),
      ofSources<kernel::TableLayoutAttr>(divideTable, writeTable),
      ofSources<kernel::ScalesLayoutAttr>(divideNumbers, writeScales),
      ofSources<kernel::CorrectionsLayoutAttr>(divideNumbers, writeCorrections),
      ofSources<kernel::PanelsLayoutAttr>(dividePanels, writePanels),
      ofSources<kernel::GroupScalesLayoutAttr>(dividePanels, writeGroupScales),
      computed<kernel::SinusoidLayoutAttr>(),
      computed<kernel::RotaryLayoutAttr>(),
      computed<kernel::AlibiLayoutAttr>(),
      computed<kernel::PositionBiasLayoutAttr>(),
      computed<kernel::PositionRowsLayoutAttr>(),
      computed<kernel::ProjectionLayoutAttr>(),
      computed<kernel::PatchPositionsLayoutAttr>(),
      computed<kernel::ProbeQueryLayoutAttr>(),
  };
  return writers;
}

const LayoutWriter &
package::getWriter(kernel::WeightLayoutAttrInterface layout) {
  for (const LayoutWriter &writer : getWriters())
    if (writer.layout == layout.getTypeID())
      return writer;
  llvm_unreachable("a packed layout without a writer");
}

ComputedWeight package::fill(int64_t height, int64_t width, Term term) {
  ComputedWeight weight = {width, std::vector<float>(height * width)};
  for (int64_t row = 0; row < height; ++row)
    for (int64_t column = 0; column < width; ++column)
      weight.values[row * width + column] =
          static_cast<float>(term(row, column));
  return weight;
}
