//===- emb_dialect.h - The emb dialect --------------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// What an embedding model is. Start with emb_base.td (the dialect, its types)
// and emb_ops.td (the operations, each with its formula and constraints).
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_DIALECTS_EMB_DIALECT_H
#define EMBLEM_DIALECTS_EMB_DIALECT_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "dialects/emb/emb_dialect.h.inc"
#include "dialects/emb/emb_enums.h.inc"

namespace emblem::emb {

/// The type of rows of `features` features: tensor<?xHxf32>.
inline mlir::RankedTensorType getRowsType(mlir::MLIRContext *context,
                                          int64_t features) {
  return mlir::RankedTensorType::get({mlir::ShapedType::kDynamic, features},
                                     mlir::Float32Type::get(context));
}

/// Whether a matrix has a known number of features.
inline bool hasFeatures(mlir::RankedTensorType type) {
  return !type.isDynamicDim(1) && type.getDimSize(1) > 0;
}

/// Whether a matrix has any number of rows, and a known number of features.
inline bool isRows(mlir::RankedTensorType type) {
  return type.isDynamicDim(0) && hasFeatures(type);
}

/// Whether a type is of images: any number, of known sides and channels.
inline bool isImages(mlir::RankedTensorType type) {
  return type.getRank() == 4 && type.isDynamicDim(0) &&
         llvm::all_of(type.getShape().drop_front(),
                      [](int64_t side) { return side > 0; });
}

/// The features of one image of such a type.
inline int64_t getImageSize(mlir::RankedTensorType images) {
  return images.getDimSize(1) * images.getDimSize(2) * images.getDimSize(3);
}

/// The row of a `position_bias` table of `buckets` rows for a key that comes
/// `distance` tokens after its query (before it, where negative).
int64_t getPositionBucket(int64_t distance, int64_t buckets,
                          int64_t maxDistance);

/// The row of `position_keys` and `position_queries`, both `rows` high, for a
/// query that comes `distance` tokens after its key (before it, where
/// negative); without `maxDistance`, distances have no buckets.
int64_t getRelativeRow(int64_t distance, int64_t rows,
                       std::optional<int64_t> maxDistance);

/// What the score of a head falls by for each token between query and key. For
/// a power of two of heads, 2^(-8 (head + 1) / heads); for others, those of the
/// power of two below, then every second one of that above.
double getAlibiSlope(int64_t head, int64_t heads);

/// Whether this is what a weight may be: the name of a tensor, or an attribute
/// of emb_weights.td.
bool isWeightExpression(mlir::Attribute attribute);

/// The first tensor that a weight is made of.
llvm::StringRef getTensorName(mlir::Attribute weight);

/// What those attributes may not say, as a part of a sentence, or the empty
/// string.
std::string checkRows(int64_t first, int64_t last);
std::string checkResizing(int64_t from, int64_t to);
std::string checkScale(double scale);
std::string checkUnpacking(int64_t bits, int64_t rows, int64_t columns);
std::string checkDequantising(int64_t axis, int64_t block, double zero);

} // namespace emblem::emb

#define GET_ATTRDEF_CLASSES
#include "dialects/emb/emb_attributes.h.inc"

#define GET_OP_CLASSES
#include "dialects/emb/emb_ops.h.inc"

#endif // EMBLEM_DIALECTS_EMB_DIALECT_H
