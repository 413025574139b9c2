//===- emb_model.cpp - Syntax and answers of emb.model --------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "dialects/emb/emb_verifiers.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace emblem::emb;

//===----------------------------------------------------------------------===//
// Syntax
//===----------------------------------------------------------------------===//

// emb.model @name(%ids, %offsets[, %types]) max_tokens N max_positions N
//     [attributes {}] { ... }
// An argument that is no i32 has its type: %pixels : tensor<?x8x8x1xf32>.
ParseResult ModelOp::parse(OpAsmParser &parser, OperationState &result) {
  Builder &builder = parser.getBuilder();
  StringAttr name;
  if (parser.parseSymbolName(name, getSymNameAttrName(result.name),
                             result.attributes))
    return failure();

  SMLoc argumentsLocation = parser.getCurrentLocation();
  SmallVector<OpAsmParser::Argument> arguments;
  auto parseOne = [&]() -> ParseResult {
    OpAsmParser::Argument &argument = arguments.emplace_back();
    argument.type = getIndicesType(builder.getContext());
    if (parser.parseArgument(argument))
      return failure();
    return succeeded(parser.parseOptionalColon())
               ? parser.parseType(argument.type)
               : ParseResult(success());
  };
  if (parser.parseCommaSeparatedList(OpAsmParser::Delimiter::Paren, parseOne))
    return failure();
  if (arguments.size() != 2 && arguments.size() != 3)
    return parser.emitError(argumentsLocation)
           << "expected the token ids and the sequence offsets, and perhaps "
              "the token types, but there are "
           << arguments.size() << " arguments";

  int64_t maxTokens, maxPositions;
  if (parser.parseKeyword("max_tokens") || parser.parseInteger(maxTokens) ||
      parser.parseKeyword("max_positions") ||
      parser.parseInteger(maxPositions) ||
      parser.parseOptionalAttrDictWithKeyword(result.attributes))
    return failure();
  result.addAttribute(getMaxTokensAttrName(result.name),
                      builder.getI64IntegerAttr(maxTokens));
  result.addAttribute(getMaxPositionsAttrName(result.name),
                      builder.getI64IntegerAttr(maxPositions));

  Region *body = result.addRegion();
  if (parser.parseRegion(*body, arguments))
    return failure();
  return success();
}

void ModelOp::print(OpAsmPrinter &printer) {
  printer << ' ';
  printer.printSymbolName(getSymName());
  printer << '(';
  llvm::interleaveComma(getBody().getArguments(), printer, [&](Value argument) {
    printer << argument;
    if (argument.getType() != getIndicesType(getContext()))
      printer << " : " << argument.getType();
  });
  printer << ") max_tokens " << getMaxTokens() << " max_positions "
          << getMaxPositions();
  SmallVector<StringRef> printed = {
      getSymNameAttrName(), getMaxTokensAttrName(), getMaxPositionsAttrName()};
  if (getDistance() == Distance::Cosine) // what it is without
    printed.push_back(getDistanceAttrName());
  printer.printOptionalAttrDictWithKeyword((*this)->getAttrs(), printed);
  printer << ' ';
  printer.printRegion(getBody(), /*printEntryBlockArgs=*/false);
}

void ModelOp::getAsmBlockArgumentNames(Region &region,
                                       OpAsmSetValueNameFn setName) {
  // Printing must not fail on a model that is not verified yet.
  bool pixels = region.getNumArguments() > 0 &&
                isa<FloatType>(getElementTypeOrSelf(region.getArgument(0)));
  StringRef names[] = {pixels ? "pixels" : "ids", "offsets", "types"};
  for (auto [argument, name] : llvm::zip(region.getArguments(), names))
    setName(argument, name);
}

int64_t ModelOp::getDimension() {
  auto returned = cast<ReturnOp>(getBody().front().getTerminator());
  return cast<RankedTensorType>(returned.getVectors().front().getType())
      .getDimSize(1);
}

int64_t ModelOp::getVocabularySize() {
  if (getPixels())
    return 1;
  int64_t size = INT64_MAX;
  for (auto embedding : getBody().getOps<TokenEmbeddingOp>())
    size = std::min(size, embedding.getVocabularySize());
  return size;
}

int64_t ModelOp::getTokenTypeCount() {
  int64_t count = 0;
  for (auto op : getBody().getOps<SegmentEmbeddingOp>())
    if (op.getTypes())
      count = std::max(count, op.getTable().getType().getDimSize(0));
  return count;
}
