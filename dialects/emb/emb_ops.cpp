//===- emb_ops.cpp - Verifiers, inferred types and syntax of the emb ops --===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Each check cites its constraint in emb_ops.td or emb_model.td (dense_c2), in
// the order given there. emb.model is in emb_model_verifiers.cpp; other files
// check the ops of the .td of their name.
//
//===----------------------------------------------------------------------===//

#include "dialects/emb/emb_verifiers.h"
#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::emb;

// `: type`, or `= value : type`: an elements attribute carries its own type.
static ParseResult parseWeightValue(OpAsmParser &parser, ElementsAttr &value,
                                    Type &type) {
  if (failed(parser.parseOptionalEqual()))
    return parser.parseColonType(type);
  SMLoc location = parser.getCurrentLocation();
  Attribute attribute;
  if (parser.parseAttribute(attribute))
    return failure();
  value = dyn_cast<ElementsAttr>(attribute);
  if (!value)
    return parser.emitError(location)
           << "expected a weight's values, such as dense<0.5> : tensor<4xf32>";
  type = value.getType();
  return success();
}

static void printWeightValue(OpAsmPrinter &printer, WeightOp,
                             ElementsAttr value, Type type) {
  if (value)
    printer << "= " << value;
  else
    printer << ": " << type;
}

// `%0 : type`, or outputs of any kind: `dense %0 : type, sparse %1 : type`.
static ParseResult
parseOutputs(OpAsmParser &parser,
             SmallVectorImpl<OpAsmParser::UnresolvedOperand> &vectors,
             SmallVectorImpl<Type> &types, DenseI32ArrayAttr &kinds) {
  SmallVector<int32_t> given;
  auto parseOne = [&]() -> ParseResult {
    SMLoc location = parser.getCurrentLocation();
    StringRef keyword;
    if (succeeded(parser.parseOptionalKeyword(&keyword))) {
      std::optional<OutputKind> kind = symbolizeOutputKind(keyword);
      if (!kind)
        return parser.emitError(location)
               << "'" << keyword << "' is no kind of output; there are dense, "
               << "sparse, token_weights and multi_vector";
      given.push_back(static_cast<int32_t>(*kind));
    }
    return failure(parser.parseOperand(vectors.emplace_back()) ||
                   parser.parseColonType(types.emplace_back()));
  };
  if (parser.parseCommaSeparatedList(parseOne))
    return failure();
  if (!given.empty())
    kinds = parser.getBuilder().getDenseI32ArrayAttr(given);
  return success();
}

static void printOutputs(OpAsmPrinter &printer, ReturnOp op,
                         OperandRange vectors, TypeRange types,
                         DenseI32ArrayAttr kinds) {
  // Printing must not fail on an op that is not verified yet.
  bool named = kinds && kinds.size() == static_cast<int64_t>(vectors.size());
  llvm::interleaveComma(
      llvm::seq<size_t>(0, vectors.size()), printer, [&](size_t i) {
        if (named)
          printer << stringifyOutputKind(op.getKind(i)) << ' ';
        printer << vectors[i] << " : " << types[i];
      });
}

// A linear layer of a block, on a line of its own:
//     query(%weight : type, %bias : type)
static ParseResult
parseLinearOperands(OpAsmParser &parser, OpAsmParser::UnresolvedOperand &weight,
                    Type &weightType,
                    std::optional<OpAsmParser::UnresolvedOperand> &bias,
                    Type &biasType) {
  if (parser.parseLParen() || parser.parseOperand(weight) ||
      parser.parseColonType(weightType))
    return failure();
  if (succeeded(parser.parseOptionalComma())) {
    bias.emplace();
    if (parser.parseOperand(*bias) || parser.parseColonType(biasType))
      return failure();
  }
  return parser.parseRParen();
}

static ParseResult
parseLinear(OpAsmParser &parser, StringRef name,
            OpAsmParser::UnresolvedOperand &weight, Type &weightType,
            std::optional<OpAsmParser::UnresolvedOperand> &bias,
            Type &biasType) {
  if (parser.parseKeyword(name))
    return failure();
  return parseLinearOperands(parser, weight, weightType, bias, biasType);
}

static void printLinear(OpAsmPrinter &printer, Operation *, StringRef name,
                        Value weight, Type weightType, Value bias,
                        Type biasType) {
  printer.printNewline();
  printer << "    " << name << '(' << weight << " : " << weightType;
  if (bias)
    printer << ", " << bias << " : " << biasType;
  printer << ')';
}

// The same, or nothing.
static ParseResult parseOptionalLinear(
    OpAsmParser &parser, StringRef name,
    std::optional<OpAsmParser::UnresolvedOperand> &weight, Type &weightType,
    std::optional<OpAsmParser::UnresolvedOperand> &bias, Type &biasType) {
  if (failed(parser.parseOptionalKeyword(name)))
    return success();
  weight.emplace();
  return parseLinearOperands(parser, *weight, weightType, bias, biasType);
}

static void printOptionalLinear(OpAsmPrinter &printer, Operation *op,
                                StringRef name, Value weight, Type weightType,
                                Value bias, Type biasType) {
  if (weight)
    printLinear(printer, op, name, weight, weightType, bias, biasType);
}

#define GET_OP_CLASSES
#include "dialects/emb/emb_ops.cpp.inc"

//===----------------------------------------------------------------------===//
// Checks that several ops share
//===----------------------------------------------------------------------===//

LogicalResult emb::verifyWidth(Operation *op, StringRef name,
                               RankedTensorType matrix,
                               RankedTensorType input) {
  if (width(matrix) == width(input))
    return success();
  return op->emitOpError() << "the " << name << " is " << width(matrix)
                           << " wide, but the input " << width(input);
}

LogicalResult emb::verifyBias(Operation *op, StringRef name,
                              TypedValue<RankedTensorType> bias,
                              RankedTensorType weight) {
  if (!bias || bias.getType().getDimSize(0) == height(weight))
    return success();
  return op->emitOpError() << "the " << name << " is "
                           << bias.getType().getDimSize(0)
                           << " long, but its weight " << height(weight)
                           << " high";
}

LogicalResult emb::verifyPositive(Operation *op, StringRef name,
                                  FloatAttr number) {
  if (!number ||
      (number.getValue().isFiniteNonZero() && !number.getValue().isNegative()))
    return success();
  return op->emitOpError() << name << " must be positive and finite, but is "
                           << number;
}

LogicalResult emb::verifyNotNegative(Operation *op, StringRef name,
                                     FloatAttr number) {
  if (!number ||
      (number.getValue().isFinite() && !number.getValue().isNegative()))
    return success();
  return op->emitOpError() << name
                           << " must be finite and not negative, but is "
                           << number;
}

LogicalResult emb::verifyResultWidth(Operation *op, StringRef name,
                                     int64_t expected, StringRef extent) {
  int64_t actual = width(cast<RankedTensorType>(op->getResult(0).getType()));
  if (actual == expected)
    return success();
  return op->emitOpError() << "the result is " << actual << " wide, but the "
                           << name << ' ' << expected << extent;
}

// Inferred types are compared by the verifiers below, not by the interface:
// they give one sentence, with both numbers.
#define COMPARED_BY_VERIFIER(Op)                                               \
  bool Op::isCompatibleReturnTypes(TypeRange, TypeRange) { return true; }
COMPARED_BY_VERIFIER(TokenEmbeddingOp)
COMPARED_BY_VERIFIER(FeedForwardOp)
COMPARED_BY_VERIFIER(DenseOp)
COMPARED_BY_VERIFIER(ConcatenateOp)
#undef COMPARED_BY_VERIFIER

//===----------------------------------------------------------------------===//
// Weights
//===----------------------------------------------------------------------===//

LogicalResult WeightOp::verify() {
  // weight_c1
  if (auto name = dyn_cast<StringAttr>(getSource()); name && name.empty())
    return emitOpError() << "the weight's name is empty";
  // weight_c2
  if (getValue() && getValue()->getShapedType() != getType())
    return emitOpError() << "the value is " << getValue()->getShapedType()
                         << ", but the result " << getType();
  return success();
}

void WeightOp::getAsmResultNames(OpAsmSetValueNameFn setName) {
  setName(getResult(), getTensorName());
}

//===----------------------------------------------------------------------===//
// Embeddings
//===----------------------------------------------------------------------===//

LogicalResult TokenEmbeddingOp::inferReturnTypes(
    MLIRContext *context, std::optional<Location> location, Adaptor adaptor,
    SmallVectorImpl<Type> &inferred) {
  auto table = dyn_cast<RankedTensorType>(adaptor.getTable().getType());
  if (!table || table.getRank() != 2)
    return emitOptionalError(location, "the table must be a matrix, but is ",
                             adaptor.getTable().getType());
  inferred.push_back(getRowsType(context, width(table)));
  return success();
}

LogicalResult TokenEmbeddingOp::verify() {
  // token_embedding_c1
  if (failed(verifyResultWidth(*this, "table", width(getTable().getType()))))
    return failure();
  // token_embedding_c2
  return verifyPositive(*this, "scale", getScaleAttr());
}

LogicalResult PositionalEncodingOp::verify() {
  // positional_encoding_c1
  bool learned = getKind() == PositionKind::Learned;
  if (learned && !getTable())
    return emitOpError() << "learned positions need a table";
  if (!learned && getTable())
    return emitOpError() << stringifyPositionKind(getKind())
                         << " positions have no table, but one is given";

  // positional_encoding_c2
  if (getTable() && failed(verifyWidth(*this, "table", getTable().getType(),
                                       getInput().getType())))
    return failure();

  // positional_encoding_c3
  int64_t offset = getOffsetAttr().getInt();
  if (getTable() && offset >= height(getTable().getType()))
    return emitOpError() << "offset is " << offset
                         << ", but the table has only "
                         << height(getTable().getType()) << " rows";
  if (offset < 0)
    return emitOpError() << "offset must not be negative, but is " << offset;

  // positional_encoding_c4
  if (!getUncountedAttr())
    return success();
  if (getUncountedAttr().getInt() < 0)
    return emitOpError() << "uncounted must not be negative, but is "
                         << getUncountedAttr().getInt();
  if (offset == 0 || !learned)
    return emitOpError("what is uncounted has the position before the first of "
                       "learned ones, so offset must be positive");
  return success();
}

LogicalResult SegmentEmbeddingOp::verify() {
  RankedTensorType table = getTable().getType();
  // segment_embedding_c1
  if (failed(verifyWidth(*this, "table", table, getInput().getType())))
    return failure();
  // segment_embedding_c2
  int64_t segment = getSegmentAttr().getInt();
  if (segment < 0)
    return emitOpError() << "segment must not be negative, but is " << segment;
  if (segment >= height(table))
    return emitOpError() << "segment is " << segment
                         << ", but the table has only " << height(table)
                         << " rows";
  if (getTypes() && segment != 0)
    return emitOpError() << "segment is " << segment
                         << ", but must be 0 beside types";
  return success();
}

//===----------------------------------------------------------------------===//
// From rows to vectors
//===----------------------------------------------------------------------===//

LogicalResult ConcatenateOp::inferReturnTypes(MLIRContext *context,
                                              std::optional<Location> location,
                                              Adaptor adaptor,
                                              SmallVectorImpl<Type> &inferred) {
  int64_t sum = 0;
  for (Value input : adaptor.getInputs()) {
    auto rows = dyn_cast<RankedTensorType>(input.getType());
    if (!rows || rows.getRank() != 2)
      return emitOptionalError(location, "an input must be rows, but is ",
                               input.getType());
    sum += width(rows);
  }
  inferred.push_back(getRowsType(context, sum));
  return success();
}

LogicalResult ConcatenateOp::verify() {
  // concatenate_c1
  if (getInputs().size() < 2)
    return emitOpError() << "takes two inputs or more, but has "
                         << getInputs().size();
  // concatenate_c2
  int64_t sum = 0;
  for (Value input : getInputs())
    sum += width(cast<RankedTensorType>(input.getType()));
  return verifyResultWidth(*this, "inputs together", sum);
}

LogicalResult ReturnOp::verify() {
  // return_c1
  std::optional<ArrayRef<int32_t>> kinds = getKinds();
  if (getVectors().empty())
    return emitOpError() << "returns nothing";
  if ((kinds ? kinds->size() : 1) != getVectors().size())
    return emitOpError() << "returns " << getVectors().size()
                         << " outputs, but has " << (kinds ? kinds->size() : 0)
                         << " kinds";
  for (size_t i = 0; kinds && i < kinds->size(); ++i) {
    std::optional<OutputKind> kind = symbolizeOutputKind((*kinds)[i]);
    if (!kind || *kind > OutputKind::MultiVector)
      return emitOpError() << "has a kind of output that is none: "
                           << (*kinds)[i];
    if (i > 0 && (*kinds)[i] <= (*kinds)[i - 1])
      return emitOpError() << "gives outputs in the order dense, sparse, "
                              "token_weights, multi_vector, each once at most, "
                              "but "
                           << stringifyOutputKind(getKind(i)) << " after "
                           << stringifyOutputKind(getKind(i - 1));
  }
  // return_c2
  bool weights = false, multiVector = false;
  for (auto [index, output] : llvm::enumerate(getVectors())) {
    weights |= getKind(index) == OutputKind::TokenWeights;
    multiVector |= getKind(index) == OutputKind::MultiVector;
    int64_t columns = width(cast<RankedTensorType>(output.getType()));
    if (getKind(index) == OutputKind::TokenWeights && columns != 1)
      return emitOpError() << "token_weights are one number a token, but are "
                           << columns << " wide";
  }
  // return_c3
  if (getUnweighted() && !weights)
    return emitOpError() << "has 'unweighted', but returns no token_weights";
  if ((getSkipped() || getSkipsFirst()) && !multiVector)
    return emitOpError() << "skips tokens, but returns no multi_vector";
  return success();
}
