//===- layout_syntax.h - Layout and sources as text -------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_DIALECTS_KERNEL_LAYOUT_SYNTAX_H
#define EMBLEM_DIALECTS_KERNEL_LAYOUT_SYNTAX_H

#include "dialects/kernel/kernel_dialect.h"

namespace emblem::kernel {

/// A layout in kernel.weight's text: an attribute without "#kernel.".
mlir::ParseResult parseLayout(mlir::AsmParser &parser,
                              WeightLayoutAttrInterface &layout);
void printLayout(mlir::AsmPrinter &printer, mlir::Operation *,
                 WeightLayoutAttrInterface layout);

/// Sources in kernel.weight's text: a list, or nothing where it is empty.
mlir::ParseResult parseSources(mlir::AsmParser &parser,
                               mlir::ArrayAttr &sources);
void printSources(mlir::AsmPrinter &printer, mlir::Operation *,
                  mlir::ArrayAttr sources);

} // namespace emblem::kernel

#endif // EMBLEM_DIALECTS_KERNEL_LAYOUT_SYNTAX_H
