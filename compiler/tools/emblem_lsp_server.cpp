//===- emblem_lsp_server.cpp - Editors on Emblem's dialects ---------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "dialects/emb/emb_dialect.h"
#include "dialects/kernel/kernel_dialect.h"
#include "mlir/InitAllDialects.h"
#include "mlir/Tools/mlir-lsp-server/MlirLspServerMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  registry.insert<emblem::emb::EmbDialect, emblem::kernel::KernelDialect>();
  return mlir::failed(mlir::MlirLspServerMain(argc, argv, registry));
}
