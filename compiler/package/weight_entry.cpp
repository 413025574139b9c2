//===- weight_entry.cpp - Weights of a lowered module ---------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/package/weight_entry.h"

#include "compiler/transforms/passes.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::package;

SmallVector<Attribute> WeightEntry::getAllSources() const {
  if (layout.isComputed())
    return layout.getSources();
  return llvm::to_vector(sources.getAsRange<Attribute>());
}

std::vector<WeightEntry> package::getWeightEntries(ModuleOp module) {
  std::vector<WeightEntry> entries;
  auto weights = module->getAttrOfType<ArrayAttr>(attribute::weights);
  for (auto weight : weights.getAsRange<DictionaryAttr>())
    entries.push_back(
        {weight.getAs<kernel::WeightLayoutAttrInterface>("layout"),
         weight.getAs<ArrayAttr>("sources"),
         cast<RankedTensorType>(weight.getAs<TypeAttr>("type").getValue()),
         weight.getAs<IntegerAttr>("offset").getInt(),
         weight.getAs<IntegerAttr>("table_row"),
         weight.getAs<FloatAttr>("factor"),
         weight.getAs<DenseElementsAttr>("smoothing"),
         weight.getAs<IntegerAttr>("channels")});
  return entries;
}
