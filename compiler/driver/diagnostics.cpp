//===- diagnostics.cpp - MLIR's diagnostics as one sentence ---------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/diagnostics.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/Support/raw_ostream.h"

using namespace emblem::driver;

/// "layer.0.attention: the message", or the message alone where MLIR does not
/// know of a place.
static std::string describe(mlir::Diagnostic &diagnostic) {
  std::string text;
  llvm::raw_string_ostream out(text);
  mlir::Location location = diagnostic.getLocation();
  if (auto name = llvm::dyn_cast<mlir::NameLoc>(location))
    out << name.getName().getValue() << ": ";
  else if (auto file = llvm::dyn_cast<mlir::FileLineColLoc>(location))
    out << file.getFilename().getValue() << ":" << file.getLine() << ":"
        << file.getColumn() << ": ";
  out << diagnostic;
  return text;
}

// MLIR hands diagnostics of all threads to a handler one by one.
DiagnosticCollector::DiagnosticCollector(mlir::MLIRContext *context)
    : handler(context, [this](mlir::Diagnostic &diagnostic) {
        if (diagnostic.getSeverity() != mlir::DiagnosticSeverity::Error)
          llvm::errs() << "emblemc: " << describe(diagnostic) << "\n";
        else if (first.empty())
          first = describe(diagnostic);
        return mlir::success();
      }) {}

llvm::Error DiagnosticCollector::takeError(llvm::StringRef otherwise) {
  return llvm::createStringError(first.empty() ? otherwise.str()
                                               : std::exchange(first, {}));
}
