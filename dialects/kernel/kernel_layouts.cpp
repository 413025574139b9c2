//===- kernel_layouts.cpp - Text and packed shapes of the layouts ---------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "dialects/kernel/layout_syntax.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::kernel;

#include "dialects/kernel/kernel_layout_interfaces.cpp.inc"

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

static FailureOr<FloatAttr> parseNumber(AsmParser &parser) {
  double value;
  if (parser.parseFloat(value))
    return failure();
  return parser.getBuilder().getF64FloatAttr(value);
}

static FailureOr<SmallVector<ModelOutputAttr>>
parseModelOutputs(AsmParser &parser) {
  SmallVector<ModelOutputAttr> outputs;
  ParseResult parsed =
      parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, [&] {
        FailureOr<ModelOutputAttr> output =
            FieldParser<ModelOutputAttr>::parse(parser);
        if (succeeded(output))
          outputs.push_back(*output);
        return ParseResult(failure(failed(output)));
      });
  if (parsed)
    return failure();
  return outputs;
}

static void printModelOutputs(AsmPrinter &printer,
                              ArrayRef<ModelOutputAttr> outputs) {
  printer << '[';
  printer.printStrippedAttrOrType(outputs);
  printer << ']';
}

#define GET_ATTRDEF_CLASSES
#include "dialects/kernel/kernel_attributes.cpp.inc"

void KernelDialect::registerAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/kernel/kernel_attributes.cpp.inc"
      >();
}

/// Of those among the attributes that are layouts.
template <typename... AttrT> static std::string joinLayouts() {
  SmallVector<StringRef> names;
  auto add = [&](StringRef name, bool isLayout) {
    if (isLayout)
      names.push_back(name);
  };
  (add(AttrT::getMnemonic(),
       std::is_base_of_v<WeightLayoutAttrInterface::Trait<AttrT>, AttrT>),
   ...);
  return llvm::join(names, ", ");
}

ParseResult kernel::parseLayout(AsmParser &parser,
                                WeightLayoutAttrInterface &layout) {
  SMLoc location = parser.getCurrentLocation();
  StringRef mnemonic;
  Attribute attribute;
  OptionalParseResult parsed =
      generatedAttributeParser(parser, &mnemonic, /*type=*/{}, attribute);
  if (parsed.has_value() && failed(*parsed))
    return failure();
  layout = dyn_cast_if_present<WeightLayoutAttrInterface>(attribute);
  if (!layout)
    return parser.emitError(location) << "expected a layout, one of "
                                      << joinLayouts<
#define GET_ATTRDEF_LIST
#include "dialects/kernel/kernel_attributes.cpp.inc"
                                             >();
  return success();
}

void kernel::printLayout(AsmPrinter &printer, Operation *,
                         WeightLayoutAttrInterface layout) {
  if (failed(generatedAttributePrinter(layout, printer)))
    printer << layout;
}

ParseResult kernel::parseSources(AsmParser &parser, ArrayAttr &sources) {
  OptionalParseResult given = parser.parseOptionalAttribute(sources);
  if (given.has_value())
    return *given;
  sources = parser.getBuilder().getArrayAttr({});
  return success();
}

void kernel::printSources(AsmPrinter &printer, Operation *, ArrayAttr sources) {
  if (!sources.empty())
    printer << ' ' << sources;
}

//===----------------------------------------------------------------------===//
// Packed shapes
//===----------------------------------------------------------------------===//

static int64_t wholePanels(int64_t size, const Packing &packing) {
  return llvm::alignTo(size, packing.panel);
}

SmallVector<int64_t> kernel::packRow(ArrayRef<int64_t> shape,
                                     const Packing &packing) {
  return {wholePanels(shape[0], packing)};
}

SmallVector<int64_t> kernel::packTable(ArrayRef<int64_t> shape,
                                       const Packing &packing) {
  return {shape[0], wholePanels(shape[1], packing)};
}

SmallVector<int64_t> kernel::packLoose(ArrayRef<int64_t> shape,
                                       const Packing &packing) {
  return {shape[0], wholePanels(shape[1] + packing.lanes, packing)};
}

SmallVector<int64_t> kernel::packPanels(ArrayRef<int64_t> shape,
                                        const Packing &packing) {
  int64_t panels = wholePanels(shape[0], packing) / packing.panel;
  if (packing.depth == 1)
    return {panels, shape[1], packing.panel};
  int64_t groups = llvm::divideCeil(shape[1], packing.depth);
  return {panels, groups, packing.panel, packing.depth};
}

SmallVector<int64_t> kernel::packGroups(ArrayRef<int64_t> shape,
                                        const Packing &packing) {
  return {wholePanels(shape[0], packing) / packing.panel, shape[1],
          packing.panel};
}

WeightLayoutAttrInterface MatrixLayoutAttr::getPacked() const {
  return PanelsLayoutAttr::get(getContext());
}

SmallVector<Attribute>
kernel::collectSources(std::initializer_list<Attribute> sources) {
  SmallVector<Attribute> given;
  llvm::copy_if(sources, std::back_inserter(given),
                [](Attribute source) { return source != nullptr; });
  return given;
}
