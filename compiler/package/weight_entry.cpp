//===- weight_entry.cpp - Weights of a lowered module ---------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/package/weight_entry.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::package;

SmallVector<Attribute> WeightEntry::getAllSources() const {
  if (layout.isComputed())
    return layout.getSources();
  return llvm::to_vector(sources.getAsRange<Attribute>());
}

std::vector<WeightEntry> package::getWeightEntries(kernel::ProgramOp program) {
  std::vector<WeightEntry> entries;
  for (kernel::WeightOp weight : program.getWeights())
    entries.push_back(
        {weight.getLayout(), weight.getSources(), weight.getType(),
         weight.getByteOffsetAttr().getInt(), weight.getTableRowAttr(),
         weight.getFactorAttr(),
         cast_if_present<DenseElementsAttr>(weight.getSmoothingAttr()),
         weight.getChannelsAttr()});
  return entries;
}
