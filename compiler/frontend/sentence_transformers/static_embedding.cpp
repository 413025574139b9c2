//===- static_embedding.cpp - A table of token vectors, no layers ---------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/sentence_transformers/static_embedding.h"

#include "compiler/files/model_file.h"
#include "compiler/frontend/architecture/model_folders.h"
#include "compiler/tokenizer/compile/token_texts.h"
#include "compiler/tokenizer/read/transformers/load_tokenizer.h"
#include "compiler/weights/model2vec_table.h"
#include "compiler/weights/weight_store.h"

#include "llvm/Support/Path.h"

using namespace llvm;
using namespace emblem::frontend;

// Where nothing cuts texts; memory has its end.
static constexpr int64_t maxTokens = 16384;
// model2vec's.
static constexpr int64_t defaultMaxLength = 512;

Expected<bool> emblem::frontend::isModel2Vec(StringRef folder,
                                             const JsonObject &config) {
  const json::Value *type = config.find("model_type");
  if (type)
    return type->getAsString() == StringRef("model2vec");
  std::string path = resolvePath(folder, "model.safetensors");
  if (!isThere(path))
    return false;
  auto file = Safetensors::open(path);
  if (!file)
    return file.takeError();
  return (*file)->getTensors().count(model2VecTable.str()) != 0;
}

static std::string relative(StringRef path, StringRef file) {
  SmallString<64> result(path);
  sys::path::append(result, file);
  sys::path::remove_dots(result);
  return result.str().str();
}

// The table and its shape.
static Error readTable(StringRef file, bool &isModel2Vec, Description &model) {
  auto store = WeightStore::open(file.str());
  if (!store)
    return store.takeError();
  isModel2Vec = (*store)->contains(model2VecTable);
  StringRef name = "embedding.weight";
  if (isModel2Vec)
    name = model2VecTable;
  auto view = (*store)->find(name);
  if (!view)
    return view.takeError();
  if (view->shape.size() != 2)
    return createStringError("'" + file + "': '" + name +
                             "' must be a table of vectors");
  model.tokens.table = name;
  model.tokens.vocabularySize = view->shape[0];
  model.hiddenSize = view->shape[1];
  return Error::success();
}

// Sentence Transformers keeps what tokenizer.json says of cutting.
static Error readTruncation(StringRef tokenizerFile, Description &model) {
  auto tokenizer = JsonObject::read(tokenizerFile);
  if (!tokenizer)
    return tokenizer.takeError();
  auto truncation = tokenizer->child("truncation");
  if (!truncation)
    return truncation.takeError();
  if (!truncation->find("max_length"))
    return Error::success();
  auto length = truncation->size("max_length");
  if (!length)
    return length.takeError();
  model.maxTokens = std::min(model.maxTokens, *length);
  return Error::success();
}

// Whether the field of a file is there and null.
static Expected<bool> saysNull(StringRef path, StringRef key) {
  if (!isThere(path))
    return false;
  auto buffer = readTextFile(path);
  if (!buffer)
    return buffer.takeError();
  auto value = parseJson((*buffer)->getBuffer(), path);
  if (!value)
    return value.takeError();
  const json::Object *object = value->getAsObject();
  const json::Value *field = object ? object->get(key) : nullptr;
  return field && field->kind() == json::Value::Null;
}

// model2vec's own settings.
static Error readModel2Vec(const JsonObject &config,
                           const TokenizerDescription &tokenizer,
                           Description &model) {
  auto normalize = config.boolean("normalize", false);
  if (!normalize)
    return normalize.takeError();
  model.normalize = *normalize;
  auto isUncut = saysNull(config.getPath(), "max_length");
  if (!isUncut)
    return isUncut.takeError();
  if (*isUncut)
    return Error::success();
  model.maxTokens = defaultMaxLength;
  if (config.find("max_length"))
    if (Error error = config.size("max_length").moveInto(model.maxTokens))
      return error;
  if (tokenizer.truncateLeft)
    return createStringError("'" + config.getPath() +
                             "' cuts texts at their ends, and the "
                             "tokenizer.json beside it at their beginnings; "
                             "remove the latter's 'truncation'");
  int64_t characters = model.maxTokens * getMedianTokenLength(tokenizer);
  if (characters <= INT32_MAX) // more than any text has here
    model.maxCharacters = characters;
  return Error::success();
}

Expected<Description> emblem::frontend::describeStaticEmbedding(
    StringRef root, StringRef path, const JsonObject &config, bool isModule,
    const ModelChoices &choices) {
  Description model;
  StringRef weights = findWeightFile(resolvePath(root, path));
  if (weights.empty())
    weights = "model.safetensors"; // missed below
  model.weightFiles = {relative(path, weights)};
  model.tokenizerFile = relative(path, "tokenizer.json");
  for (StringRef file : {model.weightFiles.front(), model.tokenizerFile})
    if (!isThere(resolvePath(root, file)))
      return createStringError("'" + root + "' has no " + file +
                               "; save the model again with a current library");
  bool isModel2Vec = false;
  if (Error error = readTable(resolvePath(root, model.weightFiles.front()),
                              isModel2Vec, model))
    return error;
  model.tokens.zeroRow = true;
  model.specialTokens = false;
  model.maxTokens = maxTokens;
  std::string tokenizerFile = resolvePath(root, model.tokenizerFile);
  if (!isModel2Vec) {
    if (Error error = readTruncation(tokenizerFile, model))
      return error;
    return model;
  }
  auto tokenizer = readTokenizer(tokenizerFile);
  if (!tokenizer)
    return tokenizer.takeError();
  if (Error error = readModel2Vec(config, *tokenizer, model))
    return error;
  model.unknownTokens = isModule;
  if (isModule && !choices.unknownTokens && getUnknownId(tokenizer->model))
    model.assumptions.push_back(
        {"unknown tokens count",
         ("of '" + root +
          "' model2vec leaves out unknown tokens, and Sentence Transformers, "
          "whose modules.json it has, counts them; they count; "
          "--unknown=drop leaves them out, and --unknown=keep says that this "
          "is right")
             .str()});
  return model;
}
