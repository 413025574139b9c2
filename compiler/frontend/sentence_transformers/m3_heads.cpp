//===- m3_heads.cpp - BGE M3's sparse and multi-vector heads --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/sentence_transformers/m3_heads.h"

#include "compiler/files/model_file.h"
#include "compiler/files/safetensors.h"
#include "compiler/frontend/architecture/architecture.h"
#include "compiler/frontend/transformers/special_tokens.h"

#include "llvm/Support/FileSystem.h"

using namespace llvm;
using namespace emblem::frontend;

static constexpr StringLiteral headsFile = "m3_heads.safetensors";

// Special tokens have no weight: FlagEmbedding's _process_token_weights.
static Error addTokenWeights(const ModelFolders &folders, Description &model) {
  auto ids = TokenIds::read(folders, model);
  if (!ids)
    return ids.takeError();
  TokenWeights &head = model.tokenWeights.emplace();
  head.linear = linearNamed("sparse_linear");
  head.weightsFile = headsFile.str();
  for (StringRef role : {"cls_token", "eos_token", "pad_token", "unk_token"})
    if (auto id = ids->findRole(role))
      head.skipped.push_back(*id);
  llvm::sort(head.skipped);
  head.skipped.erase(llvm::unique(head.skipped), head.skipped.end());
  return Error::success();
}

Error emblem::frontend::addM3Heads(const ModelFolders &folders,
                                   Description &model) {
  std::string path = resolvePath(folders.root, headsFile);
  if (!isThere(path))
    return Error::success();
  auto file = Safetensors::open(path);
  if (!file)
    return file.takeError();
  auto &tensors = (*file)->getTensors();
  auto sparse = tensors.find("sparse_linear.weight");
  auto multiVector = tensors.find("colbert_linear.weight");
  if (sparse == tensors.end() && multiVector == tensors.end())
    return createStringError("'" + path +
                             "' has neither 'sparse_linear.weight' nor "
                             "'colbert_linear.weight'");
  if (sparse != tensors.end())
    if (Error error = addTokenWeights(folders, model))
      return error;
  if (multiVector == tensors.end())
    return Error::success();
  ArrayRef<int64_t> shape = multiVector->second.shape;
  if (shape.size() != 2)
    return createStringError("'" + path +
                             "': 'colbert_linear.weight' must be a matrix");
  Dense dense;
  dense.inputSize = shape[1];
  dense.outputSize = shape[0];
  dense.linear = linearNamed("colbert_linear");
  dense.weightsFile = headsFile.str();
  MultiVector &head = model.multiVector.emplace();
  head.dense.push_back(dense);
  head.skipsFirst = true; // not the first token's, which the dense vector is
  return Error::success();
}
