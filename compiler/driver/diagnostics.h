//===- diagnostics.h - MLIR's diagnostics as one sentence -------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_DRIVER_DIAGNOSTICS_H
#define EMBLEM_COMPILER_DRIVER_DIAGNOSTICS_H

#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/Error.h"

#include <string>

namespace emblem::driver {

/// While it lives, keeps the first error that passes report; warnings and
/// remarks go to standard error.
class DiagnosticCollector {
public:
  explicit DiagnosticCollector(mlir::MLIRContext *context);

  /// The first error, with its place in the model; `otherwise` where a pass
  /// failed without a word.
  llvm::Error takeError(llvm::StringRef otherwise);

private:
  std::string first;
  mlir::ScopedDiagnosticHandler handler;
};

} // namespace emblem::driver

#endif // EMBLEM_COMPILER_DRIVER_DIAGNOSTICS_H
