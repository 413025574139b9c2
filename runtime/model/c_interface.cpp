//===- c_interface.cpp - The functions of emblem.h ------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/model/error.h"
#include "runtime/model/model.h"

#include <algorithm>
#include <cinttypes>
#include <cstring>
#include <dlfcn.h>

using namespace emblem::runtime;

EmblemStatus emblem_open(const EmblemModelTable *table,
                         const EmblemOptions *options, EmblemModel **model) {
  if (!model)
    return fail(EMBLEM_INVALID_ARGUMENT, "model is null");
  *model = nullptr;
  return openModel(table, options, nullptr, model);
}

EmblemStatus emblem_load(const char *path, const EmblemOptions *options,
                         EmblemModel **model) {
  if (!model || !path)
    return fail(EMBLEM_INVALID_ARGUMENT, "%s is null", path ? "model" : "path");
  *model = nullptr;
  return loadModel(path, options, model);
}

void emblem_free(EmblemModel *model) {
  if (!model)
    return;
  void *library = model->library;
  FreeModel()(model);
  if (library)
    dlclose(library);
}

EmblemStatus emblem_info(const EmblemModel *model, EmblemModelInfo *info) {
  if (!model || !info)
    return fail(EMBLEM_INVALID_ARGUMENT, "%s is null",
                model ? "info" : "model");
  const EmblemModelTable &table = *model->table;
  *info = {.name = table.name,
           .target = table.target,
           .precision = table.precision,
           .report = table.report,
           .dimension = table.dimension,
           .vocabulary_size = table.vocabulary_size,
           .max_tokens = table.max_tokens,
           .max_positions = table.max_positions,
           .parameters = table.parameters,
           .weights_bytes = table.weights_bytes,
           .max_batch_tokens = model->capacity,
           .arena_bytes = model->arenaBytes,
           .threads = model->threads,
           .pairs = table.input == EMBLEM_TAKES_PAIRS};
  return EMBLEM_OK;
}

const char *emblem_prompt(const EmblemModel *model, const char *name) {
  if (!model)
    return nullptr;
  const EmblemModelTable &table = *model->table;
  if (!name)
    name = table.default_prompt;
  for (int64_t i = 0; name && i < table.prompt_count; ++i)
    if (std::strcmp(table.prompts[i].name, name) == 0)
      return table.prompts[i].text;
  return nullptr;
}

/// Whether there is a model, and it takes what the function gives it.
static EmblemStatus checkKind(const EmblemModel *model, int32_t input) {
  if (!model)
    return fail(EMBLEM_INVALID_ARGUMENT, "model is null");
  if (model->table->input == input)
    return EMBLEM_OK;
  return fail(EMBLEM_WRONG_KIND,
              input == EMBLEM_TAKES_TEXTS
                  ? "this model scores pairs of texts and embeds none; call "
                    "emblem_score"
                  : "this model embeds texts and scores no pairs; call "
                    "emblem_embed");
}

EmblemStatus emblem_embed(EmblemModel *model, const EmblemText *texts,
                          size_t count, float *vectors, EmblemTextInfo *infos) {
  if (EmblemStatus status = checkKind(model, EMBLEM_TAKES_TEXTS);
      status != EMBLEM_OK)
    return status;
  return embedTexts(*model, texts, count, vectors, infos);
}

EmblemStatus emblem_score(EmblemModel *model, const EmblemPair *pairs,
                          size_t count, float *scores, EmblemTextInfo *infos) {
  if (EmblemStatus status = checkKind(model, EMBLEM_TAKES_PAIRS);
      status != EMBLEM_OK)
    return status;
  return embedTexts(*model, pairs, count, scores, infos);
}

EmblemStatus emblem_embed_ids(EmblemModel *model, const int32_t *ids,
                              const int64_t *offsets, size_t sequences,
                              float *vectors) {
  if (EmblemStatus status = checkKind(model, EMBLEM_TAKES_TEXTS);
      status != EMBLEM_OK)
    return status;
  return embedIds(*model, ids, nullptr, offsets, sequences, vectors, nullptr);
}

EmblemStatus emblem_score_ids(EmblemModel *model, const int32_t *ids,
                              const int32_t *types, const int64_t *offsets,
                              size_t sequences, float *scores) {
  if (EmblemStatus status = checkKind(model, EMBLEM_TAKES_PAIRS);
      status != EMBLEM_OK)
    return status;
  return embedIds(*model, ids, types, offsets, sequences, scores, nullptr);
}

/// emblem_tokenize and emblem_tokenize_pair; `types` is null for a text.
template <typename InputT>
static EmblemStatus tokenize(EmblemModel &model, InputT text, int32_t *ids,
                             int32_t *types, size_t capacity, size_t *count,
                             EmblemTextInfo *info) {
  if (!model.encoder.available())
    return fail(EMBLEM_NO_TOKENIZER,
                "this model was compiled without a tokenizer");

  struct Room {
    int32_t *ids, *types;
    size_t capacity;
    Encoding encoding;
  } room = {ids, types, capacity, {}};
  auto copy = [](void *context, const int32_t *ids, const int32_t *types,
                 Encoding encoding) {
    Room &room = *static_cast<Room *>(context);
    room.encoding = encoding;
    const int64_t written =
        std::max<int64_t>(std::min(int64_t(room.capacity), encoding.count), 0);
    std::copy(ids, ids + written, room.ids);
    if (room.types)
      std::copy(types, types + written, room.types);
  };
  model.encoder.encodeOne(text, copy, &room);
  if (room.encoding.count < 0)
    return fail(EMBLEM_OUT_OF_MEMORY,
                "there is no memory to tokenize the text");
  if (room.encoding.truncated && model.options.overflow == EMBLEM_ERROR)
    return fail(EMBLEM_TEXT_TOO_LONG,
                "the text has more than %" PRId64
                " tokens; shorten it, or let texts be cut",
                model.table->max_tokens);
  *count = size_t(room.encoding.count);
  if (info)
    *info = {room.encoding.count, room.encoding.truncated, 0};
  return EMBLEM_OK;
}

EmblemStatus emblem_tokenize(EmblemModel *model, EmblemText text, int32_t *ids,
                             size_t capacity, size_t *count,
                             EmblemTextInfo *info) {
  if (!model || !count)
    return fail(EMBLEM_INVALID_ARGUMENT, "%s is null",
                model ? "count" : "model");
  if ((!ids && capacity != 0) || (!text.data && text.size != 0))
    return fail(EMBLEM_INVALID_ARGUMENT, "%s is null",
                text.data || text.size == 0 ? "ids" : "the text's data");
  return tokenize(*model, text, ids, nullptr, capacity, count, info);
}

EmblemStatus emblem_tokenize_pair(EmblemModel *model, EmblemPair pair,
                                  int32_t *ids, int32_t *types, size_t capacity,
                                  size_t *count, EmblemTextInfo *info) {
  if (EmblemStatus status = checkKind(model, EMBLEM_TAKES_PAIRS);
      status != EMBLEM_OK)
    return status;
  for (const EmblemText &text : {pair.first, pair.second})
    if (!text.data && text.size != 0)
      return fail(EMBLEM_INVALID_ARGUMENT, "a text's data is null");
  if (!count || (!ids && capacity != 0))
    return fail(EMBLEM_INVALID_ARGUMENT, "%s is null", count ? "ids" : "count");
  return tokenize(*model, pair, ids, types, capacity, count, info);
}

const char *emblem_last_error(void) { return lastError(); }
