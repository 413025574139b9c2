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
#include "compiler/frontend/sentence_transformers/transformer_file.h"
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
// What Sentence Transformers calls a Transformer's work, its output, and what it
// takes of the model's results.
struct TransformerTask {
  StringLiteral name, output, result;
};
} // namespace

static const TransformerTask &taskOf(Purpose purpose) {
  static constexpr TransformerTask tasks[] = {
      {"feature-extraction", "token_embeddings", "last_hidden_state"},
      {"sequence-classification", "scores", "logits"},
      {"text-generation", "causal_logits", "logits"},
      {"feature-extraction", "sentence_embedding", ""},
      {"feature-extraction", "token_embeddings", "last_hidden_state"}};
  return tasks[static_cast<int>(purpose)];
}

// Where the tokenizer's work cuts texts, in place of all else. How they are
// padded changes no vector, and media are not read; a chat template's settings
// are read with it.
static Expected<std::optional<int64_t>> readProcessing(const JsonObject &config,
                                                       bool pairs) {
  std::optional<int64_t> limit;
  auto processing = config.child("processing_kwargs");
  if (!processing)
    return processing.takeError();
  static constexpr StringLiteral media[] = {"audio", "image", "video"};
  static constexpr StringLiteral padding[] = {"padding", "pad_to_multiple_of",
                                              "padding_side", "return_tensors"};
  for (StringRef kind : processing->getUnread()) {
    auto settings = processing->child(kind);
    if (!settings)
      return settings.takeError();
    bool isRead = kind == "chat_template" && (!pairs || takesMessages(config));
    if (isRead || is_contained(media, kind))
      continue;
    if (kind != "text" && kind != "common")
      return processing->error(kind, "known are text, common, chat_template "
                                     "and those of other media");
    for (StringRef key : settings->getUnread()) {
      const json::Value &value = *settings->find(key);
      bool isUsual =
          key == "truncation" && (value == true || value == "longest_first");
      if (isUsual || is_contained(padding, key))
        continue;
      if (key != "max_length" || pairs)
        return settings->error(key, "this setting of the tokenizer's work is "
                                    "not supported; remove it");
      auto length = settings->size(key);
      if (!length)
        return length.takeError();
      if (!limit || kind == "text") // "common" comes first, and gives way
        limit = *length;
    }
  }
  return limit;
}

// Which of the model's results becomes a text's rows.
static Error checkModality(const JsonObject &config, StringRef result) {
  auto modalities = config.child("modality_config");
  if (!modalities)
    return modalities.takeError();
  if (result.empty() || !modalities->find("text"))
    return Error::success();
  auto text = modalities->child("text");
  if (!text)
    return text.takeError();
  for (auto [key, wanted] :
       {std::pair(StringRef("method"), StringRef("forward")),
        {"method_output_name", result}}) {
    const json::Value *value = text->find(key);
    if (!value || value->getAsString() != wanted)
      return text->error(key, "only \"" + wanted + "\" is supported");
  }
  return Error::success();
}

// What the Transformer module's file asks of the transformer and its texts.
static Error checkTextSettings(const JsonObject &config,
                               const ModelFolders &folders,
                               const Description &model, Purpose purpose) {
  bool pairs = scoresPairs(purpose);
  auto [usual, only, result] = taskOf(purpose);
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
  if (Error error =
          checkModality(config, model.sparse ? StringRef("logits") : result))
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

  auto config = readTransformerFile(folders);
  if (!config)
    return config.takeError();
  if (Error error = checkTextSettings(*config, folders, model, purpose))
    return error;
  bool pairs = scoresPairs(purpose);
  auto given = readProcessing(*config, pairs);
  if (given && !*given)
    given = readTextLimit(*config, folders);
  if (!given)
    return given.takeError();
  if (*given) {
    // Sentence Transformers takes it whole; only a table of positions ends.
    constexpr int64_t longest = 1 << 17;
    model.maxTokens =
        std::min(**given, model.position ? model.maxTokens
                                         : std::max(model.maxTokens, longest));
    return Error::success();
  }
  // A tokenizer without a bound writes 1e30 here.
  double limit = model.maxTokens;
  model.maxTokens = static_cast<int64_t>(std::min(limit, facts->maxLength));
  return Error::success();
}
