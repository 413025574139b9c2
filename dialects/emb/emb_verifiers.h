//===- emb_verifiers.h - Checks that emb's verifiers share ------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_DIALECTS_EMB_VERIFIERS_H
#define EMBLEM_DIALECTS_EMB_VERIFIERS_H

#include "dialects/emb/emb_dialect.h"

namespace emblem::emb {

inline int64_t height(mlir::RankedTensorType matrix) {
  return matrix.getDimSize(0);
}
inline int64_t width(mlir::RankedTensorType matrix) {
  return matrix.getDimSize(1);
}

/// "8x4"
inline std::string shape(int64_t rows, int64_t columns) {
  return std::to_string(rows) + "x" + std::to_string(columns);
}
inline std::string shape(mlir::RankedTensorType matrix) {
  return shape(height(matrix), width(matrix));
}

/// A matrix that rows are looked up in or multiplied with is as wide as they.
mlir::LogicalResult verifyWidth(mlir::Operation *op, llvm::StringRef name,
                                mlir::RankedTensorType matrix,
                                mlir::RankedTensorType input);

/// A bias, where there is one, has an entry for each row of its weight.
mlir::LogicalResult verifyBias(mlir::Operation *op, llvm::StringRef name,
                               mlir::TypedValue<mlir::RankedTensorType> bias,
                               mlir::RankedTensorType weight);

/// A number, where there is one, is finite and more than zero.
mlir::LogicalResult verifyPositive(mlir::Operation *op, llvm::StringRef name,
                                   mlir::FloatAttr number);
/// The same, or zero.
mlir::LogicalResult verifyNotNegative(mlir::Operation *op, llvm::StringRef name,
                                      mlir::FloatAttr number);

/// The op's one result is `expected` wide, as its `name` is (`extent`: "
/// high").
mlir::LogicalResult verifyResultWidth(mlir::Operation *op, llvm::StringRef name,
                                      int64_t expected,
                                      llvm::StringRef extent = "");

/// tensor<?xi32>: token ids, token types and sequence offsets.
inline mlir::RankedTensorType getIndicesType(mlir::MLIRContext *context) {
  return mlir::RankedTensorType::get({mlir::ShapedType::kDynamic},
                                     mlir::IntegerType::get(context, 32));
}

/// The type of the pixels that a model takes.
mlir::LogicalResult verifyPixels(ModelOp model, mlir::RankedTensorType pixels);
/// How a picture becomes them (emb.model's `image`).
mlir::LogicalResult verifyImage(ModelOp model, mlir::RankedTensorType pixels);

/// A weight's text in an op or in another weight: a string, or an attribute
/// without "#emb.".
mlir::ParseResult parseWeight(mlir::AsmParser &parser, mlir::Attribute &weight);
void printWeight(mlir::AsmPrinter &printer, mlir::Attribute weight);
inline void printWeight(mlir::OpAsmPrinter &printer, WeightOp,
                        mlir::Attribute weight) {
  printWeight(printer, weight);
}

} // namespace emblem::emb

#endif // EMBLEM_DIALECTS_EMB_VERIFIERS_H
