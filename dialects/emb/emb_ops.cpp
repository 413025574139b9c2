//===- emb_ops.cpp - Verifiers, folders and syntax of the emb ops ---------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "dialects/emb/emb_dialect.h"
#include "mlir/IR/Builders.h"

#include <cmath>

using namespace mlir;
using namespace emblem::emb;

// `: type`, or `= value : type`: an elements attribute carries its own type.
static ParseResult parseWeightValue(OpAsmParser &parser, ElementsAttr &value,
                                    Type &type) {
  if (failed(parser.parseOptionalEqual()))
    return parser.parseColonType(type);
  if (parser.parseAttribute(value))
    return failure();
  type = value.getType();
  return success();
}

static void printWeightValue(OpAsmPrinter &printer, WeightOp,
                             ElementsAttr value, Type type) {
  if (value)
    printer << " = " << value;
  else
    printer << " : " << type;
}

#define GET_OP_CLASSES
#include "dialects/emb/emb_ops.cpp.inc"

//===----------------------------------------------------------------------===//
// The model and its weights
//===----------------------------------------------------------------------===//

// emb.model @name(%ids, %offsets) max_tokens N max_positions N [attributes {}]
//     { ... }
ParseResult ModelOp::parse(OpAsmParser &parser, OperationState &result) {
  Builder &builder = parser.getBuilder();
  StringAttr name;
  if (parser.parseSymbolName(name, getSymNameAttrName(result.name),
                             result.attributes))
    return failure();

  SmallVector<OpAsmParser::Argument> arguments;
  if (parser.parseArgumentList(arguments, OpAsmParser::Delimiter::Paren))
    return failure();
  if (arguments.size() != 2)
    return parser.emitError(parser.getNameLoc(),
                            "expected two arguments: the token ids and the "
                            "sequence offsets");
  for (OpAsmParser::Argument &argument : arguments)
    argument.type =
        RankedTensorType::get({ShapedType::kDynamic}, builder.getI32Type());

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
  printer << '(' << getTokenIds() << ", " << getSequenceOffsets()
          << ") max_tokens " << getMaxTokens() << " max_positions "
          << getMaxPositions();
  printer.printOptionalAttrDictWithKeyword(
      (*this)->getAttrs(),
      {getSymNameAttrName(), getMaxTokensAttrName(), getMaxPositionsAttrName()});
  printer << ' ';
  printer.printRegion(getBody(), /*printEntryBlockArgs=*/false);
}

int64_t ModelOp::getDimension() {
  auto returned = cast<ReturnOp>(getBody().front().getTerminator());
  return returned.getVectors().getType().getDimSize(1);
}

LogicalResult ModelOp::verify() { return success(); }
LogicalResult WeightOp::verify() { return success(); }

//===----------------------------------------------------------------------===//
// Embeddings
//===----------------------------------------------------------------------===//

LogicalResult TokenEmbeddingOp::inferReturnTypes(
    MLIRContext *context, std::optional<Location> location, Adaptor adaptor,
    SmallVectorImpl<Type> &inferred) {
  auto table = dyn_cast<RankedTensorType>(adaptor.getTable().getType());
  if (!table || table.getRank() != 2)
    return failure();
  inferred.push_back(RankedTensorType::get(
      {ShapedType::kDynamic, table.getDimSize(1)}, Float32Type::get(context)));
  return success();
}

LogicalResult PositionalEncodingOp::verify() { return success(); }
LogicalResult SegmentEmbeddingOp::verify() { return success(); }

//===----------------------------------------------------------------------===//
// Encoder layers
//===----------------------------------------------------------------------===//

double AttentionOp::getScaleOrDefault() {
  if (auto scale = getScale())
    return scale->convertToDouble();
  return 1.0 / std::sqrt(static_cast<double>(getHeadSize()));
}

LogicalResult AttentionOp::verify() { return success(); }
LogicalResult FeedForwardOp::verify() { return success(); }
LogicalResult DenseOp::verify() { return success(); }
LogicalResult LayerNormOp::verify() { return success(); }
