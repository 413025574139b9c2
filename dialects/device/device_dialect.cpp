//===- device_dialect.cpp - Stages on a device ----------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "dialects/device/device_dialect.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

#include "dialects/device/device_dialect.cpp.inc"
#include "dialects/device/device_enums.cpp.inc"

using namespace mlir;
using namespace emblem::device;

#define GET_ATTRDEF_CLASSES
#include "dialects/device/device_attributes.cpp.inc"

/// Attributes in brackets, their mnemonic left out.
template <typename AttrT>
static ParseResult parseList(OpAsmParser &parser, ArrayAttr &list) {
  SmallVector<Attribute> elements;
  if (parser.parseCommaSeparatedList(OpAsmParser::Delimiter::Square, [&] {
        Attribute element = AttrT::parse(parser, Type());
        elements.push_back(element);
        return success(element != nullptr);
      }))
    return failure();
  list = parser.getBuilder().getArrayAttr(elements);
  return success();
}

template <typename AttrT>
static void printList(OpAsmPrinter &printer, ArrayAttr list) {
  printer << '[';
  llvm::interleaveComma(list.getAsRange<AttrT>(), printer,
                        [&](AttrT element) { element.print(printer); });
  printer << ']';
}

static ParseResult parseKernels(OpAsmParser &parser, ArrayAttr &kernels) {
  return parseList<KernelAttr>(parser, kernels);
}
static void printKernels(OpAsmPrinter &printer, StageOp, ArrayAttr kernels) {
  printList<KernelAttr>(printer, kernels);
}
static ParseResult parseArguments(OpAsmParser &parser, ArrayAttr &arguments) {
  return parseList<ArgumentAttr>(parser, arguments);
}
static void printArguments(OpAsmPrinter &printer, StageOp,
                           ArrayAttr arguments) {
  printList<ArgumentAttr>(printer, arguments);
}

#define GET_OP_CLASSES
#include "dialects/device/device_ops.cpp.inc"

void DeviceDialect::registerAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/device/device_attributes.cpp.inc"
      >();
}

void DeviceDialect::initialize() {
  registerAttributes();
  addOperations<
#define GET_OP_LIST
#include "dialects/device/device_ops.cpp.inc"
      >();
}

LogicalResult StageOp::verify() {
  if (getKernels().empty()) // stage_c1
    return emitOpError("has no kernel");
  int64_t last = 0;
  for (auto [index, kernel] :
       llvm::enumerate(getKernels().getAsRange<KernelAttr>())) {
    bool isLast = index + 1 == getKernels().size();
    if (!isLast && kernel.getMostRows() <= last) // stage_c1
      return emitOpError("has kernels whose most_rows do not rise");
    if (isLast && kernel.getMostRows() != 0) // stage_c1
      return emitOpError("has no kernel for any number of rows");
    last = kernel.getMostRows();
  }
  if (getOutputAttr() && getOutputAttr().getInt() < 0) // stage_c3
    return emitOpError("output must not be negative");
  return success();
}

LogicalResult StageOp::verifySymbolUses(SymbolTableCollection &symbols) {
  for (KernelAttr kernel : getKernels().getAsRange<KernelAttr>()) {
    // The code of a kernel that is compiled is a gpu.binary, and has no symbols.
    Operation *module = symbols.lookupNearestSymbolFrom(
        (*this)->getParentOp(), kernel.getEntry().getRootReference());
    if (!module) // stage_c2
      return emitOpError("runs ")
             << kernel.getEntry() << ", which is not there";
    if (module->getNumRegions() &&
        !symbols.lookupNearestSymbolFrom((*this)->getParentOp(),
                                         kernel.getEntry())) // stage_c2
      return emitOpError("runs ")
             << kernel.getEntry() << ", which is not there";
  }
  return success();
}
