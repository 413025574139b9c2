//===- onnx_model.h - From an ONNX file to an emb module --------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_ONNX_ONNX_MODEL_H
#define EMBLEM_COMPILER_FRONTEND_ONNX_ONNX_MODEL_H

#include "compiler/frontend/architecture/model_choices.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/Support/Error.h"

namespace emblem::frontend::onnx {

/// The verified module of an encoder as torch, optimum or Sentence Transformers
/// export it, without optimisation. The tokenizer and Sentence Transformers'
/// files are those of the file's own folder, or else of its parent.
///
/// The vectors are the output "sentence_embedding", or an only output [batch,
/// features]; else the rows of "last_hidden_state" or "token_embeddings", or of
/// an only output [batch, tokens, features], pooled as modules.json or `choices`
/// say; a graph of which neither does is refused. An output "logits" [batch,
/// labels] is of a reranker, and so is one number a text, or what the graph gives
/// where config.json names a class ...ForSequenceClassification: the model scores
/// pairs, through its own activation, or else the one that config.json or
/// Sentence Transformers' settings name.
///
/// A graph may hold for texts of one length only. It is therefore lifted for
/// two, a long one and one that is just long enough to show the windows and
/// position buckets that the long one has; both must give the same operations.
/// Where the graph compares positions with a number that is beyond the long
/// one, a longer one follows, of at most 2048 tokens; if that is not enough,
/// texts are cut there: a window of that many tokens would not have shown.
///
/// In a graph with weights of half precision, constants that are nearly those
/// of a known formula (the scale of scores, an activation's) stand for them.
llvm::Expected<mlir::OwningOpRef<mlir::ModuleOp>>
readOnnxModel(llvm::StringRef path, const ModelChoices &choices,
              mlir::MLIRContext &context);

} // namespace emblem::frontend::onnx

#endif // EMBLEM_COMPILER_FRONTEND_ONNX_ONNX_MODEL_H
