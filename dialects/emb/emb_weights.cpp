//===- emb_weights.cpp - Weights that are made of weights -----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "dialects/emb/emb_verifiers.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>

using namespace mlir;
using namespace emblem;
using namespace emblem::emb;

// Positions along a side of a picture; models have a few dozen.
static constexpr int64_t kMaxSide = 1 << 14;

//===----------------------------------------------------------------------===//
// Syntax
//===----------------------------------------------------------------------===//

static ParseResult parseAntialiased(AsmParser &parser, bool &antialiased) {
  antialiased = succeeded(parser.parseOptionalComma());
  return antialiased ? parser.parseKeyword("antialiased") : success();
}

static void printAntialiased(AsmPrinter &printer, bool antialiased) {
  if (antialiased)
    printer << ", antialiased";
}

static ParseResult parseScale(AsmParser &parser, FloatAttr &scale) {
  double value;
  if (parser.parseFloat(value))
    return failure();
  scale = parser.getBuilder().getF64FloatAttr(value);
  return success();
}

static void printScale(AsmPrinter &printer, FloatAttr scale) {
  printer.printFloat(scale.getValue());
}

#define GET_ATTRDEF_CLASSES
#include "dialects/emb/emb_attributes.cpp.inc"

void EmbDialect::registerWeightExpressions() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/emb/emb_attributes.cpp.inc"
      >();
}

template <typename Derived>
static bool parseAs(AsmParser &parser, StringRef mnemonic, Attribute &weight) {
  if (mnemonic != Derived::getMnemonic())
    return false;
  weight = Derived::parse(parser, /*type=*/{});
  return true;
}

template <typename... Derived>
static bool parseAsOneOf(AsmParser &parser, StringRef mnemonic,
                         Attribute &weight) {
  return (parseAs<Derived>(parser, mnemonic, weight) || ...);
}

// A colon after an attribute's text would be taken for that of its own type.
ParseResult emb::parseWeight(AsmParser &parser, Attribute &weight) {
  std::string name;
  if (succeeded(parser.parseOptionalString(&name))) {
    weight = parser.getBuilder().getStringAttr(name);
    return success();
  }
  SMLoc location = parser.getCurrentLocation();
  StringRef mnemonic;
  if (succeeded(parser.parseOptionalKeyword(&mnemonic)) &&
      parseAsOneOf<RowsAttr, OnePlusAttr, ScaledRowsAttr, DifferenceAttr,
                   TransposedAttr, ResizedAttr, LowRankSumAttr>(
          parser, mnemonic, weight))
    return success(weight != nullptr);
  return parser.emitError(location)
         << "expected a weight: a tensor's name, or what is made of others, "
            "such as rows<\"name\", 0, 384>";
}

void emb::printWeight(AsmPrinter &printer, Attribute weight) {
  if (failed(generatedAttributePrinter(weight, printer)))
    printer << weight;
}

//===----------------------------------------------------------------------===//
// Constraints
//===----------------------------------------------------------------------===//

bool emb::isWeightExpression(Attribute attribute) {
  return isa_and_present<StringAttr, RowsAttr, OnePlusAttr, ScaledRowsAttr,
                         DifferenceAttr, TransposedAttr, ResizedAttr,
                         LowRankSumAttr>(attribute);
}

StringRef emb::getTensorName(Attribute weight) {
  while (!isa<StringAttr>(weight))
    weight = llvm::TypeSwitch<Attribute, Attribute>(weight)
                 .Case<RowsAttr, OnePlusAttr, ScaledRowsAttr, DifferenceAttr,
                       TransposedAttr, ResizedAttr, LowRankSumAttr>(
                     [](auto derived) { return derived.getOf(); });
  return cast<StringAttr>(weight).getValue();
}

std::string emb::checkRows(int64_t first, int64_t last) {
  if (first >= 0 && first < last)
    return "";
  return llvm::formatv("rows {0} to {1} are none; the first counts from 0, and "
                       "comes before the last",
                       first, last);
}

std::string emb::checkResizing(int64_t from, int64_t to) {
  if (from >= 1 && from <= kMaxSide && to >= 1 && to <= kMaxSide)
    return "";
  return llvm::formatv("positions are resized from {0} to {1} along a side, "
                       "and both must be from 1 to {2}",
                       from, to, kMaxSide);
}

std::string emb::checkScale(double scale) {
  return std::isfinite(scale) ? "" : "the scale of an adapter must be finite";
}

using EmitError = function_ref<InFlightDiagnostic()>;

static LogicalResult verifyOperands(EmitError emitError,
                                    ArrayRef<Attribute> operands) {
  for (Attribute operand : operands) {
    if (!isWeightExpression(operand))
      return emitError() << "a weight is made of weights, and " << operand
                         << " is none";
    if (auto name = dyn_cast<StringAttr>(operand); name && name.empty())
      return emitError() << "the name of a tensor is empty";
  }
  return success();
}

static LogicalResult verifySentence(EmitError emitError,
                                    const std::string &problem) {
  return problem.empty() ? success() : emitError() << problem;
}

LogicalResult RowsAttr::verify(EmitError emitError, Attribute of, int64_t first,
                               int64_t last) {
  if (failed(verifyOperands(emitError, of)))
    return failure();
  // rows_c1
  return verifySentence(emitError, checkRows(first, last));
}

LogicalResult OnePlusAttr::verify(EmitError emitError, Attribute of) {
  return verifyOperands(emitError, of);
}

LogicalResult ScaledRowsAttr::verify(EmitError emitError, Attribute of,
                                     Attribute by) {
  return verifyOperands(emitError, {of, by});
}

LogicalResult DifferenceAttr::verify(EmitError emitError, Attribute of,
                                     Attribute less) {
  return verifyOperands(emitError, {of, less});
}

LogicalResult TransposedAttr::verify(EmitError emitError, Attribute of) {
  return verifyOperands(emitError, of);
}

LogicalResult ResizedAttr::verify(EmitError emitError, Attribute of,
                                  int64_t from, int64_t to, bool) {
  if (failed(verifyOperands(emitError, of)))
    return failure();
  // resized_c1
  return verifySentence(emitError, checkResizing(from, to));
}

LogicalResult LowRankSumAttr::verify(EmitError emitError, Attribute of,
                                     FloatAttr scale, Attribute up,
                                     Attribute down) {
  if (failed(verifyOperands(emitError, {of, up, down})))
    return failure();
  // low_rank_sum_c1
  return verifySentence(emitError, checkScale(scale.getValueAsDouble()));
}
