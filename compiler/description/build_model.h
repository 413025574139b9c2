//===- build_model.h - From a description to an emb module ------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_DESCRIPTION_BUILD_MODEL_H
#define EMBLEM_COMPILER_DESCRIPTION_BUILD_MODEL_H

#include "compiler/description/description.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/Support/Error.h"

namespace emblem::frontend {

/// An emb.model's attribute, a string: Description::tokenizerSettings. Without
/// it the tokenizer's file is all that is read.
inline constexpr llvm::StringLiteral tokenizerSettingsAttribute =
    "emb.tokenizer_settings";

/// A verified module that holds one emb.model. Weights stand in the order of
/// their use, each just before the operation that uses it; all are float32.
/// Every operation's location is a name, such as "layer.0.attention".
///
/// A Dense's weights are called "folder/name", for the folder of their own
/// file: each of Sentence Transformers' Dense modules calls its weight the
/// same.
llvm::Expected<mlir::OwningOpRef<mlir::ModuleOp>>
buildModel(const Description &description, mlir::MLIRContext &context);

/// The same of each of a source's models, in their order.
llvm::Expected<std::vector<mlir::OwningOpRef<mlir::ModuleOp>>>
buildModels(llvm::ArrayRef<Description> models, mlir::MLIRContext &context);

/// Rows of tokens, or of texts where they are pooled already.
struct EncoderResult {
  mlir::Value rows;
  bool pooled = false;
};

/// The same where `encode` makes the operations from token ids and offsets on;
/// of `description` only what stands around them is used: texts, positions,
/// pooling, dense and normalize.
llvm::Expected<mlir::OwningOpRef<mlir::ModuleOp>>
buildModel(const Description &description, mlir::MLIRContext &context,
           llvm::function_ref<llvm::Expected<EncoderResult>(
               mlir::OpBuilder &builder, mlir::Value ids, mlir::Value offsets)>
               encode);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_DESCRIPTION_BUILD_MODEL_H
