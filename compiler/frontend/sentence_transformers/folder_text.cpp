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
#include "compiler/tokenizer/read/transformers/load_tokenizer.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;
using namespace emblem::frontend;

// Whether the tokenizer lowers the case of everything.
static Expected<bool> lowersCase(const ModelFolders &folders) {
  auto tokenizer =
      readFolderTokenizer(folders.transformer, folders.tokenizerArguments);
  if (!tokenizer)
    return tokenizer.takeError();
  return any_of(tokenizer->normalizer, [](const NormalizerPart &part) {
    const auto *bert = std::get_if<BertNormalizer>(&part);
    return std::holds_alternative<Lowercase>(part) || (bert && bert->lowercase);
  });
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
  auto already = lowersCase(folders);
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
  auto facts =
      readTokenizerFacts(folders.transformer, folders.tokenizerArguments);
  if (!facts)
    return facts.takeError();
  model.tokenizerFile = folders.relative(facts->file);
  model.tokenizerSettings =
      formatv("{0}", json::Value(json::Object(folders.tokenizerArguments)));

  auto config = JsonObject::readOptional(
      resolvePath(folders.transformer, "sentence_bert_config.json"));
  if (!config)
    return config.takeError();
  if (Error error = checkTextSettings(*config, folders, model, purpose))
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
  model.maxTokens = static_cast<int64_t>(std::min(limit, facts->maxLength));
  return Error::success();
}
