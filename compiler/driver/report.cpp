//===- report.cpp - How a model was compiled ------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/report.h"

#include "compiler/transforms/passes.h"

#include "llvm/ADT/MapVector.h"

using namespace emblem;

std::string driver::writeReport(mlir::ModuleOp lowered, const Target &target,
                                const accuracy::AccuracyReport *accuracy) {
  llvm::MapVector<llvm::StringRef, int64_t> providers;
  auto stages = lowered->getAttrOfType<mlir::ArrayAttr>(attribute::stages);
  for (auto stage : stages.getAsRange<mlir::DictionaryAttr>())
    ++providers[stage.getAs<mlir::StringAttr>("provider").getValue()];

  std::string text;
  llvm::raw_string_ostream out(text);
  llvm::json::OStream json(out);
  json.object([&] {
    json.attributeObject("kernels", [&] {
      for (auto [provider, count] : providers)
        json.attribute(provider, count);
    });
    json.attribute("panel_columns", target.panelColumns());
    json.attribute("tile_rows", target.tileRows);
    if (accuracy)
      json.attributeObject("accuracy", [&] { accuracy->write(json); });
  });
  return text;
}
