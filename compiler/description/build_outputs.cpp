//===- build_outputs.cpp - From the last rows to what is returned ---------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/description/model_builder.h"

#include "compiler/weights/weight_store.h"

using namespace llvm;
using namespace emblem;
using namespace emblem::frontend;
using mlir::Value;

// A module's weight: the modules' files call theirs alike, so the folder, or the
// file, says whose it is.
static WeightExpression ownWeight(const WeightExpression &weight,
                                  StringRef weightsFile) {
  StringRef owner = qualifierOf(weightsFile);
  if (weight.empty() || owner.empty())
    return weight;
  return weight.mapNames([&](StringRef name) -> WeightExpression {
    return (owner + "/" + name).str();
  });
}

static Norm ownNorm(Norm norm, StringRef weightsFile) {
  norm.scale = ownWeight(norm.scale, weightsFile);
  norm.shift = ownWeight(norm.shift, weightsFile);
  return norm;
}

Value ModelBuilder::applyModules(const Twine &place, ArrayRef<Dense> modules,
                                 Value rows) {
  for (auto [index, dense] : llvm::enumerate(modules)) {
    auto own = [&](const WeightExpression &name, ArrayRef<int64_t> shape) {
      return weight(ownWeight(name, dense.weightsFile), shape);
    };
    const int64_t shape[] = {dense.outputSize, dense.inputSize};
    if (dense.normalizesInput)
      rows = emb::NormalizeOp::create(
          builder, at(place + "_normalize." + Twine(index)), rows);
    Value input = rows;
    if (!dense.linear.weight.empty()) {
      Value matrix = own(dense.linear.weight, shape);
      Value bias = own(dense.linear.bias, {dense.outputSize});
      rows = emb::DenseOp::create(builder, at(place + "." + Twine(index)),
                                  rowsOf(dense.outputSize), rows,
                                  dense.activation, matrix, bias);
    }
    if (dense.residual) {
      if (!dense.residual->weight.empty()) {
        Value matrix = own(dense.residual->weight, shape);
        input = emb::DenseOp::create(builder,
                                     at(place + "_residual." + Twine(index)),
                                     rowsOf(dense.outputSize), input,
                                     Activation::Identity, matrix, Value());
      }
      rows = emb::AddOp::create(builder, at(place + "_add." + Twine(index)),
                                rows, input);
    }
    if (dense.norm)
      rows = norm(place + "_norm." + Twine(index), rows,
                  ownNorm(*dense.norm, dense.normWeightsFile), 0);
  }
  return rows;
}

// A text's one row: each pooling's, side by side.
Value ModelBuilder::pool(Value rows) {
  if (!description.convolutions.empty())
    return rows;
  if (description.attentionPooling)
    return poolByAttention(*description.attentionPooling, rows);
  SmallVector<Value> pooled;
  for (PoolKind kind : description.pooling)
    pooled.push_back(
        emb::PoolOp::create(builder, at("pool"), kind, rows, offsets));
  if (pooled.size() == 1)
    return pooled.front();
  return emb::ConcatenateOp::create(builder, at("concatenate"),
                                    rowsOf(getPooledSize(description)), pooled);
}

// A logit for each token of the vocabulary, pooled over the text.
Value ModelBuilder::sparse(Value rows, const Sparse &head) {
  int64_t hidden = description.hiddenSize, size = hidden;
  if (head.transform) {
    size = getEmbeddingSize(description);
    Value matrix = weight(head.transform->weight, {size, hidden});
    Value bias = weight(head.transform->bias, {size});
    rows = emb::DenseOp::create(builder, at("sparse.transform"), rowsOf(size),
                                rows, head.transformActivation, matrix, bias);
  }
  if (head.norm)
    rows = norm("sparse.norm", rows, *head.norm, 0);
  int64_t vocabulary = description.tokens.vocabularySize;
  Value matrix = weight(head.decoder.weight, {vocabulary, size});
  Value bias = weight(head.decoder.bias, {vocabulary});
  rows = emb::DenseOp::create(builder, at("sparse.decoder"), rowsOf(vocabulary),
                              rows, head.activation, matrix, bias);
  return emb::PoolOp::create(builder, at("sparse.pool"), head.pooling, rows,
                             offsets);
}

Value ModelBuilder::tokenWeights(Value rows, const TokenWeights &head) {
  Value matrix = weight(ownWeight(head.linear.weight, head.weightsFile),
                        {1, description.hiddenSize});
  Value bias = weight(ownWeight(head.linear.bias, head.weightsFile), {1});
  return emb::DenseOp::create(builder, at("token_weights"), rowsOf(1), rows,
                              Activation::Relu, matrix, bias);
}

Value ModelBuilder::multiVector(Value rows, const MultiVector &head) {
  rows = applyModules("multi_vector", head.dense, rows);
  if (head.normalize)
    rows =
        emb::NormalizeOp::create(builder, at("multi_vector.normalize"), rows);
  return rows;
}

// From the last layer's rows to all that is returned.
void ModelBuilder::finish(Value rows) {
  SmallVector<Value> outputs;
  SmallVector<int32_t> kinds;
  auto add = [&](emb::OutputKind kind, Value output) {
    kinds.push_back(static_cast<int32_t>(kind));
    outputs.push_back(output);
  };
  if (!description.pooling.empty()) {
    Value vectors =
        pool(applyModules("token_dense", description.tokenDense, rows));
    if (description.poolingNorm)
      vectors = norm(
          "pooling_norm", vectors,
          ownNorm(*description.poolingNorm, description.poolingNormWeightsFile),
          0);
    vectors = applyModules("dense", description.dense, vectors);
    if (description.normalize)
      vectors = emb::NormalizeOp::create(builder, at("normalize"), vectors);
    add(emb::OutputKind::Dense, vectors);
  }
  if (description.sparse)
    add(emb::OutputKind::Sparse, sparse(rows, *description.sparse));
  if (description.tokenWeights)
    add(emb::OutputKind::TokenWeights,
        tokenWeights(rows, *description.tokenWeights));
  if (description.multiVector)
    add(emb::OutputKind::MultiVector,
        multiVector(rows, *description.multiVector));

  auto ids = [&](const auto &head) {
    return head && !head->skipped.empty()
               ? builder.getDenseI32ArrayAttr(head->skipped)
               : mlir::DenseI32ArrayAttr();
  };
  bool usual = kinds == ArrayRef{static_cast<int32_t>(emb::OutputKind::Dense)};
  emb::ReturnOp::create(
      builder, at("vectors"), outputs,
      usual ? nullptr : builder.getDenseI32ArrayAttr(kinds),
      ids(description.tokenWeights), ids(description.multiVector),
      flag(description.multiVector && description.multiVector->skipsFirst));
}
