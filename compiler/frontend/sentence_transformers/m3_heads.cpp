//===- m3_heads.cpp - BGE M3's sparse and multi-vector heads --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/sentence_transformers/m3_heads.h"

#include "compiler/files/model_file.h"
#include "compiler/frontend/architecture/architecture.h"
#include "compiler/frontend/transformers/special_tokens.h"
#include "compiler/weights/weight_store.h"

using namespace llvm;
using namespace emblem::frontend;

// One file of both layers, or FlagEmbedding's own, one a layer.
static constexpr StringLiteral jointFile = "m3_heads.safetensors";

namespace {
struct Head {
  std::string file; // beside the model
  Linear linear;
  SmallVector<int64_t, 4> shape; // of its matrix
};
} // namespace

// The layer of that name; none where no file has it.
static Expected<std::optional<Head>> findHead(const ModelFolders &folders,
                                              StringRef name) {
  Head head;
  if (isThere(resolvePath(folders.root, jointFile)))
    head = {jointFile.str(), linearNamed(name), {}};
  else
    head = {(name + ".pt").str(), {"weight", "bias"}, {}};
  std::string path = resolvePath(folders.root, head.file);
  if (!isThere(path))
    return std::nullopt;
  auto store = WeightStore::open(path);
  if (!store)
    return store.takeError();
  if (!(*store)->contains(head.linear.weight.name)) {
    if (head.file == jointFile)
      return std::nullopt;
    return createStringError("'" + path + "' has no '" +
                             head.linear.weight.name +
                             "', as a layer of BGE M3's has");
  }
  auto view = (*store)->find(head.linear.weight);
  if (!view)
    return view.takeError();
  head.shape = view->shape;
  if (head.shape.size() != 2)
    return createStringError("'" + path + "': '" + head.linear.weight.name +
                             "' must be a matrix");
  return head;
}

// Special tokens have no weight: FlagEmbedding's _process_token_weights.
static Error addTokenWeights(const ModelFolders &folders, const Head &layer,
                             Description &model) {
  auto ids = TokenIds::read(folders, model);
  if (!ids)
    return ids.takeError();
  TokenWeights &head = model.tokenWeights.emplace();
  head.linear = layer.linear;
  head.weightsFile = layer.file;
  for (StringRef role : {"cls_token", "eos_token", "pad_token", "unk_token"})
    if (auto id = ids->findRole(role))
      head.skipped.push_back(*id);
  llvm::sort(head.skipped);
  head.skipped.erase(llvm::unique(head.skipped), head.skipped.end());
  return Error::success();
}

Error emblem::frontend::addM3Heads(const ModelFolders &folders,
                                   Description &model) {
  auto sparse = findHead(folders, "sparse_linear");
  if (!sparse)
    return sparse.takeError();
  auto multiVector = findHead(folders, "colbert_linear");
  if (!multiVector)
    return multiVector.takeError();
  std::string joint = resolvePath(folders.root, jointFile);
  if (!*sparse && !*multiVector && isThere(joint))
    return createStringError("'" + joint +
                             "' has neither 'sparse_linear.weight' nor "
                             "'colbert_linear.weight'");
  if (*sparse)
    if (Error error = addTokenWeights(folders, **sparse, model))
      return error;
  if (!*multiVector)
    return Error::success();
  const Head &layer = **multiVector;
  Dense dense;
  dense.inputSize = layer.shape[1];
  dense.outputSize = layer.shape[0];
  dense.linear = layer.linear;
  dense.weightsFile = layer.file;
  MultiVector &head = model.multiVector.emplace();
  head.dense.push_back(dense);
  head.skipsFirst = true; // not the first token's, which the dense vector is
  return Error::success();
}
