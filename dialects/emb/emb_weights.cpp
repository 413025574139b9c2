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

static OptionalParseResult parseOptionalWeight(AsmParser &parser,
                                               Attribute &weight);

// Of integers: a number, or a weight.
static ParseResult parseZero(AsmParser &parser, Attribute &zero) {
  if (OptionalParseResult weight = parseOptionalWeight(parser, zero);
      weight.has_value())
    return *weight;
  double value;
  if (parser.parseFloat(value))
    return failure();
  zero = parser.getBuilder().getF64FloatAttr(value);
  return success();
}

static void printZero(AsmPrinter &printer, Attribute zero) {
  if (auto number = dyn_cast<FloatAttr>(zero))
    return printer.printFloat(number.getValue());
  printWeight(printer, zero);
}

#define GET_ATTRDEF_CLASSES
#include "dialects/emb/emb_attributes.cpp.inc"

void EmbDialect::registerWeightExpressions() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/emb/emb_attributes.cpp.inc"
      >();
}

static ParseResult noWeight(AsmParser &parser, SMLoc location) {
  return parser.emitError(location)
         << "expected a weight: a tensor's name, or what is made of others, "
            "such as rows<\"name\", 0, 384>";
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
static OptionalParseResult parseOptionalWeight(AsmParser &parser,
                                               Attribute &weight) {
  std::string name;
  if (succeeded(parser.parseOptionalString(&name))) {
    weight = parser.getBuilder().getStringAttr(name);
    return success();
  }
  SMLoc location = parser.getCurrentLocation();
  StringRef mnemonic;
  if (failed(parser.parseOptionalKeyword(&mnemonic)))
    return std::nullopt;
  if (parseAsOneOf<RowsAttr, OnePlusAttr, ScaledRowsAttr, DifferenceAttr,
                   TransposedAttr, ResizedAttr, LowRankSumAttr, UnpackedAttr,
                   DequantisedAttr>(parser, mnemonic, weight))
    return success(weight != nullptr);
  return noWeight(parser, location);
}

ParseResult emb::parseWeight(AsmParser &parser, Attribute &weight) {
  SMLoc location = parser.getCurrentLocation();
  OptionalParseResult parsed = parseOptionalWeight(parser, weight);
  return parsed.has_value() ? *parsed : noWeight(parser, location);
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
                         LowRankSumAttr, UnpackedAttr, DequantisedAttr>(
      attribute);
}

StringRef emb::getTensorName(Attribute weight) {
  while (!isa<StringAttr>(weight))
    weight = llvm::TypeSwitch<Attribute, Attribute>(weight)
                 .Case<RowsAttr, OnePlusAttr, ScaledRowsAttr, DifferenceAttr,
                       TransposedAttr, ResizedAttr, LowRankSumAttr,
                       UnpackedAttr, DequantisedAttr>(
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

std::string emb::checkUnpacking(int64_t bits, int64_t rows, int64_t columns) {
  if ((bits == 2 || bits == 4 || bits == 8) && rows > 0 && columns > 0)
    return "";
  return llvm::formatv("bytes are unpacked to [{0}, {1}] integers of {2} bits, "
                       "and these have 2, 4 or 8 bits, in a row at least",
                       rows, columns, bits);
}

std::string emb::checkDequantising(int64_t axis, int64_t block, double zero) {
  if ((axis == 0 || axis == 1) && block >= 0 && std::isfinite(zero))
    return "";
  return llvm::formatv("integers are dequantised along axis {0} in blocks of "
                       "{1} with the zero {2}; the axis is 0 or 1, and the "
                       "others are finite",
                       axis, block, zero);
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

LogicalResult UnpackedAttr::verify(EmitError emitError, Attribute of,
                                   int64_t bits, int64_t rows,
                                   int64_t columns) {
  if (failed(verifyOperands(emitError, of)))
    return failure();
  // unpacked_c1
  return verifySentence(emitError, checkUnpacking(bits, rows, columns));
}

LogicalResult DequantisedAttr::verify(EmitError emitError, Attribute of,
                                      Attribute scale, Attribute zero,
                                      int64_t axis, int64_t block) {
  auto number = dyn_cast_if_present<FloatAttr>(zero);
  if (failed(verifyOperands(emitError, {of, scale})) ||
      (!number && failed(verifyOperands(emitError, zero))))
    return failure();
  // dequantised_c1
  return verifySentence(
      emitError,
      checkDequantising(axis, block, number ? number.getValueAsDouble() : 0.0));
}
