//===- folder_text.cpp - A folder's settings for texts --------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// The tokenizer and lengths.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/sentence_transformers/folder_text.h"

#include "compiler/files/model_file.h"
#include "compiler/frontend/sentence_transformers/pair_template.h"
#include "compiler/frontend/transformers/tokenizer_config.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace emblem::frontend;

// Whether a normaliser lowers the case of everything.
static bool lowersCase(const json::Value *normalizer) {
  const json::Object *object = normalizer ? normalizer->getAsObject() : nullptr;
  if (!object)
    return false;
  if (const json::Array *parts = object->getArray("normalizers"))
    return any_of(*parts,
                  [](const json::Value &part) { return lowersCase(&part); });
  return object->getBoolean("lowercase") == true ||
         object->getString("type") == StringRef("Lowercase");
}

// The same of a tokenizer, of which a vocab.txt says nothing itself.
static Expected<bool> lowersCase(const ModelFolders &folders,
                                 StringRef tokenizerFile) {
  if (sys::path::extension(tokenizerFile) == ".txt") {
    auto config = JsonObject::readOptional(
        resolvePath(folders.transformer, "tokenizer_config.json"));
    if (!config)
      return config.takeError();
    return config->boolean("do_lower_case", true);
  }
  auto tokenizer = JsonObject::read(tokenizerFile);
  if (!tokenizer)
    return tokenizer.takeError();
  return lowersCase(tokenizer->find("normalizer"));
}

namespace {
// What Sentence Transformers calls a Transformer's work, and its output.
struct TransformerTask {
  StringLiteral name, output;
};
} // namespace

static const TransformerTask &taskOf(Purpose purpose) {
  static constexpr TransformerTask tasks[] = {
      {"feature-extraction", "token_embeddings"},
      {"sequence-classification", "scores"},
      {"text-generation", "causal_logits"},
      {"feature-extraction", "sentence_embedding"}};
  return tasks[static_cast<int>(purpose)];
}

// How pairs are cut, among others; a chat template's settings are read with it.
static Error checkProcessing(const JsonObject &config) {
  const json::Value *value = config.find("processing_kwargs");
  if (!value)
    return Error::success();
  const json::Object *processing = value->getAsObject();
  bool isKnown = processing && all_of(*processing, [&](const auto &entry) {
                   return StringRef(entry.first) == "chat_template" &&
                          takesMessages(config);
                 });
  if (isKnown)
    return Error::success();
  return config.error("processing_kwargs",
                      "a reranker with settings of its own for the tokenizer "
                      "is not supported");
}

// What sentence_bert_config.json asks of the transformer and its texts.
static Error checkTextSettings(const JsonObject &config,
                               const ModelFolders &folders,
                               StringRef tokenizerFile,
                               const Description &model, Purpose purpose) {
  bool pairs = purpose == Purpose::Score || purpose == Purpose::Answer;
  auto [usual, only] = taskOf(purpose);
  auto task = config.string("transformer_task", usual);
  if (!task)
    return task.takeError();
  if (*task != usual && !(model.sparse && *task == "fill-mask"))
    return config.error(
        "transformer_task",
        pairs ? "only \"" + usual + "\" is supported"
              : Twine("supported are \"feature-extraction\", and \"fill-mask\" "
                      "before a SpladePooling"));
  auto output = config.string("module_output_name", only);
  if (!output)
    return output.takeError();
  if (*output != only)
    return config.error("module_output_name",
                        "only \"" + Twine(only) + "\" is supported");
  if (!pairs && takesMessages(config))
    return config.error("modality_config",
                        "texts that become messages, by a chat template, are "
                        "supported for rerankers only");
  if (pairs)
    if (Error error = checkProcessing(config))
      return error;
  auto lower = config.boolean("do_lower_case", false);
  if (!lower)
    return lower.takeError();
  if (!*lower)
    return Error::success();
  auto already = lowersCase(folders, tokenizerFile);
  if (!already)
    return already.takeError();
  if (!*already)
    return config.error("do_lower_case",
                        "it is supported only where the tokenizer lowers the "
                        "case itself");
  return Error::success();
}

Error emblem::frontend::addText(const ModelFolders &folders, Description &model,
                                Purpose purpose) {
  StringRef name = "tokenizer.json";
  if (!isThere(resolvePath(folders.transformer, name)))
    name = "vocab.txt"; // BERT's, from before there was the other
  std::string tokenizer = resolvePath(folders.transformer, name);
  if (!sys::fs::exists(tokenizer))
    return createStringError("'" + folders.transformer +
                             "' has no tokenizer.json, and no vocab.txt; save "
                             "the model's fast tokenizer there with "
                             "transformers");
  model.tokenizerFile = folders.relative(name);

  auto config = JsonObject::readOptional(
      resolvePath(folders.transformer, "sentence_bert_config.json"));
  if (!config)
    return config.takeError();
  if (Error error =
          checkTextSettings(*config, folders, tokenizer, model, purpose))
    return error;
  auto tokenizerConfig = JsonObject::readOptional(
      resolvePath(folders.transformer, "tokenizer_config.json"));
  if (!tokenizerConfig)
    return tokenizerConfig.takeError();

  if (name == "tokenizer.json")
    if (Error error = checkTokenizerConfig(*tokenizerConfig, tokenizer))
      return error;

  // A tokenizer without a bound writes 1e30 here.
  double limit = model.maxTokens;
  if (config->find("max_seq_length")) {
    auto length = config->size("max_seq_length");
    if (!length)
      return length.takeError();
    model.maxTokens = std::min(model.maxTokens, *length);
    return Error::success();
  }
  auto length = tokenizerConfig->number("model_max_length", limit);
  if (!length)
    return length.takeError();
  if (!(*length >= 1))
    return tokenizerConfig->error("model_max_length", "it must be positive");
  model.maxTokens = static_cast<int64_t>(std::min(limit, *length));
  return Error::success();
}
