//===- static_embedding.cpp - A table of token vectors, no layers ---------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/sentence_transformers/static_embedding.h"

#include "compiler/files/model_file.h"
#include "compiler/weights/weight_store.h"

#include "llvm/Support/Path.h"

using namespace llvm;
using namespace emblem::frontend;

// Sentence Transformers cuts nothing; memory has its end.
static constexpr int64_t maxTokens = 16384;
static constexpr StringLiteral model2VecTable = "embeddings";
// model2vec's. It also cuts a text after that many times the median length of a
// token, in characters; here tokens alone count.
static constexpr int64_t defaultMaxLength = 512;

bool emblem::frontend::isModel2Vec(const JsonObject &config) {
  const json::Value *type = config.find("model_type");
  return type && type->getAsString() == StringRef("model2vec");
}

static std::string relative(StringRef path, StringRef file) {
  SmallString<64> result(path);
  sys::path::append(result, file);
  sys::path::remove_dots(result);
  return result.str().str();
}

// The table's name and shape.
static Error readTable(StringRef file, Description &model) {
  auto store = WeightStore::open(file.str());
  if (!store)
    return store.takeError();
  // model2vec's vectors by cluster: a token's is weights[t] * embeddings[m[t]].
  for (StringRef name : {"mapping", "weights"})
    if ((*store)->contains(name))
      return createStringError("'" + file + "' has '" + name +
                               "': a vocabulary that model2vec has quantised "
                               "is not supported; save the model without "
                               "vocabulary_quantization");
  bool isModel2Vec = (*store)->contains(model2VecTable);
  StringRef name = isModel2Vec ? model2VecTable : "embedding.weight";
  model.tokens.table = name;
  auto view = (*store)->find(name);
  if (!view)
    return view.takeError();
  if (view->shape.size() != 2)
    return createStringError("'" + file + "': '" + name +
                             "' must be a table of vectors");
  model.tokens.vocabularySize = view->shape[0];
  model.hiddenSize = view->shape[1];
  return Error::success();
}

Expected<Description>
emblem::frontend::describeStaticEmbedding(StringRef root, StringRef path,
                                          const JsonObject &config) {
  Description model;
  model.weightFiles = {relative(path, "model.safetensors")};
  model.tokenizerFile = relative(path, "tokenizer.json");
  for (StringRef file : {model.weightFiles.front(), model.tokenizerFile})
    if (!isThere(resolvePath(root, file)))
      return createStringError("'" + root + "' has no " + file +
                               "; save the model again with a current library");
  if (Error error =
          readTable(resolvePath(root, model.weightFiles.front()), model))
    return error;
  model.tokens.zeroRow = true;
  model.specialTokens = false;
  model.maxTokens = maxTokens;
  if (model.tokens.table != model2VecTable)
    return model;
  model.unknownTokens = false;
  model.maxTokens = defaultMaxLength;
  if (config.find("max_length")) {
    auto length = config.size("max_length");
    if (!length)
      return length.takeError();
    model.maxTokens = *length;
  }
  auto normalize = config.boolean("normalize", false);
  if (!normalize)
    return normalize.takeError();
  model.normalize = *normalize;
  return model;
}
