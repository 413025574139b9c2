//===- emblem_opt.cpp - Passes and pipelines over textual IR --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "dialects/emb/emb_dialect.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllPasses();
  registry.insert<emblem::emb::EmbDialect>();
  return mlir::asMainReturnCode(mlir::MlirOptMain(
      argc, argv, "Emblem's passes over textual IR\n", registry));
}
